using DynamoActors.Core.Buckets;
using DynamoActors.Core.Versioning;

namespace DynamoActors.Node.Coordination;

/// <summary>
/// One client's wish, handed to a coordinator of this node. Made by the HTTP front end (or an embedding application), answered exactly once
/// through <see cref="Client"/>, on a thread that must not be blocked.
/// </summary>
public abstract class ClientRequest(string bucket, ReadOnlyMemory<byte> key, IClientReply client)
{
    public string Bucket { get; } = bucket;

    /// <summary>1 to 1,024 bytes; not changed after the request was made.</summary>
    public ReadOnlyMemory<byte> Key { get; } = key;

    public IClientReply Client { get; } = client;

    /// <summary>What the request itself asks for; what is null here comes from the bucket.</summary>
    public QuorumOverrides Quorum { get; init; } = QuorumOverrides.None;

    /// <summary>From submission to answer; null: <c>dynamo.request-timeout</c>.</summary>
    public TimeSpan? Timeout { get; init; }
}

/// <summary>Takes the answer.</summary>
public interface IClientReply
{
    void Complete(ClientOutcome outcome);
}

public sealed class GetObject(string bucket, ReadOnlyMemory<byte> key, IClientReply client) : ClientRequest(bucket, key, client);

/// <summary>A put, or with <see cref="Tombstone"/> a delete.</summary>
public sealed class PutObject(string bucket, ReadOnlyMemory<byte> key, IClientReply client) : ClientRequest(bucket, key, client)
{
    /// <summary>Null: replace whatever the write quorum knows. Otherwise supersede exactly what it covers.</summary>
    public VersionVector? Context { get; init; }

    public ReadOnlyMemory<byte> Value { get; init; }

    /// <summary>Null where the client sent none.</summary>
    public string? ContentType { get; init; }

    public bool Tombstone { get; init; }

    /// <summary>Answer with the stored versions too.</summary>
    public bool ReturnBody { get; init; }

    /// <summary>Write only if the current <see cref="EntityTag"/> is among these (<c>*</c>: if there is any version at all); null: no condition.</summary>
    public IReadOnlyList<string>? IfMatch { get; init; }

    /// <summary>Write only if the current <see cref="EntityTag"/> is not among these (<c>*</c>: only if there is no version); null: no condition.</summary>
    public IReadOnlyList<string>? IfNoneMatch { get; init; }
}
