using DynamoActors.Client;

namespace DynamoActors.Embedded;

/// <summary>
/// The store as the node in this process serves it: what a <see cref="DynamoClient"/> has of it, without HTTP. Any thread may call. A
/// failure is a result, no exception; nothing is tried again by itself.
/// </summary>
public interface IDynamoStore
{
    /// <summary>Ends when the node serves: its ring is known, and as many owners as a majority needs can be reached.</summary>
    /// <exception cref="OperationCanceledException">It did not come to that in time; the message says what is missing.</exception>
    Task ReadyAsync(CancellationToken cancellation = default);

    /// <summary>Reads a key. The bytes are the node's own: nobody may change them.</summary>
    /// <exception cref="ArgumentException">Bucket, key or options can be none.</exception>
    Task<GetResult<ReadOnlyMemory<byte>>> GetAsync(string bucket, DynamoKey key, ReadOptions? options = null);

    /// <summary>Writes a key. Without a context it replaces what is there, whatever that is.</summary>
    /// <param name="value">Copied.</param>
    /// <exception cref="ArgumentException">Bucket, key or options can be none.</exception>
    Task<WriteResult> PutAsync(string bucket, DynamoKey key, ReadOnlyMemory<byte> value, WriteOptions? options = null);

    /// <summary>Deletes a key. Without a context, whatever is there; a key that is not there can be deleted too.</summary>
    /// <exception cref="ArgumentException">Bucket, key or options can be none.</exception>
    Task<WriteResult> DeleteAsync(string bucket, DynamoKey key, WriteOptions? options = null);

    /// <summary>Reads many keys, several at a time. It is no snapshot.</summary>
    /// <returns>A result for each key, in its place.</returns>
    /// <exception cref="ArgumentException">Bucket, a key or options can be none; nothing was asked.</exception>
    Task<IReadOnlyList<GetResult<ReadOnlyMemory<byte>>>> GetManyAsync(
        string bucket, IEnumerable<DynamoKey> keys, ReadOptions? options = null);

    /// <summary>
    /// Writes many keys, several at a time, those to one key in the order given. It is no transaction: each has its own result.
    /// </summary>
    /// <param name="writes">Values are copied.</param>
    /// <returns>A result for each write, in its place.</returns>
    /// <exception cref="ArgumentException">Bucket, a key or options can be none; nothing was written.</exception>
    Task<IReadOnlyList<WriteResult>> PutManyAsync(
        string bucket, IEnumerable<(DynamoKey Key, ReadOnlyMemory<byte> Value, WriteOptions? Options)> writes);

    /// <summary>Deletes many keys, several at a time; each has its own result.</summary>
    /// <returns>A result for each deletion, in its place.</returns>
    /// <exception cref="ArgumentException">Bucket, a key or options can be none; nothing was deleted.</exception>
    Task<IReadOnlyList<WriteResult>> DeleteManyAsync(string bucket, IEnumerable<DynamoKey> keys, WriteOptions? options = null);

    /// <summary>
    /// The bucket's keys in the order of their bytes, page by page. A key that is there all the while is listed once; one that comes or
    /// goes meanwhile may be or not.
    /// </summary>
    /// <param name="prefix">What they begin with; empty: all.</param>
    /// <param name="pageSize">Keys with each question to the owners, 1 to 10,000.</param>
    /// <exception cref="ArgumentException">Bucket or page size can be none.</exception>
    /// <exception cref="DynamoException">A page could not be had.</exception>
    IAsyncEnumerable<DynamoKey> ListKeysAsync(
        string bucket, string prefix = "", int pageSize = 1000, CancellationToken cancellation = default);

    /// <summary>The buckets that have keys; shorter names first, then by their bytes.</summary>
    /// <exception cref="DynamoException">A page could not be had.</exception>
    IAsyncEnumerable<string> ListBucketsAsync(CancellationToken cancellation = default);
}
