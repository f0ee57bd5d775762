using Akka.Actor;

namespace Akka.Event;

/// <summary>A message that does not matter when its receiver is gone: it is published as suppressed, and not logged.</summary>
public interface IDeadLetterSuppression;

/// <summary>A message that reached nobody.</summary>
public abstract class AllDeadLetters
{
    protected AllDeadLetters(object message, IActorRef sender, IActorRef recipient)
    {
        Message = message;
        Sender = sender;
        Recipient = recipient;
    }

    public object Message { get; }

    public IActorRef Sender { get; }

    public IActorRef Recipient { get; }

    public override string ToString() => $"{GetType().Name} from {Sender?.ToString() ?? "NoSender"} to {Recipient}: <{Message}>";
}

public sealed class DeadLetter(object message, IActorRef sender, IActorRef recipient) : AllDeadLetters(message, sender, recipient);

public sealed class SuppressedDeadLetter(IDeadLetterSuppression message, IActorRef sender, IActorRef recipient)
    : AllDeadLetters(message, sender, recipient);

/// <summary>A message that its receiver had no handler for.</summary>
public sealed class UnhandledMessage(object message, IActorRef sender, IActorRef recipient)
{
    public object Message { get; } = message;

    public IActorRef Sender { get; } = sender;

    public IActorRef Recipient { get; } = recipient;

    public override string ToString() => $"Unhandled message from {Sender} to {Recipient}: {Message}";
}

/// <summary>Logs the first dead letters of a system.</summary>
internal sealed class DeadLetterListener : ReceiveActor
{
    private readonly int _countMax = ((ActorSystemImpl)Context.System).Settings.LogDeadLetters;
    private int _count;

    public DeadLetterListener() => Receive<DeadLetter>(letter =>
    {
        var system = (ActorSystemImpl)Context.System;
        if (system.IsTerminating && !system.Settings.LogDeadLettersDuringShutdown)
            return;
        _count++;
        string more = _countMax == int.MaxValue ? "" : _count == _countMax
            ? $" [{_count}] dead letters encountered, no more will be logged." : $" [{_count}] dead letters encountered.";
        system.EventStream.Publish(new Info(
            letter.Recipient.Path.ToString(),
            letter.Recipient.GetType(),
            $"Message [{letter.Message.GetType().Name}] from {letter.Sender?.ToString() ?? "NoSender"} to {letter.Recipient} was not delivered.{more}"));
        if (_count == _countMax)
            Context.Stop(Self);
    });

    protected override void PreStart() => Context.System.EventStream.Subscribe(Self, typeof(DeadLetter));

    protected override void PostStop() => Context.System.EventStream.Unsubscribe(Self);
}
