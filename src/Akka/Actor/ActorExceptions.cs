namespace Akka.Actor;

/// <summary>The root of what the engine throws.</summary>
public abstract class AkkaException : Exception
{
    protected AkkaException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}

/// <summary>The actor could not be built: its constructor or PreStart threw, or its Props do not fit.</summary>
public class ActorInitializationException : AkkaException
{
    public ActorInitializationException(string message)
        : base(message)
    {
    }

    public ActorInitializationException(IActorRef actor, string message, Exception? cause = null)
        : base(message, cause) => Actor = actor;

    public IActorRef? Actor { get; }

    public override string ToString() => Actor is null ? base.ToString() : $"{Actor}: {base.ToString()}";
}

/// <summary>PostRestart of the new instance threw.</summary>
public class PostRestartException(IActorRef actor, Exception cause, Exception originalCause)
    : ActorInitializationException(actor, $"The restart of {actor} failed: PostRestart threw {cause.GetType()}: {cause.Message}", cause)
{
    public Exception OriginalCause { get; } = originalCause;
}

/// <summary>PreRestart of the failed instance threw.</summary>
public class PreRestartException(IActorRef actor, Exception restartException, Exception cause, object? optionalMessage) : AkkaException(
    $"The restart of {actor} failed: PreRestart threw {restartException.GetType()}: {restartException.Message}", restartException)
{
    internal Exception OriginalCause { get; } = cause;

    internal object? OptionalMessage { get; } = optionalMessage;
}

public class ActorKilledException(string message) : AkkaException(message);

/// <summary>A watched actor stopped and the watcher did not handle its Terminated.</summary>
public class DeathPactException(IActorRef deadActor) : AkkaException($"Monitored actor [{deadActor}] terminated")
{
    public IActorRef DeadActor { get; } = deadActor;
}

public class InvalidActorNameException(string message) : AkkaException(message);

public class InvalidMessageException(string message) : AkkaException(message);

public class ActorNotFoundException(string message, Exception? innerException = null) : AkkaException(message, innerException);

public class SchedulerException(string message) : AkkaException(message);

/// <summary>An Ask had no answer in time. The receiver may still have acted.</summary>
public class AskTimeoutException(string message) : AkkaException(message);
