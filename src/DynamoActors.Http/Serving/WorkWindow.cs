namespace DynamoActors.Http.Serving;

/// <summary>
/// How much of large bodies the node works on at once; the others wait, in memory. Grows by one body for each window that is done quickly,
/// and shrinks where a body takes many times as long as the quickest have lately, or is not done at all: begun all at once they would
/// all be late, and small requests with them. Any thread may call.
/// </summary>
internal sealed class WorkWindow(long bytesMax, TimeProvider time)
{
    private const double SlowFactor = 4;
    private const double QuickestRise = 1.02;
    private const double Cut = 0.7;
    private const double BytesMin = 1 << 20;

    private static readonly TimeSpan AlwaysQuick = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan AlwaysSlow = TimeSpan.FromMilliseconds(400);

    private readonly Lock _gate = new();
    private readonly Room _room = new(Math.Min(bytesMax, 16L << 20), time);
    private double _quickestPerByte = double.MaxValue;
    private long _cutAt = time.GetTimestamp();

    public long Bytes => _room.Most;

    /// <summary>False: its turn did not come in all of that time. True: <see cref="Leave"/> follows.</summary>
    public Task<bool> EnterAsync(long bytes, TimeSpan patience) => _room.TakeAsync(bytes, patience);

    /// <param name="began">When its turn came, as the time's timestamp.</param>
    public void Leave(long bytes, long began, bool failed)
    {
        lock (_gate) Judge(bytes, began, failed);
        _room.Return(bytes);
    }

    /// <summary>The same, of what says nothing about how long a body takes.</summary>
    public void Leave(long bytes) => _room.Return(bytes);

    private void Judge(long bytes, long began, bool failed)
    {
        var took = time.GetElapsedTime(began);
        var perByte = took.Ticks / Math.Max(bytes, BytesMin);
        _quickestPerByte = Math.Min(_quickestPerByte * QuickestRise, perByte);
        var isSlow = took > AlwaysSlow || took > AlwaysQuick && perByte > _quickestPerByte * SlowFactor;
        if (!failed && !isSlow)
        {
            // What did not fill the window says nothing about a larger one.
            if (_room.Taken > _room.Most / 2) _room.Most = (long)Math.Min(bytesMax, _room.Most + (double)bytes * bytes / _room.Most);
        }
        else if (began >= _cutAt)
        {
            // What began before the last cut says nothing about the smaller one.
            _cutAt = time.GetTimestamp();
            _room.Most = (long)Math.Max(BytesMin, _room.Most * Cut);
        }
    }
}
