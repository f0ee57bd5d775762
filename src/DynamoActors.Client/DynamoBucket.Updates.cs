namespace DynamoActors.Client;

public sealed partial class DynamoBucket<T>
{
    /// <summary>
    /// Reads a key, makes one value of all that it holds, and writes that in their place; again where a node says that it cannot be done
    /// so. What others write at the same moment stays, as a sibling, for the next one who reads.
    /// </summary>
    /// <param name="key">Of the value.</param>
    /// <param name="merge">
    /// Given every version, none where the key holds nothing, makes the new value. It may be called several times, of which one counts.
    /// </param>
    /// <param name="options">How.</param>
    /// <param name="cancellation">The caller gave up; whether it was written is unknown.</param>
    public Task<WriteResult> UpdateAsync(
        DynamoKey key, Func<IReadOnlyList<T>, T> merge, UpdateOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(merge);
        options ??= UpdateOptions.Default;
        return UpdateAsync(key, merge, options.MergeIsIdempotent ? merge : _resolver, options, cancellation);
    }

    /// <summary>
    /// The same for a bucket with a resolver: versions are made one by that, which then is changed. Where others wrote at the same moment,
    /// what stands side by side then is reconciled at once.
    /// </summary>
    /// <param name="key">Of the value.</param>
    /// <param name="change">Given the value, or the type's default where there is none, makes the new one.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellation">The caller gave up; whether it was written is unknown.</param>
    /// <exception cref="InvalidOperationException">The bucket has no resolver.</exception>
    public Task<WriteResult> ChangeAsync(
        DynamoKey key, Func<T?, T> change, UpdateOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(change);
        if (_resolver is not { } resolver)
            throw new InvalidOperationException($"The bucket '{Name}' has no resolver: give it one, or use UpdateAsync.");
        return UpdateAsync(key, ChangeResolved, resolver, options ?? UpdateOptions.Default, cancellation);

        T ChangeResolved(IReadOnlyList<T> versions) =>
            change(versions.Count == 0 ? default : versions.Count == 1 ? versions[0] : resolver(versions));
    }

    /// <param name="key">Of the value.</param>
    /// <param name="merge">Makes what is to be written.</param>
    /// <param name="reconcile">Makes one of what stands side by side after a write; null: it stays so.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellation">The caller gave up.</param>
    private async Task<WriteResult> UpdateAsync(
        DynamoKey key, Func<IReadOnlyList<T>, T> merge, Func<IReadOnlyList<T>, T>? reconcile, UpdateOptions options,
        CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.AttemptsMax, 1, nameof(options));
        var deadline = _client.Deadline(options.Write?.Timeout);
        Written? written = null;
        WriteResult? last = null;
        GetResult<T>? left = null;
        for (var attempt = 0; attempt < options.AttemptsMax && deadline.Left > TimeSpan.Zero; attempt++)
        {
            var asked = (options.Read ?? ReadOptions.Default) with { Timeout = deadline.Left };
            var read = left ?? await ReadAllAsync(key, asked, cancellation);
            left = null;
            if (read is NotRead<T> not)
                return written ?? last ?? new NotWritten(WhyNotWritten.NotRead, $"The key could not be read ({not.Why}): {not.Detail}");
            var (versions, context) = VersionsOf(read);
            var value = _codec.Encode(written == null ? merge(versions) : reconcile!(versions));
            if (deadline.Left <= TimeSpan.Zero) break;
            var write = (options.Write ?? WriteOptions.Default) with { Context = context, Timeout = deadline.Left };
            var put = PutOf(key, write, reconcile == null ? null : "&returnbody=true", () => new ReadOnlyMemoryContent(value));
            using var answer = await _client.SendAsync(put, cancellation);
            last = Noted(key, Outcomes.OfWrite(answer));
            if (last is Written done)
            {
                written = done;
                if (answer.Siblings == null || reconcile == null) return written;
                left = Outcomes.OfRead(answer.AsRead(), new DynamoContext(answer.Context ?? context.Text), _codec, null);
            }
            else if (!MayTryAgain(last, options)) break;
        }

        return written ?? last ?? new NotWritten(WhyNotWritten.NotRead, "The time was over before anything was written.");
    }

    private static bool MayTryAgain(WriteResult result, UpdateOptions options) => result switch
    {
        NotWritten { Why: WhyNotWritten.TooManySiblings } => true,
        Unknown => options.MergeIsIdempotent,
        _ => false,
    };

    private async Task<GetResult<T>> ReadAllAsync(DynamoKey key, ReadOptions options, CancellationToken cancellation)
    {
        var answer = await ReadAsync(key, options, cancellation);
        return answer == null ? Behind<T>(key) : Outcomes.OfRead(answer, ContextOf(answer, key), _codec, null);
    }

    private static (IReadOnlyList<T> Versions, DynamoContext Context) VersionsOf(GetResult<T> read) => read switch
    {
        Found<T> found => ([found.Value], found.Context),
        Conflict<T> conflict => ([.. conflict.Siblings.Select(one => one.Value)], conflict.Context),
        Absent<T> absent => ([], absent.Context),
        _ => throw new InvalidOperationException(read.GetType().Name),
    };
}
