namespace DynamoActors.Node.Requests;

/// <summary>A client's question about the store rather than for an object.</summary>
public abstract class InspectionRequest(string bucket, ReadOnlyMemory<byte> key, IClientReply client) : ClientRequest(bucket, key, client);

/// <summary>Where a key lies, and what each of its owners holds of it. Answered with <see cref="KeyExplained"/>.</summary>
public sealed class ExplainKey(string bucket, ReadOnlyMemory<byte> key, IClientReply client) : InspectionRequest(bucket, key, client);

/// <summary>
/// One page of a bucket's keys, in the order of their unsigned bytes. Answered with <see cref="KeysListed"/>, or
/// <see cref="QuorumNotReached"/> where a majority of some partition's replicas cannot be asked.
/// </summary>
public sealed class ListKeys(string bucket, ReadOnlyMemory<byte> prefix, IClientReply client) : InspectionRequest(bucket, prefix, client)
{
    /// <summary>
    /// In place of a bucket: the buckets are listed that have keys as far as some replica knows. The keys of the answer are then the
    /// buckets' names, each behind its length in bytes (1 byte), so that shorter names come first.
    /// </summary>
    public const string Buckets = "";

    public const int LimitMax = 10_000;

    /// <summary>What every key begins with; empty: any.</summary>
    public ReadOnlyMemory<byte> Prefix => Key;

    /// <summary>Only keys behind this one; empty: from the first.</summary>
    public ReadOnlyMemory<byte> After { get; init; }

    /// <summary>1 to <see cref="LimitMax"/>.</summary>
    public int Limit { get; init; } = 1000;
}
