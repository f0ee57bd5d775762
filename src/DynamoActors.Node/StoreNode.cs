using Akka.Actor;
using DynamoActors.Core.Buckets;
using DynamoActors.Core.Ring;
using DynamoActors.Node.Coordination;
using DynamoActors.Node.Inspection;
using DynamoActors.Node.Ring;

namespace DynamoActors.Node;

/// <summary>The door between front ends, which run on any thread, and the node's actors.</summary>
internal sealed class StoreNode(NodeSettings settings, NodeStore store, ActorSystem system) : IStoreNode
{
    // The request's time is for the other nodes; the journal has its own.
    private static readonly TimeSpan JournalPatience = TimeSpan.FromSeconds(3);

    private Published _published = new(null, [], new NodeReadiness(false, "The node is starting."), null);
    private Doors? _doors;
    private int _turn;

    public string Name => settings.Name;
    public PartitionTable? Ring => Current.View?.Table;
    public IReadOnlyList<NodeView> Nodes => Current.Nodes;
    public NodeReadiness Readiness => Current.Readiness;
    public string? Leader => Current.Leader;

    public NodeStatistics Statistics => new(
        system.Uptime,
        Admission.UnderWay,
        settings.RequestsMax,
        [.. store.Hints.Queues],
        Counters.DivergentReads,
        Counters.ReadRepairs,
        Counters.QuorumFailures,
        store.Engine.Statistics,
        View is { } view ? [.. Agreements(view)] : []);

    internal NodeCounters Counters { get; } = new();

    internal RequestAdmission Admission { get; } = new(settings.RequestsMax);

    /// <summary>The ring as this node's actors saw it last; null until the first one is known.</summary>
    internal RingView? View => Current.View;

    private Published Current => Volatile.Read(ref _published);

    public BucketSettings Bucket(string bucket) => Current.View?.Bucket(bucket) ?? BucketSettings.Default;

    public void Submit(ClientRequest request)
    {
        var doors = Volatile.Read(ref _doors);
        if (doors is null || !Current.Readiness.Ready)
        {
            request.Client.Complete(new NodeNotReady(Current.Readiness.Reason));
            return;
        }
        if (!Admission.TryEnter())
        {
            request.Client.Complete(Admission.Refusal);
            return;
        }
        request.Answered = Leave;
        var door = request is InspectionRequest
            ? doors.Inspection
            : doors.Coordinators[(uint)Interlocked.Increment(ref _turn) % (uint)doors.Coordinators.Length];
        door.Tell(request, ActorRefs.NoSender);
    }

    public async Task<BucketSettings> SetBucketAsync(string bucket, BucketSettings changed, BucketFields fields = BucketFields.All)
    {
        var doors = Volatile.Read(ref _doors) ?? throw new BucketNotSetException(Current.Readiness.Reason, isUnknown: false);
        var timeout = settings.RequestTimeout + JournalPatience;
        try
        {
            return (await doors.RingKeeper.Ask<BucketStored>(new SetBucket(bucket, fields, changed), timeout)).Settings;
        }
        catch (AskTimeoutException)
        {
            // Its journal does not answer, or has failed; it may have written before.
            throw new BucketNotSetException($"The settings were not durable within {timeout.TotalSeconds} s.", isUnknown: true);
        }
    }

    internal void Open(IActorRef[] coordinators, IActorRef inspection, IActorRef ringKeeper) =>
        Volatile.Write(ref _doors, new Doors(coordinators, inspection, ringKeeper));

    internal void Publish(RingView? view, IReadOnlyList<NodeView> nodes, NodeReadiness readiness, string? leader) =>
        Volatile.Write(ref _published, new Published(view, nodes, readiness, leader));

    private IEnumerable<PartitionAgreement> Agreements(RingView view) =>
        from partition in Enumerable.Range(0, view.Table.PartitionCount)
        where view.IsOwner(partition)
        select new PartitionAgreement(partition, [.. view.Owners(partition).ToArray()
            .Where(owner => owner != view.Self)
            .Select(owner => new PeerAgreement(view.NameOf(owner), store.Agreements.AsOf(partition, view.NameOf(owner))))]);

    private void Leave(ClientOutcome outcome)
    {
        Admission.Leave();
        if (outcome is QuorumNotReached) Counters.QuorumFailed();
    }

    private sealed record Doors(IActorRef[] Coordinators, IActorRef Inspection, IActorRef RingKeeper);

    private sealed record Published(RingView? View, IReadOnlyList<NodeView> Nodes, NodeReadiness Readiness, string? Leader);
}
