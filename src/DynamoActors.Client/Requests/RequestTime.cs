namespace DynamoActors.Client.Requests;

/// <summary>When a request's time is over.</summary>
internal readonly struct Deadline(TimeProvider time, TimeSpan timeout)
{
    private readonly long _began = time.GetTimestamp();

    public TimeSpan Left => timeout - time.GetElapsedTime(_began);

    /// <summary>For a request, whose time is above zero.</summary>
    public TimeSpan LeftOrLeast => Left > TimeSpan.Zero ? Left : TimeSpan.FromMilliseconds(1);
}

/// <summary>
/// A request's time with the token that ends all its attempts, once for all of them. An attempt that another one has overtaken goes on
/// beyond its request: each of both returns it.
/// </summary>
internal sealed class RequestTime
{
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(1);

    private readonly Deadline _deadline;
    private readonly CancellationTokenSource _end;
    private readonly CancellationTokenRegistration _givesUp;
    private readonly CancellationToken _caller;
    private int _users = 1;

    public RequestTime(TimeProvider time, TimeSpan timeout, CancellationToken caller)
    {
        _deadline = new Deadline(time, timeout);
        _caller = caller;
        _end = new CancellationTokenSource(timeout > Least ? timeout : Least, time);
        End = _end.Token;
        _givesUp = caller.UnsafeRegister(static end => ((CancellationTokenSource)end!).Cancel(), _end);
    }

    public TimeSpan Left => _deadline.Left;

    /// <summary>Cancelled when the time is over, or the caller has given up.</summary>
    public CancellationToken End { get; }

    /// <exception cref="OperationCanceledException">The caller has given up.</exception>
    public void ThrowIfGivenUp() => _caller.ThrowIfCancellationRequested();

    public void Take() => Interlocked.Increment(ref _users);

    public void Return()
    {
        if (Interlocked.Decrement(ref _users) > 0) return;
        _givesUp.Dispose();
        _end.Dispose();
    }
}
