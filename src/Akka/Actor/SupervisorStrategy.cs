using Akka.Event;

namespace Akka.Actor;

/// <summary>What a supervisor does about a child that failed.</summary>
public enum Directive
{
    /// <summary>Go on with the next message, with the state as it is.</summary>
    Resume,

    /// <summary>Replace the instance; the mailbox is kept, the failing message is lost.</summary>
    Restart,

    /// <summary>Fail oneself, for the same cause.</summary>
    Escalate,

    Stop,
}

/// <summary>Maps what a child threw to what is to be done.</summary>
public interface IDecider
{
    Directive Decide(Exception cause);
}

public static class Decider
{
    public static LocalOnlyDecider From(Func<Exception, Directive> localOnlyDecider) => new(localOnlyDecider);
}

/// <summary>A decision by a delegate.</summary>
public sealed class LocalOnlyDecider(Func<Exception, Directive> decider) : IDecider
{
    public Directive Decide(Exception cause) => decider(cause);
}

/// <summary>How an actor deals with its children's failures.</summary>
public abstract class SupervisorStrategy
{
    /// <summary>An actor that could not be built, was killed, or gave up on one it watches, stops; everything else restarts.</summary>
    public static readonly IDecider DefaultDecider = Akka.Actor.Decider.From(cause =>
        cause is ActorInitializationException or ActorKilledException or DeathPactException ? Directive.Stop : Directive.Restart);

    public static readonly SupervisorStrategy DefaultStrategy = new OneForOneStrategy(DefaultDecider);

    public static readonly OneForOneStrategy StoppingStrategy = new(_ => Directive.Stop);

    private readonly TimeSpan? _window;
    private readonly int _retriesMax;
    private readonly bool _logs;

    private protected SupervisorStrategy(IDecider decider, int retriesMax, TimeSpan? window, bool logs)
    {
        Decider = decider;
        _retriesMax = retriesMax;
        _window = window > TimeSpan.Zero ? window : null;
        _logs = logs;
    }

    public IDecider Decider { get; }

    private protected abstract ActorCell.ChildEntry[] Affected(ActorCell.ChildEntry failed, ActorCell.ChildEntry[] all);

    /// <summary>False if the failure is to be the supervisor's own.</summary>
    internal bool HandleFailure(ActorCell supervisor, ActorCell.ChildEntry failed, Exception cause, ActorCell.ChildEntry[] all)
    {
        Directive directive = Decider.Decide(cause);
        Log(supervisor, failed.Ref, cause, directive);
        switch (directive)
        {
            case Directive.Resume:
                failed.Ref.Resume(cause);
                return true;
            case Directive.Restart:
                RestartOrStop(supervisor, cause, Affected(failed, all));
                return true;
            case Directive.Stop:
                foreach (ActorCell.ChildEntry child in Affected(failed, all))
                    supervisor.Stop(child.Ref);
                return true;
            default:
                return false;
        }
    }

    private void RestartOrStop(ActorCell supervisor, Exception cause, ActorCell.ChildEntry[] affected)
    {
        TimeSpan now = supervisor.SystemImpl.Scheduler.MonotonicClock;
        bool may = Array.TrueForAll(affected, child => child.MayRestart(_retriesMax, _window, now));
        foreach (ActorCell.ChildEntry child in affected)
        {
            if (may && !child.IsStopping)
                child.Ref.Restart(cause);
            else if (!may)
                supervisor.Stop(child.Ref);
        }
    }

    private void Log(ActorCell supervisor, IActorRef child, Exception cause, Directive directive)
    {
        if (!_logs)
            return;
        string text = cause is ActorInitializationException { InnerException: { } inner } ? inner.Message : cause.Message;
        string source = child.Path.ToString();
        LogEvent? entry = directive switch
        {
            Directive.Resume => new Warning(source, GetType(), text),
            Directive.Escalate => null,
            _ => new Error(cause, source, GetType(), text),
        };
        if (entry is not null)
            supervisor.SystemImpl.EventStream.Publish(entry);
    }
}

/// <summary>Only the child that failed is restarted or stopped.</summary>
public class OneForOneStrategy : SupervisorStrategy
{
    /// <param name="maxNrOfRetries">Restarts allowed within the time range; null or negative: any number.</param>
    /// <param name="withinTimeRange">Null: counted for ever.</param>
    public OneForOneStrategy(int? maxNrOfRetries, TimeSpan? withinTimeRange, Func<Exception, Directive> localOnlyDecider)
        : this(maxNrOfRetries, withinTimeRange, Akka.Actor.Decider.From(localOnlyDecider))
    {
    }

    public OneForOneStrategy(int? maxNrOfRetries, TimeSpan? withinTimeRange, IDecider decider)
        : base(decider, maxNrOfRetries ?? -1, withinTimeRange, logs: true)
    {
    }

    public OneForOneStrategy(int maxNrOfRetries, int withinTimeMilliseconds, Func<Exception, Directive> localOnlyDecider, bool loggingEnabled = true)
        : base(Akka.Actor.Decider.From(localOnlyDecider), maxNrOfRetries, Window(withinTimeMilliseconds), loggingEnabled)
    {
    }

    public OneForOneStrategy(Func<Exception, Directive> localOnlyDecider)
        : this(Akka.Actor.Decider.From(localOnlyDecider))
    {
    }

    public OneForOneStrategy(IDecider decider)
        : base(decider, -1, null, logs: true)
    {
    }

    internal static TimeSpan? Window(int milliseconds) => milliseconds <= 0 ? null : TimeSpan.FromMilliseconds(milliseconds);

    private protected override ActorCell.ChildEntry[] Affected(ActorCell.ChildEntry failed, ActorCell.ChildEntry[] all) => [failed];
}

/// <summary>All children share the fate of the one that failed.</summary>
public class AllForOneStrategy : SupervisorStrategy
{
    /// <inheritdoc cref="OneForOneStrategy(int?, TimeSpan?, Func{Exception, Directive})"/>
    public AllForOneStrategy(int? maxNrOfRetries, TimeSpan? withinTimeRange, Func<Exception, Directive> localOnlyDecider)
        : base(Akka.Actor.Decider.From(localOnlyDecider), maxNrOfRetries ?? -1, withinTimeRange, logs: true)
    {
    }

    public AllForOneStrategy(Func<Exception, Directive> localOnlyDecider)
        : this(null, null, localOnlyDecider)
    {
    }

    private protected override ActorCell.ChildEntry[] Affected(ActorCell.ChildEntry failed, ActorCell.ChildEntry[] all) => all;
}
