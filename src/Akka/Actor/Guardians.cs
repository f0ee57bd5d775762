using Akka.Event;

namespace Akka.Actor;

/// <summary>The top of the tree. A guardian that fails or stops takes the whole system with it.</summary>
internal sealed class RootGuardian : ActorBase
{
    protected override void PreStart()
    {
    }

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case WatchSystemGuardian watch:
                Context.Watch(watch.Guardian);
                return true;
            case Terminated:
                Context.Stop(Self);
                return true;
            default:
                return false;
        }
    }

    internal sealed record WatchSystemGuardian(IActorRef Guardian);
}

/// <summary>Parent of the application's top-level actors.</summary>
internal sealed class UserGuardian : ActorBase
{
    protected override bool Receive(object message)
    {
        if (message is not Terminated)
            Cell.DeadLetter(Cell.CurrentEnvelope);
        return true;
    }
}

/// <summary>
/// Parent of the engine's own actors, which outlive the application's. They end in steps: those that asked to be told first, then all
/// others, and the loggers last, when they have written what was logged before.
/// </summary>
internal sealed class SystemGuardian(IActorRef userGuardian) : ActorBase
{
    private readonly HashSet<IActorRef> _hooks = [];
    private readonly HashSet<IActorRef> _stopping = [];
    private Step _step;

    private enum Step
    {
        Running,
        Hooks,
        Actors,
        Loggers,
    }

    private EventStream EventStream => Cell.SystemImpl.EventStream;

    protected override void PreStart()
    {
        Context.Watch(userGuardian);
        Context.Parent.Tell(new RootGuardian.WatchSystemGuardian(Self));
    }

    protected override SupervisorStrategy SupervisorStrategy() =>
        new OneForOneStrategy(cause => cause is ActorInitializationException or ActorKilledException ? Directive.Stop : Directive.Restart);

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case Terminated terminated when terminated.ActorRef.Equals(userGuardian):
                _step = Step.Hooks;
                foreach (IActorRef hook in _hooks)
                    hook.Tell(TerminationHook.Instance);
                GoOn();
                return true;
            case Terminated terminated:
                _hooks.Remove(terminated.ActorRef);
                _stopping.Remove(terminated.ActorRef);
                GoOn();
                return true;
            case RegisterTerminationHook when !Sender.Equals(Context.System.DeadLetters):
                if (_hooks.Add(Sender))
                    Context.Watch(Sender);
                return true;
            case TerminationHookDone:
                Context.Unwatch(Sender);
                _hooks.Remove(Sender);
                GoOn();
                return true;
            default:
                Cell.DeadLetter(new Envelope(message, Sender));
                return true;
        }
    }

    private void GoOn()
    {
        if (_step == Step.Hooks && _hooks.Count == 0)
        {
            _step = Step.Actors;
            foreach (IActorRef actor in Context.GetChildren().Except(EventStream.Loggers))
            {
                Await(actor);
                Context.Stop(actor);
            }
        }
        if (_step == Step.Actors && _stopping.Count == 0)
        {
            _step = Step.Loggers;
            EventStream.UseStandardOutputOnly();
            foreach (IActorRef logger in EventStream.Loggers)
            {
                Await(logger);
                // A stop would go before the entries that wait.
                logger.Tell(PoisonPill.Instance, ActorRefs.NoSender);
            }
        }
        if (_step == Step.Loggers && _stopping.Count == 0)
            Context.Stop(Self);
    }

    private void Await(IActorRef actor)
    {
        _stopping.Add(actor);
        Context.Watch(actor);
    }
}

/// <summary>Told to the system guardian: tell me, the sender, when the application's actors are gone, and wait for my answer.</summary>
internal sealed record RegisterTerminationHook
{
    internal static readonly RegisterTerminationHook Instance = new();
}

internal sealed record TerminationHook
{
    internal static readonly TerminationHook Instance = new();
}

internal sealed record TerminationHookDone
{
    internal static readonly TerminationHookDone Instance = new();
}
