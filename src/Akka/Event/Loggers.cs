using Akka.Actor;

namespace Akka.Event;

/// <summary>Writes to standard output on the thread that logs: before the loggers run, and after they have stopped.</summary>
internal sealed class StandardOutLogger : MinimalActorRef
{
    public override ActorPath Path { get; } = new RootActorPath(Address.AllSystems, "/StandardOutLogger");

    public override IActorRefProvider Provider => throw new NotSupportedException("The standard output belongs to no actor system.");

    protected override void TellInternal(object message, IActorRef sender) => Console.Out.WriteLine(message);
}

/// <summary>Writes every entry it is subscribed to to standard output.</summary>
public class DefaultLogger : ActorBase
{
    protected override bool Receive(object message)
    {
        switch (message)
        {
            case InitializeLogger:
                // The system does not wait for the answer: what is logged meanwhile stands behind this message in the mailbox.
                if (!Sender.Equals(Context.System.DeadLetters))
                    Sender.Tell(new LoggerInitialized());
                return true;
            case LogEvent entry:
                Print(entry);
                return true;
            default:
                return false;
        }
    }

    protected virtual void Print(LogEvent logEvent) => Console.Out.WriteLine(logEvent);
}
