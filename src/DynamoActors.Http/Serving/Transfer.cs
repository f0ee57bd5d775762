namespace DynamoActors.Http.Serving;

/// <summary>A large body on its way from or to a client.</summary>
internal sealed class Transfer(long bytes, TimeProvider time, Action cut)
{
    /// <summary>A client that keeps up with this never counts as slow: 8 MiB in two minutes.</summary>
    private const double BytesPerSecondMin = 64 * 1024;

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    // Since what was moved was last looked at: a fast beginning is no excuse for what comes after it.
    private long _moved;
    private long _waitedTicks;
    private long _waitsSince;

    /// <summary>What is held for it.</summary>
    public long Bytes { get; } = bytes;

    public bool IsCut { get; private set; }

    public double BytesPerSecond => Wait > Grace ? 0 : Volatile.Read(ref _moved) / Math.Max(Waited.TotalSeconds, 1e-3);

    public bool IsSlow => Waited > Grace && BytesPerSecond < BytesPerSecondMin;

    /// <summary>For the client alone: what this node itself takes counts against nobody.</summary>
    private TimeSpan Waited => new TimeSpan(Volatile.Read(ref _waitedTicks)) + Wait;

    /// <summary>The one that goes on.</summary>
    private TimeSpan Wait => Volatile.Read(ref _waitsSince) is not 0 and var since ? time.GetElapsedTime(since) : TimeSpan.Zero;

    /// <summary>The client is waited for, until something has <see cref="Moved"/>.</summary>
    public void Waits() => Volatile.Write(ref _waitsSince, time.GetTimestamp());

    public void Moved(long count)
    {
        var waited = Waited;
        Volatile.Write(ref _waitsSince, 0);
        var isOver = waited > Grace * 2;
        Volatile.Write(ref _waitedTicks, isOver ? 0 : waited.Ticks);
        Volatile.Write(ref _moved, isOver ? count : _moved + count);
    }

    public void Cut()
    {
        IsCut = true;
        cut();
    }
}
