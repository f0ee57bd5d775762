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
}
