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
        if (idempotencyKey is not (null or { Length: > 0 and <= KeyLengthMax })
            || idempotencyKey.AsSpan().ContainsAnyExceptInRange('!', '~'))
            throw new ArgumentException($"It has 1 to {KeyLengthMax} printable ASCII characters.", nameof(idempotencyKey));
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
