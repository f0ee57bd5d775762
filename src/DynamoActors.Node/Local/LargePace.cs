namespace DynamoActors.Node.Local;

/// <summary>
/// How fast this node writes large values: as fast as it can where there is nobody else, and beside small writes only as fast as these do
/// not suffer, neither from the disk (their flushes) nor from the processor (<see cref="SmallWriteProbe"/>).
/// </summary>
/// <remarks><see cref="Flushed"/> and <see cref="Waited"/> are called by one actor, <see cref="Written"/> by another.</remarks>
/// <param name="least">Bytes a second that go on whoever suffers: with less, uploads run out of their time.</param>
internal sealed class LargePace(long least)
{
    /// <summary>Bytes a second that no disk is kept from.</summary>
    public const long Most = 1L << 32;

    /// <summary>A small write that waits so long suffers from nothing.</summary>
    private static readonly TimeSpan _quick = TimeSpan.FromMilliseconds(2);

    /// <summary>What was written longer ago says nothing about the flushes of now.</summary>
    private static readonly TimeSpan _echo = TimeSpan.FromMilliseconds(200);

    /// <summary>Without small writes for so long there is nobody to suffer.</summary>
    private static readonly TimeSpan _alone = TimeSpan.FromSeconds(1);

    /// <summary>What the writing itself took makes the pause behind it shorter, up to this.</summary>
    private static readonly TimeSpan _credit = TimeSpan.FromMilliseconds(20);

    private const double SlowFactor = 2;
    private const double Cut = 0.8;
    private const double Rise = 1.03;
    private const double RiseAlone = 1.25;
    private const double FollowUsual = 0.02;
    private const double Follow = 0.2;

    private readonly double _least = Math.Min(least, Most);
    private double _bytesPerSecond = Most;
    private double _usualFlush;
    private double _flush;
    private double _wait;
    private TimeSpan _freeAt;
    private long _writtenAt = -_echo.Ticks;
    private long _smallAt = -_alone.Ticks;

    public double BytesPerSecond => Volatile.Read(ref _bytesPerSecond);

    /// <summary>The log was flushed.</summary>
    /// <param name="ofSmall">Somebody waited for more than large values.</param>
    public void Flushed(TimeSpan took, TimeSpan now, bool ofSmall)
    {
        if (ofSmall) Volatile.Write(ref _smallAt, now.Ticks);
        if ((now - took - _echo).Ticks > Volatile.Read(ref _writtenAt)) Add(ref _usualFlush, took, FollowUsual);
        Add(ref _flush, took, Follow);
    }

    /// <summary>A small write would have waited so long, before its flush.</summary>
    public void Waited(TimeSpan took) => Add(ref _wait, took, Follow);

    /// <summary>So much has been written. Returns how long to wait before more is.</summary>
    public TimeSpan Written(long bytes, TimeSpan now)
    {
        var factor = now.Ticks - Volatile.Read(ref _smallAt) >= _alone.Ticks ? RiseAlone : Suffers ? Cut : Rise;
        Volatile.Write(ref _bytesPerSecond, Math.Clamp(_bytesPerSecond * factor, _least, Most));
        Volatile.Write(ref _writtenAt, now.Ticks);
        _freeAt = (_freeAt > now - _credit ? _freeAt : now - _credit) + TimeSpan.FromSeconds(bytes / _bytesPerSecond);
        return _freeAt > now ? _freeAt - now : TimeSpan.Zero;
    }

    private bool Suffers
    {
        get
        {
            var most = Math.Max(_quick.Ticks, Volatile.Read(ref _usualFlush) * SlowFactor);
            return Volatile.Read(ref _flush) > most || Volatile.Read(ref _wait) > most;
        }
    }

    private static void Add(ref double mean, TimeSpan took, double follow) =>
        Volatile.Write(ref mean, mean == 0 ? took.Ticks : mean + (took.Ticks - mean) * follow);
}
