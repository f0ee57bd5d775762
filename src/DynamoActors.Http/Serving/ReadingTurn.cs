namespace DynamoActors.Http.Serving;

/// <summary>
/// A large body's turn to be worked on, which it has before it is read: what would not get its turn in time need not be read at all. Where
/// its client does not send it quickly, the turn goes to others, and the body waits for another once it is there. Any thread may call.
/// </summary>
internal sealed class ReadingTurn : IDisposable
{
    /// <summary>A client that sends less from look to look is waited for by nobody else: a MiB a second.</summary>
    private const long BytesPerLook = 256 << 10;

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(250);

    private readonly WorkWindow _work;
    private readonly ITimer _looking;
    private long _bytes;
    private long _moved;

    /// <param name="bytes">Which the window has given.</param>
    public ReadingTurn(WorkWindow work, long bytes, TimeProvider time)
    {
        (_work, _bytes) = (work, bytes);
        _looking = time.CreateTimer(static turn => ((ReadingTurn)turn!).Look(), this, LookInterval, LookInterval);
    }

    public void Moved(long bytes) => Interlocked.Add(ref _moved, bytes);

    /// <summary>The body is there. Returns what the window has still given for it, which is the caller's to give back.</summary>
    public long End()
    {
        _looking.Dispose();
        return Interlocked.Exchange(ref _bytes, 0);
    }

    public void Dispose()
    {
        if (End() is > 0 and var bytes) _work.Leave(bytes);
    }

    private void Look()
    {
        if (Interlocked.Exchange(ref _moved, 0) < BytesPerLook) Dispose();
    }
}
