using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor;

/// <summary>An actor that is not there: what is told to it becomes a dead letter, and whoever watches it hears of its end at once.</summary>
internal class EmptyLocalActorRef(IActorRefProvider provider, ActorPath path) : MinimalActorRef
{
    public override ActorPath Path => path;

    public override IActorRefProvider Provider => provider;

    public override bool IsTerminated => true;

    internal override void SendSystemMessage(ISystemMessage message) => provider.DeadLetterSystemMessage(message, this);

    protected override void TellInternal(object message, IActorRef sender)
    {
        if (message is not AllDeadLetters)
            Publish(new DeadLetter(message, sender, this));
    }

    private protected void Publish(DeadLetter letter)
    {
        if (IdentifyIn(letter.Message) is { } identify)
            letter.Sender?.Tell(new ActorIdentity(identify.MessageId, null), ActorRefs.NoSender);
        else
            provider.PublishDeadLetter(letter);
    }

    // Whoever asks is told that nobody is there.
    private static Identify? IdentifyIn(object message) => (message as ActorSelectionMessage)?.Message as Identify ?? message as Identify;
}

/// <summary>Where messages without a receiver end: published on the event stream.</summary>
internal sealed class DeadLetterActorRef(IActorRefProvider provider, ActorPath path) : EmptyLocalActorRef(provider, path)
{
    public override bool IsTerminated => false;

    protected override void TellInternal(object message, IActorRef sender) =>
        Publish(message as DeadLetter ?? new DeadLetter(message, sender, this));
}
