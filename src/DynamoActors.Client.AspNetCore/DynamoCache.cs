using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Caching.Distributed;

namespace DynamoActors.Client.AspNetCore;

/// <summary>
/// ASP.NET Core's distributed cache in a bucket of the store, and with it sessions and HybridCache. Any thread. Where the store cannot be
/// asked it throws: a cache that is not there is not an empty one.
/// </summary>
/// <remarks>
/// Of values set at the same moment the last one counts. A read that lengthens a sliding entry writes it again only if nobody has changed
/// it; where that happens in the very moment in which the entry is removed, the entry may stay until it ends.
/// </remarks>
internal sealed class DynamoCache(DynamoBucket<ReadOnlyMemory<byte>> bucket, TimeProvider time) : IBufferDistributedCache
{
    private const string Hashed = "sha256:";

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    public byte[]? Get(string key) => GetAsync(key).GetAwaiter().GetResult();

    public async Task<byte[]?> GetAsync(string key, CancellationToken token = default) =>
        await ReadAsync(key, token) is { } entry ? entry.Value.ToArray() : null;

    public bool TryGet(string key, IBufferWriter<byte> destination) => TryGetAsync(key, destination).AsTask().GetAwaiter().GetResult();

    public async ValueTask<bool> TryGetAsync(string key, IBufferWriter<byte> destination, CancellationToken token = default)
    {
        if (await ReadAsync(key, token) is not { } entry) return false;
        destination.Write(entry.Value.Span);
        return true;
    }

    public void Set(string key, byte[] value, DistributedCacheEntryOptions options) =>
        SetAsync(key, value, options).GetAwaiter().GetResult();

    public void Set(string key, ReadOnlySequence<byte> value, DistributedCacheEntryOptions options) =>
        SetAsync(key, value, options).AsTask().GetAwaiter().GetResult();

    public ValueTask SetAsync(
        string key, ReadOnlySequence<byte> value, DistributedCacheEntryOptions options, CancellationToken token = default) =>
        new(SetAsync(key, value.ToArray(), options, token));

    public async Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(value);
        ArgumentNullException.ThrowIfNull(options);
        var entry = CacheEntry.Of(value, options, time.GetUtcNow());
        var written = await bucket.PutAsync(KeyOf(key), entry.ToBytes(), new WriteOptions { TimeToLive = entry.TimeToLive }, token);
        written.EnsureWritten();
    }

    public void Refresh(string key) => RefreshAsync(key).GetAwaiter().GetResult();

    public Task RefreshAsync(string key, CancellationToken token = default) => ReadAsync(key, token);

    public void Remove(string key) => RemoveAsync(key).GetAwaiter().GetResult();

    public async Task RemoveAsync(string key, CancellationToken token = default) =>
        (await bucket.DeleteAsync(KeyOf(key), cancellation: token)).EnsureWritten();

    /// <summary>Longer ones than the store takes are hashed.</summary>
    /// <exception cref="ArgumentException">It is no well-formed Unicode: with another character in it it is another key.</exception>
    private static DynamoKey KeyOf(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        // In front of every key, since an empty one is none in the store.
        var bytes = Strict.GetBytes("k:" + key);
        return bytes.Length <= DynamoKey.BytesMax ? new DynamoKey(bytes) : Hashed + Convert.ToHexString(SHA256.HashData(bytes));
    }

    private async Task<CacheEntry?> ReadAsync(string key, CancellationToken token)
    {
        var read = await bucket.GetAsync(KeyOf(key), cancellation: token);
        var (bytes, etag) = read switch
        {
            Found<ReadOnlyMemory<byte>> found => ([found.Value], found.ETag),
            Conflict<ReadOnlyMemory<byte>> conflict => (conflict.Siblings.Select(one => one.Value).ToArray(), conflict.ETag),
            NotRead<ReadOnlyMemory<byte>> not => throw new DynamoException($"The cache cannot be read ({not.Why}): {not.Detail}"),
            _ => ((ReadOnlyMemory<byte>[])[], ""),
        };
        CacheEntry[] entries = [.. bytes.Select(CacheEntry.Read).OfType<CacheEntry>()];
        if (entries.Length == 0) return null;
        var (entry, now) = (CacheEntry.Newest(entries), time.GetUtcNow());
        if (entry.HasEnded(now)) return null;
        if (entry.NeedsTouch(now)) await TouchAsync(key, entry.Touched(now), etag, token);
        return entry;
    }

    /// <summary>Where it fails, somebody else has changed the entry, or it was not to be: it was read all the same.</summary>
    private Task TouchAsync(string key, CacheEntry entry, string etag, CancellationToken token) =>
        bucket.PutAsync(KeyOf(key), entry.ToBytes(), new WriteOptions { IfMatch = etag, TimeToLive = entry.TimeToLive }, token);
}
