namespace DynamoActors.Storage.Lsm.Compaction;

/// <summary>
/// Spreads compaction's writes over time. Work goes on while the account is not overdrawn, so that a piece larger than what a
/// moment allows is still done, and paid for by a pause after it.
/// </summary>
internal sealed class WriteRateLimit(TimeProvider time, long bytesPerSecond)
{
    private long _account;
    private long _lastTimestamp = time.GetTimestamp();

    /// <summary>How long to wait before the next piece; zero: go on.</summary>
    public TimeSpan Pause()
    {
        if (bytesPerSecond == 0)
            return TimeSpan.Zero;
        var now = time.GetTimestamp();
        var earned = time.GetElapsedTime(_lastTimestamp, now).TotalSeconds * bytesPerSecond;
        _lastTimestamp = now;
        // What was not used is kept for a tenth of a second: a pause must not be followed by a burst as long.
        _account = (long)Math.Min(_account + earned, bytesPerSecond / 10.0);
        return _account >= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(Math.Max(0.001, -(double)_account / bytesPerSecond));
    }

    public void Charge(long bytes) => _account -= bytes;
}
