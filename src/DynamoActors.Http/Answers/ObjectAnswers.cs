using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using DynamoActors.Core.Quorum;
using DynamoActors.Core.Versioning;

namespace DynamoActors.Http.Answers;

/// <summary>Several versions at once.</summary>
internal sealed record Siblings(string Context, [property: JsonPropertyName("siblings")] IEnumerable<ShownSibling> All);

internal sealed record ShownSibling(ReadOnlyMemory<byte> Value, string ContentType, string LastModified, string Dot)
{
    public const string DefaultContentType = "application/octet-stream";

    public static IEnumerable<ShownSibling> Of(VersionedObject versions)
    {
        foreach (var sibling in versions.Siblings)
        {
            if (!sibling.IsTombstone) yield return Of(sibling);
        }
    }

    private static ShownSibling Of(Sibling sibling) =>
        new(sibling.Value, sibling.ContentType ?? DefaultContentType, HttpDate.Of(sibling.Time), sibling.Dot.ToString());
}

/// <summary>What a batch asks for.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record BatchBody([property: Length(1, BatchBody.OperationsMax)] IReadOnlyList<BatchBodyOperation> Operations)
{
    public const int OperationsMax = 100;
}

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record BatchBodyOperation([property: AllowedValues("get", "put", "delete", "add")] string Op)
{
    [Description("Percent-encoded, as in a path and as a listing gives it; default where it is left out.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Bucket { get; init; }

    [Description("Percent-encoded, as in a path and as a listing gives it.")]
    public string Key { get; init; } = "";

    [Description("Of a put, which must have one.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ReadOnlyMemory<byte>? Value { get; init; }

    [Description("Of a put.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ContentType { get; init; }

    [Description("Of a put or a delete.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Context { get; init; }

    [Description("Of a put; seconds.")]
    [Range(1, TtlSecondsMax)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Ttl { get; init; }

    [Description("Of an addition to a counter, which must have one; negative to count down.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? By { get; init; }

    [Description("Of an addition: the header Idempotency-Key of one by itself.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? IdempotencyKey { get; init; }

    public const double TtlSecondsMax = 3_155_760_000;
}

/// <summary>For the document: the answer itself is sent in pieces.</summary>
internal sealed record BatchResults(
    [property: Description("One for each operation, in its place. The values read have at most 64 MiB together: what goes beyond, and "
        + "every get "
        + "that had not begun by then, is a problem, /problems/answer-too-large (413).")]
    IReadOnlyList<BatchResult> Results);

/// <summary>The status that an operation would have had by itself, and as members what would have been headers and body.</summary>
internal sealed record BatchResult(
    [property: JsonPropertyOrder(-1), Description("What the operation would have had by itself.")] int Status)
{
    public BatchResult(Problem problem) : this(problem.Status) =>
        (Type, Title, Detail, Field, Requirement, Required, Reached, Outcome, Context) =
        (problem.Type, problem.Title, problem.Detail, problem.Field, problem.Requirement, problem.Required, problem.Reached,
            problem.Outcome,
            problem.Context);

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Type { get; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Title { get; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Detail { get; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Field { get; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Requirement { get; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Required { get; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Reached { get; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Outcome { get; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Context { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Etag { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ReadOnlyMemory<byte>? Value { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ContentType { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? LastModified { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IEnumerable<ShownSibling>? Siblings { get; init; }
}

/// <summary>A bucket's settings. What is not set is null, and comes from the cluster. A change names the fields that it changes.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record BucketProperties(
    [property: AllowedValues("siblings", "lww", "counter")] string Policy,
    [property: Range(1, int.MaxValue)] int? N,
    QuorumSetting? R,
    QuorumSetting? W,
    QuorumSetting? Pr,
    QuorumSetting? Pw,
    QuorumSetting? Dw,
    [property: Range(1, BatchBodyOperation.TtlSecondsMax)]
    [property: Description("Seconds after its write at which a version reads as deleted, where the write names none; null: never.")]
    long? Ttl,
    [property: Range(1, 10_000)] int SiblingsMax);

internal sealed record Buckets(
    [property: JsonPropertyName("buckets"), Description("Those with keys, percent-encoded; shorter names first, then by their bytes.")]
    IEnumerable<string> Names,
    [property: Description("For the next page; null: there is none.")] string? Cursor);

internal sealed record Keys(
    [property: JsonPropertyName("keys"), Description("Percent-encoded, slashes too; ascending by their unsigned bytes.")]
    IEnumerable<string> Names,
    [property: Description("For the next page; null: there is none. It names a key and is good on every node. A page may be short, "
        + "even empty, "
        + "and still have one.")]
    string? Cursor);
