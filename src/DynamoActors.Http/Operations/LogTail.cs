namespace DynamoActors.Http.Operations;

/// <summary>
/// The last lines of the process's log, as they were logged, for whoever asks over HTTP. Bounded; any thread may call.
/// </summary>
/// <param name="first">
/// The number of the first line, later at each start of the process than any it has had: whoever follows then notices a restart, and
/// misses nothing for it.
/// </param>
public sealed class LogTail(long first)
{
    private const int LinesMax = 2000;

    /// <summary>Of all lines together; a stack trace may be long.</summary>
    private const int CharactersMax = 1 << 20;

    private readonly Lock _changing = new();
    private readonly Queue<string> _lines = [];
    private TaskCompletionSource _more = NewSource();
    private long _next = first;
    private int _characters;
    private bool _isClosed;

    public static LogTail StartingAt(DateTimeOffset now) => new(now.ToUnixTimeMilliseconds() * 1000);

    public void Add(string line)
    {
        TaskCompletionSource more;
        lock (_changing)
        {
            _lines.Enqueue(line);
            _characters += line.Length;
            _next++;
            while (_lines.Count > LinesMax || (_characters > CharactersMax && _lines.Count > 1)) _characters -= _lines.Dequeue().Length;
            more = _more;
            _more = NewSource();
        }

        more.TrySetResult();
    }

    /// <summary>Nobody waits any more: the process is about to stop.</summary>
    public void Close()
    {
        lock (_changing) _isClosed = true;
        _more.TrySetResult();
    }

    /// <param name="after">Only lines from this number on, which an earlier reading has told as its next; null: the last ones.</param>
    /// <param name="most">So many at a time: of those behind a number the first, else the last.</param>
    /// <param name="patience">Waits so long for a line where there is none yet.</param>
    internal async Task<LogReading> ReadAsync(
        long? after, int most, TimeSpan patience, TimeProvider time, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(patience, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        while (true)
        {
            Task more;
            lock (_changing)
            {
                var reading = Read(after, most);
                if (reading.Lines.Length > 0 || _isClosed || patience <= TimeSpan.Zero || end.IsCancellationRequested) return reading;
                more = _more.Task;
            }

            await more.WaitAsync(end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private LogReading Read(long? after, int most)
    {
        var oldest = _next - _lines.Count;
        var from = Math.Clamp(after ?? _next - most, oldest, _next);
        string[] lines = [.. _lines.Skip((int)(from - oldest)).Take(most)];
        return new LogReading(lines, from + lines.Length, HasGap: after < oldest);
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <param name="Next">To go on from.</param>
/// <param name="HasGap">Lines before these were asked for, and are not kept any more.</param>
internal readonly record struct LogReading(string[] Lines, long Next, bool HasGap);
