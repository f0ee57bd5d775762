namespace DynamoActors.Client.Routing;

/// <summary>What is known of a node by asking it. Any thread.</summary>
internal sealed class KnownNode(Uri address)
{
    /// <summary>So many times in a row another node answered first, although this one was asked first.</summary>
    private const int LossesMax = 3;

    /// <summary>A node that came back is found to be so by the next request after this.</summary>
    private static readonly TimeSpan ProbePause = TimeSpan.FromMilliseconds(500);

    private int _isDown;
    private int _losses;
    private long _probeAt;

    public Uri Address { get; } = address;

    public bool IsDown => Volatile.Read(ref _isDown) == 1;

    /// <summary>True where that is news.</summary>
    public bool Answered()
    {
        Volatile.Write(ref _losses, 0);
        return Interlocked.Exchange(ref _isDown, 0) == 1;
    }

    /// <summary>True where that is news.</summary>
    public bool Failed(TimeProvider time)
    {
        if (Interlocked.Exchange(ref _isDown, 1) == 1) return false;
        Volatile.Write(ref _probeAt, (time.GetUtcNow() + ProbePause).UtcTicks);
        return true;
    }

    /// <summary>Another node, asked later, answered first. True where this one now counts as down, and that is news.</summary>
    public bool Lost(TimeProvider time) => Interlocked.Increment(ref _losses) >= LossesMax && Failed(time);

    /// <summary>True for one caller each time that it is down and its next probe is due.</summary>
    public bool TryTakeProbe(TimeProvider time)
    {
        if (!IsDown) return false;
        var due = Volatile.Read(ref _probeAt);
        var now = time.GetUtcNow();
        return now.UtcTicks >= due && Interlocked.CompareExchange(ref _probeAt, (now + ProbePause).UtcTicks, due) == due;
    }
}
