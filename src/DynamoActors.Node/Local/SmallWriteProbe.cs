using Akka.Actor;

namespace DynamoActors.Node.Local;

/// <summary>
/// Takes the way of a small write beside large ones: from the threads that all actors share to <see cref="GroupCommitActor"/>, which tells
/// <see cref="LargePace"/> how long that took.
/// </summary>
internal sealed class SmallWriteProbe : ReceiveActor
{
    public SmallWriteProbe(IActorRef store) => Receive<Probe>(store.Tell);

    /// <param name="SentAt">By the scheduler's clock.</param>
    public sealed record Probe(TimeSpan SentAt);
}
