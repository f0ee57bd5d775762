using DynamoActors.Core.Versioning;

namespace DynamoActors.Http.Batches;

internal enum BatchVerb
{
    Get,
    Put,
    Delete,
}

/// <summary>One operation of a batch, checked.</summary>
internal sealed record BatchOperation(BatchVerb Verb, string Bucket, byte[] Key)
{
    public byte[] Value { get; init; } = [];

    public string? ContentType { get; init; }

    public VersionVector? Context { get; init; }

    /// <summary>Null: the bucket's.</summary>
    public TimeSpan? Ttl { get; init; }
}
