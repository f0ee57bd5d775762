using System.Collections.Immutable;
using System.Threading.Channels;
using Akka.Actor;
using DynamoActors.Core.Quorum;
using DynamoActors.Node.Messages;
using DynamoActors.Node.Requests;
using DynamoActors.Node.Tests.AntiEntropy;
using DynamoActors.Node.Tests.Coordination;

namespace DynamoActors.Node.Tests.Inspection;

/// <summary>So many scans may wait at a node; one more is refused at once, and what the client is told comes from that.</summary>
public sealed class ScanLimitTests
{
    private const int ScansMax = 256;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task One_scan_too_many_is_refused_whole_and_the_next_one_accepted_when_one_has_ended()
    {
        using var group = new ReplicaGroup();
        group.Seed(0, "k", AntiEntropy.ComparisonTests.Version(1, 1, "v"));
        using var inspector = new Busy(group, node: 0);

        inspector.Ask(Enumerable.Range(1, ScansMax + 1));
        inspector.StopBehindTheScanUnderWay();
        (await inspector.Next()).RequestId.ShouldBe(0);
        var refused = await inspector.Next();
        (refused.RequestId, refused.Keys.Length, refused.HasMore).ShouldBe((ScansMax + 1, 0, false));
        refused.Refused.ShouldBe([group.PartitionOf("k")]);

        // The first of those that wait is under way, and ends before these two are looked at.
        inspector.Ask([ScansMax + 2, ScansMax + 3]);
        inspector.GoOn();
        var answers = new Dictionary<long, ReplicaKeysListed>();
        while (answers.Count < ScansMax + 2)
        {
            var answer = await inspector.Next();
            answers.Add(answer.RequestId, answer);
        }
        answers[ScansMax + 3].Refused.ShouldBe([group.PartitionOf("k")]);
        answers.Remove(ScansMax + 3);
        answers.Values.ShouldAllBe(answer => answer.Keys.Length == 1 && answer.Refused.Length == 0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_listing_goes_on_with_the_other_replicas_and_where_those_do_not_suffice_is_told_how_many_answered(int busyNodes)
    {
        using var group = new ReplicaGroup(nodes: 3, requestTimeout: TimeSpan.FromHours(1));
        await group.Written(0, "k", "v", quorum: new(W: QuorumSetting.All));
        var busy = Enumerable.Range(0, busyNodes).Select(node => new Busy(group, node)).ToList();
        try
        {
            foreach (var inspector in busy) inspector.Ask(Enumerable.Range(1, ScansMax));
            // Its own inspector is asked last: once that has come to its scan, the busy ones have been asked too.
            using var own = new Stop(group.Nodes[2].Engine);
            var listing = group.List(2);
            await own.Reached.WaitAsync(_patience);
            foreach (var inspector in busy) await inspector.AskedThroughGate();
            foreach (var inspector in busy) inspector.StopBehindTheScanUnderWay();
            own.GoOn();

            var outcome = await listing;
            if (busyNodes == 1) outcome.ShouldBeOfType<KeysListed>().Keys.Length.ShouldBe(1);
            else outcome.ShouldBe(new QuorumNotReached("r", 2, 1, Unknown: false, TimedOut: false));
        }
        finally
        {
            foreach (var inspector in busy) inspector.Dispose();
        }
    }

    /// <summary>An inspector in the middle of a scan, number 0: what it is asked meanwhile waits in its mailbox.</summary>
    private sealed class Busy : IDisposable
    {
        private readonly GroupNode _node;
        private readonly Channel<ReplicaKeysListed> _answers = Channel.CreateUnbounded<ReplicaKeysListed>();
        private readonly ImmutableArray<KeySlot> _slots;
        private readonly IActorRef _asker;
        private readonly Stop _first;
        private Stop? _second;

        public Busy(ReplicaGroup group, int node)
        {
            _node = group.Nodes[node];
            // One place to look at, so that a scan stops once.
            _slots = [new KeySlot(group.PartitionOf("k"), null)];
            _asker = group.System.ActorOf(Props.Create(typeof(Asker), _answers.Writer));
            _first = new Stop(_node.Engine);
            Ask([0]);
            _first.Reached.Wait(_patience).ShouldBeTrue();
        }

        public void Ask(IEnumerable<int> scans)
        {
            foreach (int scan in scans) _node.Inspector.Tell(new ListReplicaKeys(scan, "default", default, default, 10, _slots), _asker);
        }

        /// <summary>Lets the scan under way end, and what was asked be taken in; the next scan waits again.</summary>
        public void StopBehindTheScanUnderWay()
        {
            _second = new Stop(_node.Engine);
            _first.GoOn();
        }

        public void GoOn() => _second!.GoOn();

        public Task<ReplicaKeysListed> Next() => _answers.Reader.ReadAsync().AsTask().WaitAsync(_patience);

        /// <summary>What was sent to it through its gate before has come through.</summary>
        public Task AskedThroughGate() =>
            _node.GatedInspector.Ask<ActorIdentity>(new Identify(0), Timeout.InfiniteTimeSpan).WaitAsync(_patience);

        public void Dispose()
        {
            _node.Engine.BeforeScan = null;
            _first.Dispose();
            _second?.Dispose();
        }
    }

    /// <summary>Holds up an engine's next scan, and those behind it, until told to go on.</summary>
    private sealed class Stop : IDisposable
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _gate = new();

        public Stop(FaultyEngine engine) => engine.BeforeScan = Wait;

        public Task Reached => _reached.Task;

        public void GoOn() => _gate.Set();

        // Whoever still waits goes on.
        public void Dispose() => GoOn();

        private void Wait()
        {
            _reached.TrySetResult();
            _gate.Wait();
        }
    }

    private sealed class Asker : ReceiveActor
    {
        public Asker(ChannelWriter<ReplicaKeysListed> answers) => Receive<ReplicaKeysListed>(listed => answers.TryWrite(listed));
    }
}
