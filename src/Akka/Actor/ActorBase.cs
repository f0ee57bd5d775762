namespace Akka.Actor;

/// <summary>Handles one message; false if it is none of its own.</summary>
public delegate bool Receive(object message);

/// <summary>Handles one message, whatever it is.</summary>
public delegate void UntypedReceive(object message);

/// <summary>
/// State and behaviour behind a mailbox: one message at a time, never two threads at once. An instance that fails is replaced by
/// a new one under the same handle, if its supervisor says so.
/// </summary>
public abstract class ActorBase : IInternalActor
{
    private readonly ActorCell _cell;
    private SupervisorStrategy? _supervisorStrategy;

    protected ActorBase()
    {
        _cell = ActorCell.Current is { IsCreating: true } cell ? cell : throw new ActorInitializationException(
            $"{GetType()} was created with new: an actor lives in an actor system, so create it with ActorOf(Props.Create<{GetType().Name}>()).");
        InitialBehavior = Receive;
    }

    IActorContext IInternalActor.ActorContext => _cell;

    protected static IActorContext Context => CurrentCell;

    protected IActorRef Self => _cell.Self;

    protected IActorRef Sender => _cell.Sender;

    internal Receive InitialBehavior { get; private protected set; }

    internal ActorCell Cell => _cell;

    internal SupervisorStrategy SupervisorStrategyInternal =>
        _supervisorStrategy ??= _cell.Props.SupervisorStrategy ?? SupervisorStrategy();

    internal static ActorCell CurrentCell => ActorCell.Current ?? throw new NotSupportedException(
        "There is no actor on this thread: Context is there only inside an actor's own methods. After an await in a handler "
        + "registered with Receive use ReceiveAsync, in a callback pipe the result to Self.");

    protected abstract bool Receive(object message);

    /// <summary>How this actor deals with its children's failures; asked for once an instance.</summary>
    protected virtual SupervisorStrategy SupervisorStrategy() => Akka.Actor.SupervisorStrategy.DefaultStrategy;

    /// <summary>Before the first message of the first instance.</summary>
    protected virtual void PreStart()
    {
    }

    /// <summary>On the failed instance, before it is replaced: stops its children and then itself, unless overridden.</summary>
    protected virtual void PreRestart(Exception reason, object message)
    {
        foreach (IActorRef child in Context.GetChildren())
        {
            Context.Unwatch(child);
            Context.Stop(child);
        }
        PostStop();
    }

    /// <summary>On the new instance, before the next message.</summary>
    protected virtual void PostRestart(Exception reason) => PreStart();

    /// <summary>After the last message; all children have stopped.</summary>
    protected virtual void PostStop()
    {
    }

    /// <summary>What no handler takes: published as unhandled; an unhandled Terminated fails the actor.</summary>
    protected virtual void Unhandled(object message)
    {
        if (message is Terminated terminated)
            throw new DeathPactException(terminated.ActorRef);
        var unhandled = new Event.UnhandledMessage(message, Sender, Self);
        _cell.SystemImpl.EventStream.Publish(unhandled);
        if (_cell.SystemImpl.Settings.DebugUnhandledMessage)
            _cell.SystemImpl.EventStream.Publish(new Event.Debug(Self.Path.ToString(), GetType(), unhandled.ToString()));
    }

    protected internal virtual bool AroundReceive(Receive receive, object message) => receive(message);

    protected internal virtual void AroundPreStart() => PreStart();

    protected internal virtual void AroundPreRestart(Exception cause, object message) => PreRestart(cause, message);

    protected internal virtual void AroundPostRestart(Exception cause, object message) => PostRestart(cause);

    protected internal virtual void AroundPostStop() => PostStop();

    protected void Become(Receive receive) => _cell.Become(receive);

    protected void BecomeStacked(Receive receive) => _cell.BecomeStacked(receive);

    protected void UnbecomeStacked() => _cell.UnbecomeStacked();

    protected void SetReceiveTimeout(TimeSpan? timeout) => _cell.SetReceiveTimeout(timeout);

    internal void UnhandledByBehavior(object message) => Unhandled(message);

    /// <summary>After the constructor: what the actor's interfaces ask for.</summary>
    internal virtual void GiveTools(ActorCell cell)
    {
        if (this is IWithTimers timed)
            timed.Timers = new TimerScheduler(cell);
        if (this is IWithStash stashing)
            stashing.Stash = new Stash(cell);
    }

    /// <summary>This instance is done with: its timers stop and what it stashed goes back to the mailbox.</summary>
    internal void TakeToolsAway()
    {
        if (this is IWithTimers { Timers: { } timers })
            timers.CancelAll();
        if (this is IWithStash { Stash: { } stash })
            stash.UnstashAll();
    }
}

/// <summary>Reaches an actor's context from outside its class.</summary>
public interface IInternalActor
{
    IActorContext ActorContext { get; }
}

/// <summary>An actor with one method for all messages.</summary>
public abstract class UntypedActor : ActorBase
{
    protected static new IUntypedActorContext Context => CurrentCell;

    protected sealed override bool Receive(object message)
    {
        OnReceive(message);
        return true;
    }

    protected abstract void OnReceive(object message);

    protected void Become(UntypedReceive receive) => Cell.Become(receive);

    protected void BecomeStacked(UntypedReceive receive) => Cell.BecomeStacked(receive);
}
