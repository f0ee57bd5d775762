using Akka.Dispatch;
using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

/// <summary>
/// A request whose first answer completes a task. The task fails with the cause of a <see cref="Status.Failure"/>, with
/// <see cref="AskTimeoutException"/> when no answer comes in time (the receiver may still act), or is cancelled.
/// </summary>
public static class Futures
{
    public static Task<object> Ask(this ICanTell self, object message, TimeSpan? timeout = null) =>
        Ask<object>(self, message, timeout, default);

    public static Task<object> Ask(this ICanTell self, object message, CancellationToken cancellationToken) =>
        Ask<object>(self, message, null, cancellationToken);

    public static Task<object> Ask(this ICanTell self, object message, TimeSpan? timeout, CancellationToken cancellationToken) =>
        Ask<object>(self, message, timeout, cancellationToken);

    public static Task<T> Ask<T>(this ICanTell self, object message, TimeSpan? timeout = null) =>
        Ask<T>(self, message, timeout, default);

    public static Task<T> Ask<T>(this ICanTell self, object message, CancellationToken cancellationToken) =>
        Ask<T>(self, message, null, cancellationToken);

    public static Task<T> Ask<T>(this ICanTell self, object message, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        PendingAsk<T> ask = PendingAsk<T>.Begin(self, timeout, cancellationToken);
        self.Tell(message, ask);
        return ask.Task;
    }

    /// <param name="messageFactory">Makes the request from the reference that takes the answer.</param>
    public static Task<T> Ask<T>(
        this ICanTell self, Func<IActorRef, object> messageFactory, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        PendingAsk<T> ask = PendingAsk<T>.Begin(self, timeout, cancellationToken);
        self.Tell(messageFactory(ask), ask);
        return ask.Task;
    }
}

/// <summary>
/// Takes the answer of one Ask. It gets a name, and is registered under it, only when somebody reads its path: answers within this
/// process never do.
/// </summary>
internal sealed class PendingAsk<T> : MinimalActorRef, IRunnable
{
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IActorRefProvider _provider;
    private readonly ICanTell _target;
    private TimeSpan _timeout;
    private ICancelable? _timer;
    private CancellationTokenRegistration _cancellation;
    private ActorPath? _path;
    private HashSet<IActorRef>? _watchedBy;

    private PendingAsk(IActorRefProvider provider, ICanTell target)
    {
        _provider = provider;
        _target = target;
    }

    internal Task<T> Task => _answer.Task;

    public override IActorRefProvider Provider => _provider;

    public override bool IsTerminated => _answer.Task.IsCompleted;

    public override IInternalActorRef Parent => _provider.TempContainer;

    public override ActorPath Path => _path ?? Register();

    internal static PendingAsk<T> Begin(ICanTell target, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        IActorRefProvider provider = target switch
        {
            IInternalActorRef actor => actor.Provider,
            ActorSelection { Anchor: IInternalActorRef anchor } => anchor.Provider,
            _ => throw new ArgumentException($"{target} cannot be asked: it is neither an actor nor a selection."),
        };
        var ask = new PendingAsk<T>(provider, target);
        TimeSpan limit = timeout ?? provider.Settings.AskTimeout;
        if (limit != Timeout.InfiniteTimeSpan)
        {
            ask._timeout = limit;
            var cancelable = new Cancelable(provider.Settings.System.Scheduler);
            ask._timer = cancelable;
            provider.Settings.System.Scheduler.Advanced.ScheduleOnce(limit, ask, cancelable);
        }
        if (cancellationToken.CanBeCanceled)
            ask._cancellation = cancellationToken.UnsafeRegister(static state => ((PendingAsk<T>)state!).Cancel(), ask);
        return ask;
    }

    /// <summary>Answered by the end of the actor.</summary>
    internal static PendingAsk<T> BeginWatch(IInternalActorRef actor, TimeSpan timeout)
    {
        PendingAsk<T> ask = Begin(actor, timeout, default);
        actor.SendSystemMessage(new Watch(actor, ask));
        return ask;
    }

    /// <summary>Out of time.</summary>
    public void Run()
    {
        if (_answer.TrySetException(new AskTimeoutException($"{_target} did not answer within {_timeout}.")))
            End();
    }

    public void Execute() => Run();

    public override void Stop() => Cancel();

    internal override void SendSystemMessage(ISystemMessage message)
    {
        switch (message)
        {
            case Watch watch:
                bool ended;
                lock (_answer)
                {
                    ended = IsTerminated;
                    if (!ended)
                        (_watchedBy ??= []).Add(watch.Watcher);
                }
                if (ended)
                    watch.Watcher.SendSystemMessage(new DeathWatchNotification(this, ExistenceConfirmed: true, AddressTerminated: false));
                break;
            case Unwatch unwatch:
                lock (_answer)
                    _watchedBy?.Remove(unwatch.Watcher);
                break;
            case DeathWatchNotification died:
                Tell(new Terminated(died.Actor, died.ExistenceConfirmed, died.AddressTerminated), died.Actor);
                break;
            case Terminate:
                Stop();
                break;
        }
    }

    protected override void TellInternal(object message, IActorRef sender)
    {
        bool first = message switch
        {
            T answer => _answer.TrySetResult(answer),
            Status.Failure failure => _answer.TrySetException(failure.Cause ?? new InvalidOperationException("Status.Failure without a cause.")),
            _ => _answer.TrySetException(new ArgumentException(
                $"{_target} answered with {message.GetType()} where {typeof(T)} was asked for: {message}")),
        };
        if (first)
            End();
        else
            _provider.DeadLetters.Tell(new Event.DeadLetter(message, sender, this), sender);
    }

    private void Cancel()
    {
        if (_answer.TrySetCanceled())
            End();
    }

    private void End()
    {
        _timer?.Cancel();
        if (_cancellation != default)
            _cancellation.Unregister();
        if (Volatile.Read(ref _path) is null && Volatile.Read(ref _watchedBy) is null)
            return;
        HashSet<IActorRef>? watchers;
        lock (_answer)
        {
            if (_path is { } path)
                _provider.UnregisterTempActor(path);
            watchers = _watchedBy;
            _watchedBy = null;
        }
        if (watchers is null)
            return;
        foreach (IActorRef watcher in watchers)
            ((IInternalActorRef)watcher).SendSystemMessage(
                new DeathWatchNotification(this, ExistenceConfirmed: true, AddressTerminated: false));
    }

    private ActorPath Register()
    {
        lock (_answer)
        {
            if (_path is null)
            {
                ActorPath path = _provider.TempPath();
                _path = path;
                // An answer that comes between the two finds the path and unregisters it, or is seen here.
                _provider.RegisterTempActor(this, path);
                if (IsTerminated)
                    _provider.UnregisterTempActor(path);
            }
            return _path;
        }
    }
}
