using DynamoActors.Client.Requests;
using DynamoActors.Client.Values;
using DynamoActors.Client.Wire;
using DynamoActors.Core.Buckets;
using DynamoActors.Core.Quorum;
using DynamoActors.Core.Versioning;

namespace DynamoActors.Client;

/// <summary>The keys of one bucket, with values of one type. Any thread; makes nothing in the store by being made.</summary>
public sealed partial class DynamoBucket<T>
{
    private readonly DynamoClient _client;
    private readonly ValueCodec<T> _codec;
    private readonly Func<IReadOnlyList<T>, T>? _resolver;
    private readonly DynamoSession? _session;
    private readonly string _target;

    internal DynamoBucket(
        DynamoClient client, string name, ValueCodec<T> codec, Func<IReadOnlyList<T>, T>? resolver, DynamoSession? session = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!BucketName.TryValidate(name, out var error)) throw new ArgumentException(error, nameof(name));
        (_client, Name, _codec, _resolver, _session) = (client, name, codec, resolver, session);
        // A key in the query is touched by no URL builder and no proxy.
        _target = $"/buckets/{PercentEncoding.Encode(name)}/keys";
    }

    /// <summary>The bucket's name.</summary>
    public string Name { get; }

    /// <summary>The same bucket, read and written within a session: see <see cref="DynamoSession"/>.</summary>
    public DynamoBucket<T> In(DynamoSession session) => new(_client, Name, _codec, _resolver, session);

    /// <summary>Reads a key.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<GetResult<T>> GetAsync(DynamoKey key, ReadOptions? options = null, CancellationToken cancellation = default)
    {
        var answer = await ReadAsync(key, options, cancellation);
        return answer == null ? Behind<T>(key) : Outcomes.OfRead(answer, ContextOf(answer, key), _codec, _resolver);
    }

    /// <summary>Writes a key. Without a context it replaces what is there, whatever that is.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up; whether it was written is unknown.</exception>
    public Task<WriteResult> PutAsync(
        DynamoKey key, T value, WriteOptions? options = null, CancellationToken cancellation = default)
    {
        var encoded = _codec.Encode(value);
        return WriteAsync(key, PutOf(key, options, null, () => new ReadOnlyMemoryContent(encoded)), cancellation);
    }

    /// <summary>Deletes a key. Without a context, whatever is there; a key that is not there can be deleted too.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up; whether it was deleted is unknown.</exception>
    public Task<WriteResult> DeleteAsync(DynamoKey key, WriteOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= WriteOptions.Default;
        if (options.TimeToLive != null || options.ContentType != null)
            throw new ArgumentException("A deletion has neither a time to live nor a content type.", nameof(options));
        return WriteAsync(key, WriteOf("delete", HttpMethod.Delete, key, options, ""), cancellation);
    }

    /// <summary>
    /// Where nothing is known of the key, one that covers nothing: a write that carries it stands beside what others wrote meanwhile, where
    /// one without a context would replace that.
    /// </summary>
    private DynamoContext ContextOf(NodeAnswer answer, DynamoKey key) =>
        new(answer.Context ?? ContextText.ToText(VersionVector.Empty, Name, key.Bytes.Span));

    private static NotRead<TValue> Behind<TValue>(DynamoKey key) => new(WhyNotRead.BehindSession,
        $"'{key}': the replicas that answered know less than this session has seen, and its time is over.");

    /// <summary>Null: the session has seen more than what could be read.</summary>
    private Task<NodeAnswer?> ReadAsync(
        DynamoKey key, ReadOptions? options, CancellationToken cancellation, bool streams = false)
    {
        options ??= ReadOptions.Default;
        var deadline = _client.Deadline(options.Timeout);
        if (_session == null) return ReadOnceAsync(options)!;
        return _session.ReadAsync(Name, key, _client.Cluster.Time, deadline, options, ReadOnceAsync, cancellation);

        Task<NodeAnswer> ReadOnceAsync(ReadOptions asked)
        {
            var query = $"{Query(asked.Consistency)}{Query("r", asked.R)}{Query("pr", asked.Pr)}";
            var request = new StoreRequest("get", HttpMethod.Get, TargetOf(key, query))
            {
                Bucket = Name,
                Key = CheckedKey(key),
                Timeout = deadline.Left,
                IsRead = true,
                Streams = streams,
            };
            return _client.SendAsync(request, cancellation);
        }
    }

    private async Task<WriteResult> WriteAsync(DynamoKey key, StoreRequest request, CancellationToken cancellation)
    {
        using var answer = await _client.SendAsync(request, cancellation);
        return Noted(key, Outcomes.OfWrite(answer));
    }

    private WriteResult Noted(DynamoKey key, WriteResult result)
    {
        if (result is Written written) _session?.Note(Name, key, written.Context);
        return result;
    }

    private StoreRequest PutOf(DynamoKey key, WriteOptions? options, string? more, Func<HttpContent> content)
    {
        options ??= WriteOptions.Default;
        if (options.TimeToLive is { } ttl) more += $"&ttl={SecondsOf(ttl)}";
        var type = CheckedType(options) ?? _codec.ContentType;
        return WriteOf("put", HttpMethod.Put, key, options, more ?? "") with
        {
            Body = () =>
            {
                var body = content();
                body.Headers.TryAddWithoutValidation("Content-Type", type);
                return body;
            },
        };
    }

    private StoreRequest WriteOf(string operation, HttpMethod method, DynamoKey key, WriteOptions options, string more)
    {
        if (options.IfAbsent && options.IfMatch != null)
            throw new ArgumentException("A write is either for a key that holds nothing or for one that holds what has the ETag.",
                nameof(options));
        Check(options.IfMatch, "An ETag", nameof(options));
        Check(options.Context.Text, "A context", nameof(options));
        var query = $"{Query(options.Consistency)}{Query("w", options.W)}{Query("pw", options.Pw)}{more}";
        return new StoreRequest(operation, method, TargetOf(key, query))
        {
            Bucket = Name,
            Key = CheckedKey(key),
            Timeout = _client.CheckedTimeout(options.Timeout),
            Context = options.Context.Text,
            IfMatch = options.IfMatch,
            IfNoneMatch = options.IfAbsent ? "*" : null,
        };
    }

    internal StoreRequest AdditionOf(DynamoKey key, string by, string? idempotencyKey, WriteOptions options) =>
        WriteOf("add", HttpMethod.Post, key, options, $"&op=add&by={by}") with { IdempotencyKey = idempotencyKey };

    private string TargetOf(DynamoKey key, string query) => $"{_target}?key={PercentEncoding.Encode(key.Bytes.Span)}{query}";

    private static ReadOnlyMemory<byte> CheckedKey(DynamoKey key) =>
        key.Bytes.IsEmpty ? throw new ArgumentException("The key is the default of its type, which has no bytes.", nameof(key)) : key.Bytes;

    // What no header can carry would look like a connection that broke, and leave the write unknown.
    private static string? CheckedType(WriteOptions? options) =>
        options?.ContentType is not { } type || Sibling.IsContentType(type) ? options?.ContentType
            : throw new ArgumentException(
                $"A content type has 1 to {Sibling.ContentTypeLengthMax} printable ASCII characters.", nameof(options));

    private static void Check(string? header, string what, string parameter)
    {
        if (header.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            throw new ArgumentException($"{what} has printable ASCII characters: it is handed back as an answer gave it.", parameter);
    }

    private static string Query(Consistency? consistency) =>
        consistency is { } preset ? $"&consistency={preset.ToString().ToLowerInvariant()}" : "";

    private static string Query(string name, QuorumSetting? setting) => setting is { } number ? $"&{name}={number}" : "";

    private static long SecondsOf(TimeSpan ttl)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(ttl, TimeSpan.Zero, nameof(WriteOptions.TimeToLive));
        return (long)Math.Ceiling(ttl.TotalSeconds);
    }
}
