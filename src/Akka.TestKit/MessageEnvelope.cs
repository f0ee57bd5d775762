using Akka.Actor;

namespace Akka.TestKit;

/// <summary>A message that a test actor received, and from whom.</summary>
public abstract class MessageEnvelope
{
    public abstract object Message { get; }

    public abstract IActorRef Sender { get; }
}

/// <summary>Nothing came in time.</summary>
public sealed class NullMessageEnvelope : MessageEnvelope
{
    public static readonly NullMessageEnvelope Instance = new();

    private NullMessageEnvelope()
    {
    }

    public override object Message => null!;

    public override IActorRef Sender => throw new InvalidOperationException("No message has been received, so there is no sender.");
}

public class RealMessageEnvelope(object message, IActorRef sender) : MessageEnvelope
{
    public override object Message { get; } = message;

    public override IActorRef Sender { get; } = sender;

    public override string ToString() => $"<{Message}> from {Sender}";
}
