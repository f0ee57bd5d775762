namespace DynamoActors.Http.Serving;

/// <summary>Of what strangers can make happen again and again the log has a line once in a while. Any thread may call.</summary>
internal sealed class SeldomTold(TimeProvider time)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private long _times;
    private long? _told;

    /// <summary>It has happened once more. True: it is to be told.</summary>
    /// <param name="times">So often so far.</param>
    public bool Happened(out long times)
    {
        lock (_gate)
        {
            times = ++_times;
            if (_told is { } told && time.GetElapsedTime(told) < Quiet) return false;
            _told = time.GetTimestamp();
            return true;
        }
    }
}
