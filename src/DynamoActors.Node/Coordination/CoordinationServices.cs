using Akka.Actor;
using DynamoActors.Node.Ring;
using DynamoActors.Storage;

namespace DynamoActors.Node.Coordination;

/// <summary>What a coordinator's requests share.</summary>
internal sealed class CoordinationServices(
    IActorRef coordinator, CoordinatorSettings settings, IScheduler time, ReplicaLatency latency, IStorageEngine engine, NodeCounters counters,
    NodeClock clock)
{
    // A coordinator that restarts goes on above every id it used before: it makes fewer than one request per 100 ns.
    private long _lastRequestId = time.HighResMonotonicClock.Ticks;

    public IActorRef Coordinator { get; } = coordinator;
    public CoordinatorSettings Settings { get; } = settings;

    /// <summary>This node's own; read from, never written to.</summary>
    public IStorageEngine Engine { get; } = engine;

    public ReplicaLatency Latency { get; } = latency;
    public NodeCounters Counters { get; } = counters;

    /// <summary>Null until the first ring is known.</summary>
    public RingView? Ring { get; set; }

    /// <summary>Time since some fixed moment; never jumps.</summary>
    public TimeSpan Now => time.HighResMonotonicClock;

    /// <summary>For what expires; never goes back.</summary>
    public long UnixMilliseconds => clock.LatestUnixMilliseconds;

    /// <summary>Never zero, which marks a write without an answer.</summary>
    public long NextRequestId() => ++_lastRequestId;
}

/// <param name="RequestTimeout">From submission to answer, where the request names no other.</param>
/// <param name="HedgeMin">A late replica is hedged no sooner.</param>
/// <param name="HedgeMax">And no later.</param>
internal sealed record CoordinatorSettings(TimeSpan RequestTimeout, TimeSpan HedgeMin, TimeSpan HedgeMax);
