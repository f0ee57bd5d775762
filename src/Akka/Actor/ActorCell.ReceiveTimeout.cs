namespace Akka.Actor;

internal sealed partial class ActorCell
{
    private TimeSpan? _receiveTimeout;
    private ICancelable? _receiveTimeoutTimer;

    public TimeSpan? ReceiveTimeout => _receiveTimeout;

    public void SetReceiveTimeout(TimeSpan? timeout)
    {
        _receiveTimeout = timeout;
        _receiveTimeoutTimer?.Cancel();
        _receiveTimeoutTimer = null;
        if (timeout is not null && _currentMessage is null or INotInfluenceReceiveTimeout)
            RestartReceiveTimeoutAfter(this);
    }

    private void CancelReceiveTimeoutFor(object message)
    {
        if (message is INotInfluenceReceiveTimeout)
            return;
        _receiveTimeoutTimer?.Cancel();
        _receiveTimeoutTimer = null;
    }

    private void RestartReceiveTimeoutAfter(object message)
    {
        if (_receiveTimeout is not { } timeout || IsTerminated
            || (message is INotInfluenceReceiveTimeout && _receiveTimeoutTimer is not null))
            return;
        _receiveTimeoutTimer?.Cancel();
        _receiveTimeoutTimer = SystemImpl.Scheduler.ScheduleTellOnceCancelable(timeout, Self, Akka.Actor.ReceiveTimeout.Instance, Self);
    }

}
