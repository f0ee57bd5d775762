namespace DynamoActors.Node.Transfers;

/// <summary>What the partitions that move have brought to one node and taken from it, and what they may. Any thread may call.</summary>
internal sealed class MoveTraffic
{
    /// <summary>Whoever asked gives an answer up that comes much later.</summary>
    private static readonly TimeSpan _waitMax = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan _savingsMax = TimeSpan.FromSeconds(0.25);

    private long _bytesPerSecond = long.MaxValue;
    private long _bytesIn;
    private long _bytesOut;
    private long _paidUntilTicks;

    /// <summary>Called by anti-entropy alone.</summary>
    public Func<ForegroundSigns> Foreground { get; set; } = static () => default;

    public long BytesIn => Interlocked.Read(ref _bytesIn);

    public long BytesOut => Interlocked.Read(ref _bytesOut);

    /// <summary>In each direction.</summary>
    public long BytesPerSecond
    {
        get => Volatile.Read(ref _bytesPerSecond);
        set => Volatile.Write(ref _bytesPerSecond, value);
    }

    public void Arrived(long bytes) => Interlocked.Add(ref _bytesIn, bytes);

    /// <summary>How long the answer has to wait that takes so much away.</summary>
    public TimeSpan Take(long bytes, int objects, TimeSpan now)
    {
        Interlocked.Add(ref _bytesOut, bytes);
        double seconds = (bytes + (double)objects * ByteBudget.ObjectCost) / Volatile.Read(ref _bytesPerSecond);
        while (true)
        {
            long paidUntil = Interlocked.Read(ref _paidUntilTicks);
            long from = Math.Max(paidUntil, (now - _savingsMax).Ticks);
            if (Interlocked.CompareExchange(ref _paidUntilTicks, from + TimeSpan.FromSeconds(seconds).Ticks, paidUntil) == paidUntil)
                return TimeSpan.FromTicks(Math.Clamp(from - now.Ticks, 0, _waitMax.Ticks));
        }
    }
}
