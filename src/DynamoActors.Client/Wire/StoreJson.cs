using System.Text.Json;
using System.Text.Json.Serialization;

namespace DynamoActors.Client.Wire;

/// <summary>What nodes answer with and are sent, as far as the client reads it; more members do no harm.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RingPage))]
[JsonSerializable(typeof(ProblemPage))]
[JsonSerializable(typeof(HealthPage))]
[JsonSerializable(typeof(SiblingsPage))]
[JsonSerializable(typeof(KeysPage))]
[JsonSerializable(typeof(BucketsPage))]
[JsonSerializable(typeof(BatchBody))]
[JsonSerializable(typeof(BatchPage))]
internal sealed partial class StoreJson : JsonSerializerContext
{
    /// <summary>Null where it is not such JSON.</summary>
    public static T? Read<T>(ReadOnlySpan<byte> json, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(json, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

internal sealed record RingPage(ulong Epoch, string? Cluster, string? KeyHash, int Partitions, RingMember[]? Members, string[][]? Owners);

internal sealed record RingMember(string Name, string Http, string? Zone);

internal sealed record ProblemPage(string? Type, string? Detail, string? Requirement, string? Outcome);

internal sealed record HealthPage(string? Reason);

internal sealed record SiblingsPage(string? Context, SiblingPart[]? Siblings);

internal sealed record SiblingPart(byte[]? Value, string? ContentType, string? LastModified, string? Dot);

internal sealed record KeysPage(string[]? Keys, string? Cursor);

internal sealed record BucketsPage(string[]? Buckets, string? Cursor);

internal sealed record BatchBody(IReadOnlyList<BatchOperation> Operations);

internal sealed record BatchOperation(string Op, string Bucket, string Key)
{
    public ReadOnlyMemory<byte>? Value { get; init; }

    public string? ContentType { get; init; }

    public string? Context { get; init; }

    public long? Ttl { get; init; }

    public long? By { get; init; }

    public string? IdempotencyKey { get; init; }
}

internal sealed record BatchPage(BatchAnswer[]? Results);

/// <summary>One operation's status, and what would have been its headers and body.</summary>
internal sealed record BatchAnswer(int Status)
{
    public string? Type { get; init; }

    public string? Detail { get; init; }

    public string? Outcome { get; init; }

    public string? Context { get; init; }

    public string? Etag { get; init; }

    public byte[]? Value { get; init; }

    public string? ContentType { get; init; }

    public string? LastModified { get; init; }

    public SiblingPart[]? Siblings { get; init; }
}
