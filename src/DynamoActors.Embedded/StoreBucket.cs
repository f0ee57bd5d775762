using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using DynamoActors.Client;
using DynamoActors.Client.Values;

namespace DynamoActors.Embedded;

/// <summary>Values of a type in a bucket of the store, as JSON.</summary>
public static class StoreBuckets
{
    /// <summary>A bucket of JSON, by a contract that the compiler made.</summary>
    /// <param name="resolver">Makes one value of several; null: reads give them as <see cref="Conflict{T}"/>.</param>
    public static StoreBucket<T> Bucket<T>(
        this IDynamoStore store, string name, JsonTypeInfo<T> type, Func<IReadOnlyList<T>, T>? resolver = null) =>
        new(store, name, new JsonCodec<T>(type), resolver);

    /// <summary>A bucket of JSON.</summary>
    /// <param name="resolver">Makes one value of several; null: reads give them as <see cref="Conflict{T}"/>.</param>
    /// <param name="options">How values become JSON; null: as on the web, in camel case.</param>
    public static StoreBucket<T> Bucket<T>(
        this IDynamoStore store, string name, Func<IReadOnlyList<T>, T>? resolver = null, JsonSerializerOptions? options = null) =>
        store.Bucket(name, (JsonTypeInfo<T>)(options ?? JsonSerializerOptions.Web).GetTypeInfo(typeof(T)), resolver);
}

/// <summary>
/// The keys of one bucket, with values of one type: what a client's <see cref="DynamoBucket{T}"/> is, by the node in this process. Any
/// thread.
/// </summary>
public sealed class StoreBucket<T>
{
    private readonly IDynamoStore _store;
    private readonly ValueCodec<T> _codec;
    private readonly Func<IReadOnlyList<T>, T>? _resolver;

    internal StoreBucket(IDynamoStore store, string name, ValueCodec<T> codec, Func<IReadOnlyList<T>, T>? resolver) =>
        (_store, Name, _codec, _resolver) = (store, name, codec, resolver);

    /// <summary>The bucket's name.</summary>
    public string Name { get; }

    /// <summary>Reads a key.</summary>
    public async Task<GetResult<T>> GetAsync(DynamoKey key, ReadOptions? options = null) =>
        Resolved(Outcomes.Typed(await _store.GetAsync(Name, key, options), _codec));

    /// <summary>Reads many keys; a result for each, in its place.</summary>
    public async Task<IReadOnlyList<GetResult<T>>> GetManyAsync(IEnumerable<DynamoKey> keys, ReadOptions? options = null) =>
        [.. (await _store.GetManyAsync(Name, keys, options)).Select(read => Resolved(Outcomes.Typed(read, _codec)))];

    /// <summary>Writes a key. Without a context it replaces what is there, whatever that is.</summary>
    public Task<WriteResult> PutAsync(DynamoKey key, T value, WriteOptions? options = null) =>
        _store.PutAsync(Name, key, _codec.Encode(value), Typed(options));

    /// <summary>Writes many keys; a result for each, in its place.</summary>
    public Task<IReadOnlyList<WriteResult>> PutManyAsync(IEnumerable<KeyValuePair<DynamoKey, T>> writes, WriteOptions? options = null) =>
        _store.PutManyAsync(Name, writes.Select(write => (write.Key, _codec.Encode(write.Value), (WriteOptions?)Typed(options))));

    /// <summary>Deletes a key. Without a context, whatever is there.</summary>
    public Task<WriteResult> DeleteAsync(DynamoKey key, WriteOptions? options = null) => _store.DeleteAsync(Name, key, options);

    /// <summary>
    /// Reads a key, makes one value of all that it holds, and writes that in their place; again where that can do no harm. What others
    /// write at the same moment stays, as a sibling, for the next one who reads.
    /// </summary>
    /// <param name="merge">
    /// Given every version, none where the key holds nothing. It may be called several times, of which one counts.
    /// </param>
    public async Task<WriteResult> UpdateAsync(DynamoKey key, Func<IReadOnlyList<T>, T> merge, UpdateOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(merge);
        options ??= new UpdateOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.AttemptsMax, 1, nameof(options));
        WriteResult? last = null;
        for (var attempt = 0; attempt < options.AttemptsMax; attempt++)
        {
            var read = Outcomes.Typed(await _store.GetAsync(Name, key, options.Read), _codec);
            if (read is NotRead<T> not)
                return last ?? new NotWritten(WhyNotWritten.NotRead, $"The key could not be read ({not.Why}): {not.Detail}");
            var (versions, context) = read switch
            {
                Found<T> found => ((IReadOnlyList<T>)[found.Value], found.Context),
                Conflict<T> conflict => ([.. conflict.Siblings.Select(one => one.Value)], conflict.Context),
                _ => ([], ((Absent<T>)read).Context),
            };
            last = await PutAsync(key, merge(versions), (options.Write ?? new WriteOptions()) with { Context = context });
            var again = last is NotWritten { Why: WhyNotWritten.TooManySiblings } || (last is Unknown && options.MergeIsIdempotent);
            if (!again) break;
        }

        return last!;
    }

    /// <summary>The same for a bucket with a resolver: versions are made one by that, which then is changed.</summary>
    /// <param name="change">Given the value, or the type's default where there is none, makes the new one.</param>
    /// <exception cref="InvalidOperationException">The bucket has no resolver.</exception>
    public Task<WriteResult> ChangeAsync(DynamoKey key, Func<T?, T> change, UpdateOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(change);
        if (_resolver is not { } resolver)
            throw new InvalidOperationException($"The bucket '{Name}' has no resolver: give it one, or use UpdateAsync.");
        return UpdateAsync(key, versions => change(versions switch
        {
            [] => default,
            [var one] => one,
            _ => resolver(versions),
        }), options);
    }

    /// <summary>The bucket's keys in the order of their bytes.</summary>
    public IAsyncEnumerable<DynamoKey> ListKeysAsync(string prefix = "", CancellationToken cancellation = default) =>
        _store.ListKeysAsync(Name, prefix, cancellation: cancellation);

    private WriteOptions Typed(WriteOptions? options) =>
        (options ?? new WriteOptions()) with { ContentType = options?.ContentType ?? _codec.ContentType };

    private GetResult<T> Resolved(GetResult<T> read) =>
        read is Conflict<T> conflict && _resolver is { } resolver ? Client.Outcomes.Resolved(conflict, resolver) : read;
}
