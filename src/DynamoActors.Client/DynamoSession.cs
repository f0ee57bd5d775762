using DynamoActors.Client.Requests;
using DynamoActors.Core.Quorum;
using DynamoActors.Core.Versioning;

namespace DynamoActors.Client;

/// <summary>
/// Reads of a bucket within a session (<see cref="DynamoBucket{T}.In"/>) never show less than the session has written or read of the key
/// before, whichever node answers: read your writes, monotonic reads. Where the first answer does, all owners are asked. Any thread.
/// </summary>
/// <param name="keysMax">Keys that are remembered; of what is older nothing is promised any more.</param>
public sealed class DynamoSession(int keysMax = 10_000)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan PauseMax = TimeSpan.FromMilliseconds(200);
    private static readonly ReadOptions OfAllOwners = new() { R = QuorumSetting.All, Pr = QuorumSetting.All };

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Bucket, DynamoKey Key), VersionVector> _seen = [];
    private readonly Queue<(string Bucket, DynamoKey Key)> _order = [];

    internal void Note(string bucket, DynamoKey key, DynamoContext context)
    {
        if (VectorOf(bucket, key, context.Text) is { } vector) Note(bucket, key, vector);
    }

    /// <summary>Null: what could be read in time is older than what the session has seen.</summary>
    internal async Task<NodeAnswer?> ReadAsync(
        string bucket, DynamoKey key, TimeProvider time, Deadline deadline, ReadOptions options,
        Func<ReadOptions, Task<NodeAnswer>> readAsync, CancellationToken cancellation)
    {
        // What other threads of the session see while this read is under way need not be in its answer.
        var seen = SeenOf(bucket, key);
        var pause = FirstPause;
        for (var attempt = 0; ; attempt++)
        {
            // All owners cannot be asked while one is down; then the others may have it by and by.
            var asked = attempt % 2 == 0 ? options : OfAllOwners;
            var answer = await readAsync(asked);
            var isRead = answer.Certainty == Certainty.Answered && answer.Status is 200 or 300 or 404;
            if (!isRead && attempt == 0) return answer;
            if (isRead)
            {
                var read = VectorOf(bucket, key, answer.Context) ?? VersionVector.Empty;
                if (!read.IsEmpty && read.Covers(seen)) Note(bucket, key, read);
                // A deletion that all owners have had for long leaves no trace on any of them: then nothing at all is the newest there is.
                if (read.Covers(seen) || (asked == OfAllOwners && answer.Status == 404 && read.IsEmpty)) return answer;
            }

            answer.Dispose();
            if (deadline.Left <= pause) return null;
            if (attempt == 0) continue;
            await Task.Delay(pause, time, cancellation);
            pause = pause * 2 < PauseMax ? pause * 2 : PauseMax;
        }
    }

    private static VersionVector? VectorOf(string bucket, DynamoKey key, string? context) =>
        context != null && ContextText.TryParse(context, bucket, key.Bytes.Span, out var vector, out _) ? vector : null;

    private VersionVector SeenOf(string bucket, DynamoKey key)
    {
        lock (_lock) return _seen.GetValueOrDefault((bucket, key), VersionVector.Empty);
    }

    private void Note(string bucket, DynamoKey key, VersionVector vector)
    {
        lock (_lock)
        {
            if (_seen.TryGetValue((bucket, key), out var known))
            {
                _seen[(bucket, key)] = known.Join(vector);
                return;
            }

            while (_seen.Count >= keysMax) _seen.Remove(_order.Dequeue());
            _seen.Add((bucket, key), vector);
            _order.Enqueue((bucket, key));
        }
    }
}
