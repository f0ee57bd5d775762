using System.Threading.Channels;
using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;
using DynamoActors.Core.Ring;
using DynamoActors.Node.AntiEntropy;
using DynamoActors.Node.Local;
using DynamoActors.Node.Membership;
using DynamoActors.Node.Messages;
using DynamoActors.Storage;
using DynamoActors.Storage.Background;
using DynamoActors.Storage.Files;
using DynamoActors.Storage.Memory;

namespace DynamoActors.Node.Tests.AntiEntropy;

/// <summary>How many exchanges a node begins at once, with the test in place of the vnodes. Time stands still until the test moves
/// it.</summary>
public sealed class AntiEntropyActorTests : IDisposable
{
    private const int WhileObjectsMove = 16;
    private const int WhileNothingIsFound = 64;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);
    // Deletions are not looked through within the test.
    private static readonly TimeSpan _interval = TimeSpan.FromHours(1);

    private readonly ActorSystem _system = ActorSystem.Create("comparing", ConfigurationFactory.ParseString(ManualScheduler.Hocon));
    private readonly Channel<object> _told = Channel.CreateUnbounded<object>();
    private readonly MemoryEngine _engine = new(new StorageOptions(
        "data", new MemoryFileSystem(), new InlineBackgroundWork(), TimeProvider.System));
    private readonly IActorRef _vnodes;
    private readonly IActorRef _antiEntropy;

    public AntiEntropyActorTests()
    {
        var table = PartitionTable.Assign([.. Enumerable.Range(0, 2).Select(index =>
            new RingMember($"n{index}", $"akka.tcp://dynamo@n{index}:1", "", "", 1))], 512, 2, previous: null);
        _vnodes = _system.ActorOf(Props.Create(typeof(Vnodes), _told.Writer));
        var view = new RingView(table, self: 0, [.. Enumerable.Range(0, 2).Select(index => new RingPeer(
            $"n{index}", true, 1, [.. Enumerable.Repeat(_vnodes, table.PartitionCount)], [ActorRefs.Nobody], ActorRefs.Nobody))],
            new BucketTable());
        var settings = new AntiEntropySettings(_interval, 1 << 20, _interval, TimeSpan.Zero, 1 << 20, 1 << 20);
        _antiEntropy = _system.ActorOf(Props.Create(typeof(AntiEntropyActor), settings, new AgreementTable(),
            new CurrentRing { View = view }, new HintLedger(_engine, long.MaxValue), 1));
    }

    public void Dispose()
    {
        _system.Terminate().Wait(_patience);
        _engine.Dispose();
    }

    [Fact]
    public async Task More_comparisons_are_under_way_while_they_find_nothing_and_few_again_once_one_does()
    {
        await Handled();
        ((TestScheduler)_system.Scheduler).Advance(TimeSpan.FromSeconds(1));
        var underWay = (await Begun(WhileObjectsMove)).ToList();

        foreach (int begins in (int[])[1 + WhileObjectsMove, 1 + (2 * WhileObjectsMove), 1])
        {
            for (byte slot = 0; slot < 2; slot++) _antiEntropy.Tell(new TreeDescribed(underWay[0], slot, Generation: 1, [42]));
            underWay.RemoveAt(0);
            underWay.AddRange(await Begun(begins));
        }
        underWay.Count.ShouldBe(WhileNothingIsFound);

        int begun = 0;
        while (underWay.Count > 0)
        {
            _antiEntropy.Tell(new ReplicaRefused(underWay[0], 0, RefusalReason.Overloaded, Epoch: 1));
            underWay.RemoveAt(0);
            begun += (await Begun(underWay.Count < WhileObjectsMove ? 1 : 0)).Count;
        }
        begun.ShouldBe(WhileObjectsMove);
    }

    /// <summary>The requests of so many comparisons, and of no more.</summary>
    private async Task<IReadOnlyList<long>> Begun(int count)
    {
        await Handled();
        var begun = new List<long>();
        while (_told.Reader.TryRead(out object? message))
            if (message is DescribeTree { Slot: 0 } asked) begun.Add(asked.RequestId);
        begun.Count.ShouldBe(count);
        return begun;
    }

    /// <summary>Whatever it was told has been done, and what it told the vnodes has come.</summary>
    private async Task Handled()
    {
        foreach (var actor in (IActorRef[])[_antiEntropy, _vnodes])
            await actor.Ask<ActorIdentity>(new Identify(0), Timeout.InfiniteTimeSpan).WaitAsync(_patience);
    }

    private sealed class Vnodes : ReceiveActor
    {
        public Vnodes(ChannelWriter<object> told) => ReceiveAny(message => told.TryWrite(message));
    }
}
