using System.Globalization;
using DynamoActors.Client.Requests;

namespace DynamoActors.Client;

/// <summary>The counters of one bucket, whose policy is <c>counter</c>. Any thread.</summary>
public sealed class DynamoCounters
{
    private const int AttemptsMax = 4;
    private const int KeyLengthMax = 255;

    private readonly DynamoClient _client;
    private readonly DynamoBucket<ReadOnlyMemory<byte>> _numbers;

    internal DynamoCounters(DynamoClient client, string name) => (_client, _numbers) = (client, client.Bucket(name));

    /// <summary>The bucket's name.</summary>
    public string Name => _numbers.Name;

    /// <summary>Adds to a counter, which is 0 before the first addition. Every node can, on all sides of a partition, and all that was
    /// answered counts.</summary>
    /// <param name="key">The counter's.</param>
    /// <param name="by">Negative to count down.</param>
    /// <param name="idempotencyKey">
    /// Names the addition, in 1 to 255 printable ASCII characters: sent again within ten minutes it counts once, so this sends it again
    /// where no answer came, and the caller may. Null: it is sent once.
    /// </param>
    /// <param name="options">Quorum and time; no conditions, no context, no time to live.</param>
    /// <param name="cancellation">The caller gave up; whether it counts is unknown.</param>
    public async Task<AddResult> AddAsync(
        DynamoKey key, long by = 1, string? idempotencyKey = null, WriteOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= WriteOptions.Default;
        if (options is not { TimeToLive: null, ContentType: null, IfMatch: null, IfAbsent: false, Context.Text: null })
            throw new ArgumentException("An addition has no context, condition, content type or time to live.", nameof(options));
        Check(idempotencyKey);
        var deadline = _client.Deadline(options.Timeout);
        MayBeAdded? before = null;
        for (var left = idempotencyKey is null ? 1 : AttemptsMax; ; left--)
        {
            // Where a node is silent the rest of the time is needed for another.
            var time = left == 1 ? deadline.Left : deadline.Left / 2;
            if (before is not null && time <= TimeSpan.Zero) return before;
            using var answer = await _client.SendAsync(
                _numbers.AdditionOf(key, by.ToString(CultureInfo.InvariantCulture), idempotencyKey, options with { Timeout = time }),
                cancellation);
            var result = ResultOf(answer);
            // What one attempt did not do an earlier one may have.
            if (result is Added || left == 1 || before is null && result is NotAdded) return result as Added ?? before ?? result;
            before ??= result as MayBeAdded;
        }
    }

    /// <summary>Adds to many counters, up to a hundred with each request. It is no transaction: each addition has its own result. Named
    /// ones of which no answer came are sent again, one by one.</summary>
    /// <param name="additions">As <see cref="AddAsync"/> takes them.</param>
    /// <param name="timeout">For all; null: the client's.</param>
    /// <param name="cancellation">The caller gave up; which of them count is unknown.</param>
    /// <returns>A result for each addition, in its place.</returns>
    public async Task<IReadOnlyList<AddResult>> AddManyAsync(
        IEnumerable<(DynamoKey Key, long By, string? IdempotencyKey)> additions, TimeSpan? timeout = null,
        CancellationToken cancellation = default)
    {
        (DynamoKey Key, long By, string? IdempotencyKey)[] all = [.. additions];
        foreach (var addition in all) Check(addition.IdempotencyKey);
        var deadline = _client.Deadline(timeout);
        var operations = all.Select(addition =>
            _numbers.Operation("add", addition.Key) with { By = addition.By, IdempotencyKey = addition.IdempotencyKey });
        var results = Array.ConvertAll(await _numbers.BatchAsync([.. operations], isRead: false, deadline, cancellation), ResultOf);
        for (var index = 0; index < all.Length && deadline.Left > TimeSpan.Zero; index++)
        {
            var (key, by, name) = all[index];
            if (results[index] is not MayBeAdded before || name is null) continue;
            var again = await AddAsync(key, by, name, new WriteOptions { Timeout = deadline.Left }, cancellation);
            results[index] = again is Added ? again : before;
        }

        return results;
    }

    /// <summary>Reads a counter: <see cref="Absent{T}"/> where nothing was added yet, or it was deleted.</summary>
    public async Task<GetResult<Int128>> GetAsync(DynamoKey key, ReadOptions? options = null, CancellationToken cancellation = default) =>
        await _numbers.GetAsync(key, options, cancellation) switch
        {
            Found<ReadOnlyMemory<byte>> found when TryParse(found.Value.Span, out var value) =>
                new Found<Int128>(value, found.Context, found.ETag, found.ContentType, found.LastModified),
            Absent<ReadOnlyMemory<byte>> absent => new Absent<Int128>(absent.Context),
            NotRead<ReadOnlyMemory<byte>> not => new NotRead<Int128>(not.Why, not.Detail),
            _ => new NotRead<Int128>(
                WhyNotRead.Malformed, $"'{key}' is no counter: the bucket '{Name}' had another policy when it was written."),
        };

    /// <summary>Deletes a counter: what was added so far, as far as is known.</summary>
    public Task<WriteResult> DeleteAsync(DynamoKey key, WriteOptions? options = null, CancellationToken cancellation = default) =>
        _numbers.DeleteAsync(key, options, cancellation);

    private static void Check(string? idempotencyKey)
    {
        if (idempotencyKey is not (null or { Length: > 0 and <= KeyLengthMax })
            || idempotencyKey.AsSpan().ContainsAnyExceptInRange('!', '~'))
            throw new ArgumentException($"It has 1 to {KeyLengthMax} printable ASCII characters.", nameof(idempotencyKey));
    }

    private static AddResult ResultOf(NodeAnswer answer) =>
        answer.Status == 200 && TryParse(answer.Body, out var value) ? new Added(value)
        : Outcomes.OfWrite(answer) switch
        {
            NotWritten not when answer.Status != 200 => new NotAdded(not.Why, not.Detail),
            Unknown unknown => new MayBeAdded(unknown.Detail),
            _ => new MayBeAdded(answer.Incomprehensible().Detail),
        };

    private static bool TryParse(ReadOnlySpan<byte> text, out Int128 value) =>
        Int128.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
}
