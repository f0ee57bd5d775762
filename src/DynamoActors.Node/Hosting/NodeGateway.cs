using Akka.Actor;
using Akka.Event;
using DynamoActors.Core.Buckets;
using DynamoActors.Core.Ring;
using DynamoActors.Node.Membership;
using DynamoActors.Node.Messages;
using DynamoActors.Node.Requests;
using DynamoActors.Node.Telemetry;

namespace DynamoActors.Node.Hosting;

/// <summary>The door between front ends, which run on any thread, and the node's actors.</summary>
internal sealed class NodeGateway(NodeParts parts, ActorSystem system, NodeClock clock) : IStoreNode, INodeFront
{
    // The request's time is for the other nodes; the journal has its own.
    private static readonly TimeSpan _journalPatience = TimeSpan.FromSeconds(3);
    private static readonly NodeReadiness _closed = new(false, "The node stops its actors.");

    private Published _published = new([], new NodeReadiness(false, "The node is starting."), null);
    private Doors? _doors;
    private bool _isClosed;
    private int _turn;

    public string Name => parts.Settings.Name;
    public PartitionTable? Ring => View?.Table;
    public IReadOnlyList<NodeView> Nodes => Current.Nodes;
    public NodeReadiness Readiness => Volatile.Read(ref _isClosed) ? _closed : Current.Readiness;
    public string? Leader => Current.Leader;

    public NodeStatistics Statistics => new(
        system.Uptime,
        Admission.UnderWay,
        parts.Settings.RequestsMax,
        [.. parts.Store.Hints.Queues],
        Counters.DivergentReads,
        Counters.ReadRepairs,
        Counters.QuorumFailures,
        parts.Store.Engine.Statistics,
        View is { } view ? [.. Agreements(view)] : [])
    {
        TwinDots = Counters.Twins.Count,
    };

    internal NodeClock Clock => clock;

    internal NodeCounters Counters { get; } = new(error => Logging.GetLogger(system, nameof(TwinDots)).Error(error));

    internal RequestAdmission Admission { get; } = new(parts.Settings.RequestsMax);

    internal CurrentRing CurrentRing { get; } = new();

    private RingView? View => CurrentRing.View;

    private Published Current => Volatile.Read(ref _published);

    public BucketSettings Bucket(string bucket) => CurrentRing.Buckets.Of(bucket);

    public void Submit(ClientRequest request)
    {
        var doors = Volatile.Read(ref _doors);
        if (doors is null || View is null)
        {
            request.Client.Complete(new NodeNotReady(Readiness.Reason));
            return;
        }
        if (!Admission.TryEnter())
        {
            request.Client.Complete(Admission.Refusal);
            return;
        }
        request.Answered = Leave;
        if (!ReferenceEquals(Volatile.Read(ref _doors), doors))
        {
            request.Complete(new NodeNotReady(Readiness.Reason));
            return;
        }
        var door = request is InspectionRequest
            ? doors.Inspection
            : doors.Coordinators[(uint)Interlocked.Increment(ref _turn) % (uint)doors.Coordinators.Length];
        door.Tell(request, ActorRefs.NoSender);
    }

    public async Task<BucketSettings> SetBucketAsync(string bucket, BucketSettings changed, BucketFields fields = BucketFields.All)
    {
        var doors = Volatile.Read(ref _doors) ?? throw new BucketNotSetException(Readiness.Reason, isUnknown: false);
        var timeout = parts.Settings.RequestTimeout + _journalPatience;
        // By the scheduler's time, which a simulation decides.
        var patience = new CancellationTokenSource();
        var timer = system.Scheduler.Advanced.ScheduleOnceCancelable(timeout, patience.Cancel);
        try
        {
            return (await doors.RingKeeper.Ask<BucketStored>(
                new SetBucket(bucket, fields, changed), Timeout.InfiniteTimeSpan, patience.Token)).Settings;
        }
        catch (OperationCanceledException)
        {
            // Its journal does not answer, or has failed; it may have written before.
            throw new BucketNotSetException($"The settings were not durable within {timeout.TotalSeconds} s.", isUnknown: true);
        }
        finally
        {
            timer.Cancel();
        }
    }

    internal void Open(IActorRef[] coordinators, IActorRef inspection, IActorRef ringKeeper) =>
        Volatile.Write(ref _doors, new Doors(coordinators, inspection, ringKeeper));

    /// <summary>The actors are about to stop: none of them is told anything more. Ends when the requests under way are answered.</summary>
    internal Task CloseAsync()
    {
        Volatile.Write(ref _isClosed, true);
        Interlocked.Exchange(ref _doors, null);
        return Admission.EmptyAsync();
    }

    public void Publish(IReadOnlyList<NodeView> nodes, NodeReadiness readiness, string? leader) =>
        Volatile.Write(ref _published, new Published(nodes, readiness, leader));

    public void RequestRestart(string reason) => parts.Ending(new NodeEnding(IsRestart: true, reason));

    public void RequestEnd(string reason) => parts.Ending(new NodeEnding(IsRestart: false, reason));

    private IEnumerable<PartitionAgreement> Agreements(RingView view) =>
        from partition in Enumerable.Range(0, view.Table.PartitionCount)
        where view.IsOwner(partition)
        select new PartitionAgreement(partition, [.. view.Owners(partition).ToArray()
            .Where(owner => owner != view.Self)
            .Select(owner => new PeerAgreement(view.NameOf(owner), parts.Store.Agreements.AsOf(partition, view.NameOf(owner))))]);

    private void Leave(ClientOutcome outcome)
    {
        Admission.Leave();
        if (outcome is QuorumNotReached) Counters.QuorumFailed();
    }

    private sealed record Doors(IActorRef[] Coordinators, IActorRef Inspection, IActorRef RingKeeper);

    private sealed record Published(IReadOnlyList<NodeView> Nodes, NodeReadiness Readiness, string? Leader);
}
