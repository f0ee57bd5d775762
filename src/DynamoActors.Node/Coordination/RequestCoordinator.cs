using Akka.Actor;
using Akka.Event;
using DynamoActors.Node.Membership;
using DynamoActors.Node.Messages;
using DynamoActors.Node.Requests;
using DynamoActors.Node.Telemetry;
using DynamoActors.Node.Tracing;
using DynamoActors.Node.Vnodes;
using DynamoActors.Storage;

namespace DynamoActors.Node.Coordination;

/// <summary>
/// Runs gets and puts: sends them to replicas, counts the answers, answers the client. Each request is a <see cref="Coordination"/>
/// of its own; this actor keeps them by id and by time.
/// </summary>
internal sealed class RequestCoordinator : ReceiveActor, IWithTimers
{
    // Requests are looked after this often while there are any; deadlines and hedges are as exact as this.
    private static readonly TimeSpan _tickInterval = TimeSpan.FromMilliseconds(5);

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly CoordinationServices _services;
    private readonly PendingRequests _pending = new();
    private readonly RequestAdmission _admission;
    private readonly RecentForwards _forwarded = new();
    private bool _ticking;

    public RequestCoordinator(CoordinatorSettings settings, IStorageEngine engine, NodeCounters counters, RequestAdmission admission,
        NodeClock clock, CurrentRing ring)
    {
        _admission = admission;
        _services = new CoordinationServices(Self, settings, Context.System.Scheduler, engine, counters, clock, ring);
        Receive<ReplicaReply>(OnReply);
        Receive<GetObject>(get => Start(get, new GetCoordination(_services, get)));
        Receive<PutObject>(put => Start(put, NewPut(put)));
        Receive<ForwardedPut>(OnForwarded);
        Receive<ForwardedPutAnswer>(OnForwardedAnswer);
        Receive<Tick>(_ => OnTick());
        Receive<PeerDown>(down => OnLost(down.Peer.Name));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private void Start(ClientRequest request, Coordination coordination)
    {
        if (_services.Ring is null)
        {
            request.Complete(new NodeNotReady("The node has not learned the ring yet."));
            return;
        }
        Run(coordination);
    }

    private Coordination NewPut(PutObject put) => put.Conditions.AreNone
        ? new PutCoordination(_services, put, put.Context)
        : new ConditionalPut(_services, put);

    private void Run(Coordination coordination)
    {
        try
        {
            coordination.Start();
        }
        catch
        {
            // Not among the pending ones yet, which the restart answers.
            coordination.Abandon();
            throw;
        }
        Keep(coordination);
    }

    private void OnReply(ReplicaReply reply)
    {
        // Also where nobody waits for it any more.
        if (reply is WriteCoordinated) _services.Health.OwnStoreAnswered();
        if (_pending.Find(reply.RequestId) is not { } coordination)
        {
            if (reply.RequestId < 0) _services.Health.OnProbeAnswer(reply);
            return;
        }
        coordination.OnReply(reply);
        Settle(coordination);
    }

    private void OnForwarded(ForwardedPut forwarded)
    {
        if (!_forwarded.TryAdd(Sender, forwarded.RequestId)) return;
        if (!_admission.TryEnter())
        {
            Sender.Tell(new ForwardedPutAnswer(forwarded.RequestId, _admission.Refusal));
            return;
        }
        var put = forwarded.ToRequest(Self, Sender);
        put.Answered = (_, _) => _admission.Leave();
        Start(put, new PutCoordination(_services, put, put.Context, PutOrigin.OtherNode));
    }

    private void OnForwardedAnswer(ForwardedPutAnswer answer)
    {
        if (_pending.Find(answer.RequestId) is not ForwardedPutCoordination put) return;
        put.OnAnswer(answer);
        Settle(put);
    }

    /// <summary>Nothing that was asked of it will be answered: those that wait for it need not find that out by waiting.</summary>
    private void OnLost(string peer) => _pending.ForEach(coordination =>
    {
        coordination.OnLost(peer);
        Settle(coordination);
    });

    private void Keep(Coordination coordination)
    {
        if (coordination.IsDone) { Continue(coordination); return; }
        _pending.Add(coordination);
        if (_ticking) return;
        _ticking = true;
        Timers.StartPeriodicTimer(nameof(Tick), Tick.Instance, _tickInterval);
    }

    private void Settle(Coordination coordination)
    {
        if (!coordination.IsDone) return;
        _pending.Remove(coordination);
        Continue(coordination);
    }

    private void Continue(Coordination done)
    {
        done.Release();
        if (done.Next is { } next) Run(next);
    }

    private void OnTick()
    {
        var now = _services.Now;
        _pending.ForEach(coordination =>
        {
            coordination.OnTime(now);
            Settle(coordination);
        });
        if (_pending.Count > 0) return;
        _ticking = false;
        Timers.Cancel(nameof(Tick));
    }

    protected override void PreRestart(Exception reason, object message)
    {
        _log.Error(reason, "A coordinator failed on {0} (trace {1}); its {2} requests are answered as unknown", message.GetType().Name,
            (message as ClientRequest)?.Trace.Id() ?? "none", _pending.Count);
        _pending.ForEach(coordination => coordination.Abandon());
        base.PreRestart(reason, message);
    }

    protected override void PostStop() => _pending.ForEach(coordination => coordination.Abandon());

    private sealed class Tick
    {
        public static readonly Tick Instance = new();
    }
}
