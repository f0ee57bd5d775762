using Akka.Actor;
using DynamoActors.Node.Local;
using DynamoActors.Node.Membership;
using DynamoActors.Node.Transfers;

namespace DynamoActors.Node.AntiEntropy;

/// <param name="Interval">Every pair of owners of every partition is compared at least so often.</param>
/// <param name="BytesPerSecond">Keys and objects that this node's comparisons move, both directions together.</param>
/// <param name="MoveBytesPerSecond">For partitions that come to this node because the ring changes, or leave it, in each direction.</param>
/// <param name="MoveBytesPerSecondMin">The same while clients suffer.</param>
/// <param name="DeletedAgeMin">Deletions younger than this are not dropped, whatever is known of them.</param>
/// <param name="HandoffTime">A peer that came back is compared only then, or at the next interval: its hints come first.</param>
internal sealed record AntiEntropySettings(
    TimeSpan Interval, long BytesPerSecond, TimeSpan DeletedAgeMin, TimeSpan HandoffTime, long MoveBytesPerSecond,
    long MoveBytesPerSecondMin);

/// <summary>What the exchanges of one node share. Used by <see cref="AntiEntropyActor"/> alone.</summary>
internal sealed class AntiEntropyServices(IActorRef actor, RingView ring, AntiEntropySettings settings, AgreementTable agreements,
    IScheduler time, MoveTraffic? moves = null)
{
    // Goes on above every id that an actor before a restart used: an exchange takes longer than 6.4 µs. Request ids have room for members.
    private long _lastId = time.HighResMonotonicClock.Ticks >> 6;

    public IActorRef Actor { get; } = actor;
    public RingView Ring { get; set; } = ring;
    public ByteBudget Budget { get; } = new(settings.BytesPerSecond);
    public ByteBudget MoveBudget { get; } = new(settings.MoveBytesPerSecond);
    public AgreementTable Agreements { get; } = agreements;
    public MoveTraffic Moves { get; } = moves ?? new MoveTraffic();

    /// <summary>Objects that comparisons have carried from one replica to another.</summary>
    public long ObjectsExchanged { get; set; }

    public TimeSpan Now => time.HighResMonotonicClock;

    public long UnixMilliseconds => time.Now.ToUnixTimeMilliseconds();

    public long NextId() => ++_lastId;

    public void WakeAfter(TimeSpan wait, long id) => time.ScheduleTellOnce(wait, Actor, new WakeExchange(id), Actor);
}

internal sealed record WakeExchange(long Id);
