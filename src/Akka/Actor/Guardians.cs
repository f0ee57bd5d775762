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

/// <summary>Parent of the engine's own actors: outlives the application's, and waits for those that asked to be told first.</summary>
internal sealed class SystemGuardian(IActorRef userGuardian) : ActorBase
{
    private readonly HashSet<IActorRef> _hooks = [];
    private bool _ending;

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
                _ending = true;
                // Loggers go last: what follows is written by the standard output alone.
                Cell.SystemImpl.EventStream.UseStandardOutputOnly();
                foreach (IActorRef hook in _hooks)
                    hook.Tell(TerminationHook.Instance);
                StopWhenReady();
                return true;
            case Terminated terminated:
                _hooks.Remove(terminated.ActorRef);
                StopWhenReady();
                return true;
            case RegisterTerminationHook when !Sender.Equals(Context.System.DeadLetters):
                if (_hooks.Add(Sender))
                    Context.Watch(Sender);
                return true;
            case TerminationHookDone:
                Context.Unwatch(Sender);
                _hooks.Remove(Sender);
                StopWhenReady();
                return true;
            default:
                Cell.DeadLetter(new Envelope(message, Sender));
                return true;
        }
    }

    private void StopWhenReady()
    {
        if (_ending && _hooks.Count == 0)
            Context.Stop(Self);
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
