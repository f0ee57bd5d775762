namespace DynamoActors.Storage.Lsm.Compaction;

/// <summary>
/// Has pieces of work run one at a time, wherever <see cref="IBackgroundWork"/> runs them: at once within the call that
/// asked for them, on another thread, or when a simulation says so.
/// </summary>
/// <param name="piece">Does one piece; true: there is more to do.</param>
internal sealed class BackgroundScheduler(IBackgroundWork background, TimeProvider time, Func<bool> piece) : IDisposable
{
    private readonly Lock _running = new();
    private readonly Lock _timerGate = new();
    private ITimer? _timer;
    private int _isEnqueued;
    private int _requests;
    private volatile bool _isClosed;

    public void Schedule()
    {
        if (!_isClosed && Interlocked.Exchange(ref _isEnqueued, 1) == 0)
            background.Enqueue(Run);
    }

    /// <summary>Asks again after a while; a later call replaces an earlier one.</summary>
    public void ScheduleAfter(TimeSpan delay)
    {
        lock (_timerGate)
        {
            if (_isClosed)
                return;
            _timer ??= time.CreateTimer(_ => Schedule(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _timer.Change(delay, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Waits for a running piece; none begins after it.</summary>
    public void Dispose()
    {
        _isClosed = true;
        lock (_timerGate)
            _timer?.Dispose();
        lock (_running)
        {
        }
    }

    private void Run()
    {
        // Where a piece runs already, here or on another thread, that one goes on for this one.
        if (Interlocked.Increment(ref _requests) != 1)
            return;
        var served = 1;
        do
        {
            Volatile.Write(ref _isEnqueued, 0);
            RunOnce();
            served = Interlocked.Add(ref _requests, -served);
        }
        while (served != 0);
    }

    private void RunOnce()
    {
        var hasMore = false;
        lock (_running)
        {
            if (!_isClosed)
                hasMore = piece();
        }
        if (hasMore)
            Schedule();
    }
}
