using Akka.Actor;
using DynamoActors.Node.Membership;
using DynamoActors.Node.Messages;
using DynamoActors.Node.Telemetry;
using DynamoActors.Storage;

namespace DynamoActors.Node.Coordination;

/// <summary>What a coordinator's requests share.</summary>
internal sealed class CoordinationServices(
    IActorRef coordinator, CoordinatorSettings settings, IScheduler time, IStorageEngine engine, NodeCounters counters,
    NodeClock clock, CurrentRing current)
{
    // A coordinator that restarts goes on above every id it used before: it makes fewer than one request per 100 ns.
    private long _lastRequestId = time.HighResMonotonicClock.Ticks;

    private RingView? _seen;
    private RingView? _ring;

    public IActorRef Coordinator { get; } = coordinator;
    public CoordinatorSettings Settings { get; } = settings;

    /// <summary>This node's own; read from, never written to.</summary>
    public IStorageEngine Engine { get; } = engine;

    public NodeCounters Counters { get; } = counters;

    /// <summary>
    /// As far as new requests are concerned: who is busy (<see cref="PeerHealth"/>) counts as unreachable for now. Null until the first
    /// ring is known.
    /// </summary>
    public RingView? Ring
    {
        get
        {
            if (current.View is { } view && !ReferenceEquals(view, _seen)) Follow(view);
            return _ring;
        }
    }

    /// <summary>That node goes by another ring than this one: whoever is behind shall learn the other's.</summary>
    public void Differs(string peer, ulong epoch) => current.Keeper.Tell(new RingDiffers(peer, epoch), ActorRefs.NoSender);

    /// <summary>Of the members of that ring.</summary>
    public PeerHealth Health { get; private set; } = new(settings, members: 0, static () => { });

    /// <summary>Time since some fixed moment; never jumps.</summary>
    public TimeSpan Now => time.HighResMonotonicClock;

    /// <summary>For what expires.</summary>
    public long UnixMilliseconds => clock.ClusterUnixMilliseconds;

    /// <summary>The ring, or who can be reached, has changed.</summary>
    private void Follow(RingView seen)
    {
        // Members have other indexes in another ring; what was asked in the old one is counted there until it is answered.
        if (_seen?.Table.Epoch != seen.Table.Epoch)
            Health = new PeerHealth(Settings, seen.Table.Members.Length, AvoidBusy, Health);
        _seen = seen;
        AvoidBusy();
    }

    private void AvoidBusy()
    {
        if (_seen is { } seen) _ring = Health.Busy.Count == 0 ? seen : seen.Avoiding(Health.Busy);
    }

    /// <summary>Never zero, which marks a write without an answer.</summary>
    public long NextRequestId() => ++_lastRequestId;
}

/// <param name="RequestTimeout">From submission to answer, where the request names no other.</param>
/// <param name="HedgeMin">A late replica is hedged no sooner.</param>
/// <param name="HedgeMax">And no later.</param>
/// <param name="PeerRequestsMax">What one coordinator may have asked of one other node and not heard of.</param>
/// <param name="PeerBytesMax">The same, in bytes.</param>
internal sealed record CoordinatorSettings(
    TimeSpan RequestTimeout, TimeSpan HedgeMin, TimeSpan HedgeMax, int PeerRequestsMax = int.MaxValue, long PeerBytesMax = long.MaxValue);
