using Akka.Actor;
using Akka.Event;
using DynamoActors.Core.Buckets;
using DynamoActors.Core.Ring;
using DynamoActors.Core.Security;
using DynamoActors.Core.Versioning;
using DynamoActors.Links;
using DynamoActors.Node.Explain;
using DynamoActors.Node.Membership;
using DynamoActors.Node.Messages;
using DynamoActors.Node.Requests;
using DynamoActors.Node.Telemetry;
using DynamoActors.Node.Transfers;

namespace DynamoActors.Node.Hosting;

/// <summary>The door between front ends, which run on any thread, and the node's actors.</summary>
internal sealed class NodeGateway(NodeParts parts, ActorSystem system, NodeClock clock) : IStoreNode, INodeFront
{
    // The request's time is for the other nodes; the journal has its own.
    private static readonly TimeSpan _journalPatience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan _agreementPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _inquiryPatience = TimeSpan.FromSeconds(1);
    private static readonly NodeReadiness _closed = new(false, "The node stops its actors.");

    private Published _published = new([], new NodeReadiness(false, "The node is starting."), null);
    private Doors? _doors;
    private Action<ClientRequest, ClientOutcome>? _leave;
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
        Comparisons = parts.Store.Agreements.Counts,
        BytesMoved = (CurrentRing.Moves.BytesIn, CurrentRing.Moves.BytesOut),
        Links = [.. (Volatile.Read(ref _doors)?.Links?.Invoke().Peers ?? []).Select(peer =>
            new LinkFigures(peer.Peer.Name, peer.IsUp, peer.WaitingBytes, peer.RoundTrip))],
        Mailboxes = [.. Volatile.Read(ref _doors)?.Mailboxes.Select(sort => new MailboxFigures(sort.Name, LongestQueue(sort.Actors)))
            ?? []],
    };

    internal ForegroundSigns Foreground => new(Load is [.., var latest] ? latest.P99 : null,
        (double)Admission.UnderWay / parts.Settings.RequestsMax, parts.Store.Engine.Statistics.WritePressure);

    public IReadOnlyList<LoadPoint> Load => parts.Meter?.Load.Read(Now) ?? [];

    public Func<ReadOnlyMemory<byte>> Facts { get; set; } = static () => default;

    public async Task<ReadOnlyMemory<byte>> AskFactsAsync(string node) => Volatile.Read(ref _doors) is not { } doors ? default
        : (await AskAsync<NodeTold>(doors.Inspection, new InquireOf(node, _inquiryPatience), 2 * _inquiryPatience))?.Facts ?? default;

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
        if (doors is null || View is null || Current.Readiness is { IsRemoved: true } or { IsMeeting: true })
        {
            Refuse(request, new NodeNotReady(Readiness.Reason));
            return;
        }
        if (!Admission.TryEnter())
        {
            Refuse(request, Admission.Refusal);
            return;
        }
        request.Answered = _leave ??= Leave;
        request.TakenAt = Now;
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
        // Its journal does not answer, or has failed; it may have written before.
        return (await AskAsync<BucketStored>(doors.RingKeeper, new SetBucket(bucket, fields, changed), timeout))?.Settings
            ?? throw new BucketNotSetException($"The settings were not durable within {timeout.TotalSeconds} s.", isUnknown: true);
    }

    public TokenTable Tokens => CurrentRing.Buckets.Tokens;

    public async Task<AccessToken?> SetTokenAsync(AccessToken token) => Volatile.Read(ref _doors) is not { } doors ? null
        : (await AskAsync<TokenStored>(doors.RingKeeper, new SetToken(token), parts.Settings.RequestTimeout + _journalPatience))?.Token;

    public TransfersView Transfers => CurrentRing.Transfers;

    public HybridTime LaterThan(HybridTime seen)
    {
        clock.Observe(seen);
        return clock.Tick();
    }

    public long ClusterUnixMilliseconds => clock.ClusterUnixMilliseconds;

    public async Task<PlanOutcome> PlanAsync(PlanRequest request)
    {
        if (Volatile.Read(ref _doors) is not { } doors) return new RingUndecided(Readiness.Reason);
        return await AskAsync<PlanOutcome>(doors.RingKeeper, new AskPlan(request), _agreementPatience)
            ?? new RingUndecided($"This node's ring keeper did not answer within {_agreementPatience.TotalSeconds:0} s.");
    }

    /// <summary>By the scheduler's time, which a simulation decides. Null: no answer came in time.</summary>
    private async Task<T?> AskAsync<T>(IActorRef actor, object question, TimeSpan patience) where T : class
    {
        var over = new CancellationTokenSource();
        var timer = system.Scheduler.Advanced.ScheduleOnceCancelable(patience, over.Cancel);
        try
        {
            return await actor.Ask<T>(question, Timeout.InfiniteTimeSpan, over.Token);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        finally
        {
            timer.Cancel();
        }
    }

    /// <param name="mailboxes">Of which actors <see cref="NodeStatistics.Mailboxes"/> tells, the coordinators included.</param>
    internal void Open(
        IActorRef[] coordinators, IActorRef inspection, IActorRef ringKeeper, Func<ILinks>? links = null,
            params (string, IActorRef[])[] mailboxes) =>
        Volatile.Write(ref _doors, new Doors(coordinators, inspection, ringKeeper, links, mailboxes));

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

    public void RequestLeave(string reason) => parts.Ending(new NodeEnding(IsRestart: false, reason) { HasLeft = true });

    private IEnumerable<PartitionAgreement> Agreements(RingView view) =>
        from partition in Enumerable.Range(0, view.Table.PartitionCount)
        where view.IsOwner(partition)
        select new PartitionAgreement(partition, [.. view.Owners(partition).ToArray()
            .Where(owner => owner != view.Self)
            .Select(owner => new PeerAgreement(view.NameOf(owner), parts.Store.Agreements.AsOf(partition, view.NameOf(owner))))]);

    private TimeSpan Now => system.Scheduler.HighResMonotonicClock;

    private void Refuse(ClientRequest request, ClientOutcome refusal)
    {
        parts.Meter?.Answered(request, refusal, TimeSpan.Zero, Now);
        request.Client.Complete(refusal);
    }

    private void Leave(ClientRequest request, ClientOutcome outcome)
    {
        Admission.Leave();
        if (outcome is QuorumNotReached) Counters.QuorumFailed();
        if (parts.Meter is not { } meter) return;
        var now = Now;
        meter.Answered(request, outcome, now - request.TakenAt, now);
    }

    private static int LongestQueue(IActorRef[] actors) =>
        actors.Max(actor => actor is ActorRefWithCell { Underlying: { } cell } ? cell.NumberOfMessages : 0);

    private sealed record Doors(
        IActorRef[] Coordinators, IActorRef Inspection, IActorRef RingKeeper, Func<ILinks>? Links,
            (string Name, IActorRef[] Actors)[] Mailboxes);

    private sealed record Published(IReadOnlyList<NodeView> Nodes, NodeReadiness Readiness, string? Leader);
}
