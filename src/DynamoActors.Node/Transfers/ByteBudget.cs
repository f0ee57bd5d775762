namespace DynamoActors.Node.Transfers;

/// <summary>
/// So many bytes a second, in the mean, for what goes on behind clients' backs: what was spent beyond them is waited for before more is
/// spent. A quarter of a second's worth is saved up.
/// </summary>
internal sealed class ByteBudget(long bytesPerSecond)
{
    /// <summary>
    /// To find, merge and store an object costs as much as to move so many bytes: many small objects are no lighter than few large ones.
    /// </summary>
    public const int ObjectCost = 2048;

    private double _spare;
    private TimeSpan _at;

    /// <summary>May change at any time; what was spent is waited for at the new pace.</summary>
    public long BytesPerSecond { get; set; } = bytesPerSecond;

    public void Spend(long bytes, TimeSpan now)
    {
        Earn(now);
        _spare -= bytes;
    }

    /// <summary>How long until more may be spent; zero: now.</summary>
    public TimeSpan Wait(TimeSpan now)
    {
        Earn(now);
        return _spare >= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(-_spare / BytesPerSecond);
    }

    private void Earn(TimeSpan now)
    {
        _spare = Math.Min(BytesPerSecond / 4.0, _spare + (now - _at).TotalSeconds * BytesPerSecond);
        _at = now;
    }
}
