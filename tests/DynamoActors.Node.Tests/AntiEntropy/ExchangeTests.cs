using System.Collections.Immutable;
using System.Threading.Channels;
using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;
using DynamoActors.Core.Ring;
using DynamoActors.Node.AntiEntropy;
using DynamoActors.Node.Local;
using DynamoActors.Node.Membership;
using DynamoActors.Node.Messages;
using DynamoActors.Node.Vnodes;

namespace DynamoActors.Node.Tests.AntiEntropy;

/// <summary>One exchange, with the test in place of the vnodes. Time stands still until the test moves it.</summary>
public sealed class ExchangeTests : IDisposable
{
    private const int Nodes = 4;
    private const int Partition = 5;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan _hour = TimeSpan.FromHours(1);

    private readonly ActorSystem _system = ActorSystem.Create("agreement", ConfigurationFactory.ParseString(
        ManualScheduler.Hocon));
    private readonly PartitionTable _table = PartitionTable.Assign(
        [.. Enumerable.Range(0, Nodes).Select(i => new RingMember($"n{i}", $"akka.tcp://dynamo@n{i}:1", "", "", 1))], 8, 3, previous: null);
    private readonly Channel<(object Message, int Node)> _told = Channel.CreateUnbounded<(object, int)>();
    private readonly IActorRef[] _nodes;

    public ExchangeTests() =>
        _nodes = [.. Enumerable.Range(0, Nodes).Select(node => _system.ActorOf(Props.Create(typeof(Vnode), _told.Writer, node)))];

    public void Dispose() => _system.Terminate().Wait(_patience);

    [Fact]
    public async Task Owners_agreed_as_of_the_moment_before_they_were_asked()
    {
        var agreements = new AgreementTable();
        var comparison = new Comparison(Services(agreements), new PlannedExchange(Partition, "n2", turn: 0));
        long asked = Now;
        comparison.Start();
        // A write may come to one of them now, and need not be in what it describes.
        ((TestScheduler)_system.Scheduler).Advance(TimeSpan.FromSeconds(3));
        for (byte slot = 0; slot < 2; slot++) comparison.OnReply(new TreeDescribed(comparison.Id, slot, Generation: 1, [42]));

        comparison.End.ShouldBe(ExchangeEnd.Settled);
        agreements.AsOf(Partition, "n2").ShouldBe(DateTimeOffset.FromUnixTimeMilliseconds(asked));
        var told = await Told(3);
        told.Where(each => each.Message is DescribeTree { Level: TreeLevel.Root }).Select(each => each.Node).Order().ShouldBe([0, 2]);
        told.ShouldContain((new ReplicasAgreed(_table.Epoch, "n0", asked), 2));
    }

    [Fact]
    public async Task Only_what_every_owner_holds_is_dropped_and_not_before_the_last_node_has_answered_page_by_page()
    {
        var reaping = new TombstoneReaping(Services(new AgreementTable()), new PlannedExchange(Partition, peer: null, turn: 0), _hour);
        KeyVersion[] keys = [new(new byte[] { 1 }, 11), new(new byte[] { 2 }, 12), new(new byte[] { 3 }, 13)];
        reaping.Start();
        (await Told(1)).Single().Message.ShouldBe(
            new ListDeleted(MemberRequest.Id(reaping.Id, 0), default, Now - (long)_hour.TotalMilliseconds));

        ReadOnlyMemory<byte> next = new byte[] { 4 };
        reaping.OnReply(new VersionsListed(reaping.Id, Slot: 0, keys, next));
        var asked = await Told(Nodes);
        asked.Select(each => (each.Node, MemberRequest.Member(each.Message.ShouldBeOfType<ConfirmDeleted>().RequestId))).Order()
            .ShouldBe(Enumerable.Range(0, Nodes).Select(node => (node, node)));

        int[] owners = [.. _table.Owners(Partition).ToArray().Select(owner => (int)owner)];
        int stranger = Enumerable.Range(0, Nodes).Except(owners).Single();
        reaping.OnReply(new DeletedConfirmed(MemberRequest.Id(reaping.Id, owners[0]), HasHints: false, [true, true, true]));
        reaping.OnReply(new DeletedConfirmed(MemberRequest.Id(reaping.Id, owners[1]), HasHints: false, [true, false, true]));
        reaping.OnReply(new DeletedConfirmed(MemberRequest.Id(reaping.Id, owners[2]), HasHints: false, [true, true, false]));
        await Handled();
        _told.Reader.TryRead(out var early).ShouldBeFalse($"{early.Message}: one node has not answered, and may keep a hint");
        reaping.OnReply(new DeletedConfirmed(MemberRequest.Id(reaping.Id, stranger), HasHints: false, []));

        var told = await Told(owners.Length + 1);
        var drops = told.Where(each => each.Message is DropDeleted).ToList();
        drops.Select(each => each.Node).Order().ShouldBe(owners.Order());
        foreach (var (drop, _) in drops) ((DropDeleted)drop).Keys.ShouldBe([keys[0]]);
        told.Select(each => each.Message).OfType<ListDeleted>().ShouldHaveSingleItem().From.ShouldBe(next);
        reaping.End.ShouldBeNull();
    }

    private long Now => _system.Scheduler.Now.ToUnixTimeMilliseconds();

    private AntiEntropyServices Services(AgreementTable agreements)
    {
        var ring = new RingView(_table, self: 0,
            [.. _nodes.Select((node, index) => new RingPeer(
                $"n{index}", true, 1, [.. Enumerable.Repeat(node, _table.PartitionCount)], [ActorRefs.Nobody], ActorRefs.Nobody))],
            new BucketTable());
        var settings = new AntiEntropySettings(_hour, 1 << 20, _hour, _hour, 1 << 20, 1 << 20);
        return new AntiEntropyServices(_system.DeadLetters, ring, settings, agreements, _system.Scheduler);
    }

    private async Task<List<(object Message, int Node)>> Told(int count)
    {
        var told = new List<(object Message, int Node)>();
        while (told.Count < count) told.Add(await _told.Reader.ReadAsync().AsTask().WaitAsync(_patience));
        return told;
    }

    /// <summary>Whatever the vnodes were told before has come.</summary>
    private async Task Handled()
    {
        foreach (var node in _nodes) await node.Ask<ActorIdentity>(new Identify(0), Timeout.InfiniteTimeSpan).WaitAsync(_patience);
    }

    /// <summary>All of a node's.</summary>
    private sealed class Vnode : ReceiveActor
    {
        public Vnode(ChannelWriter<(object, int)> told, int node) => ReceiveAny(message => told.TryWrite((message, node)));
    }
}
