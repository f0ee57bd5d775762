namespace DynamoActors.Pbm.Backups;

/// <summary>Lets so many bytes a second pass, of all who ask together.</summary>
internal sealed class Throttle(long bytesPerSecond, TimeProvider time)
{
    // What was not used does not add up to a burst.
    private static readonly TimeSpan _arrears = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private TimeSpan _free;
    private readonly long _began = time.GetTimestamp();

    public Task PassAsync(long bytes, CancellationToken stop)
    {
        TimeSpan wait;
        lock (_gate)
        {
            var now = time.GetElapsedTime(_began);
            if (_free < now - _arrears) _free = now - _arrears;
            _free += TimeSpan.FromSeconds((double)bytes / bytesPerSecond);
            wait = _free - now;
        }

        return wait > TimeSpan.Zero ? Task.Delay(wait, time, stop) : Task.CompletedTask;
    }
}
