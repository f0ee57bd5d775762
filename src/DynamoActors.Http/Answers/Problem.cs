using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace DynamoActors.Http.Answers;

/// <summary>An error as a client sees it: <c>application/problem+json</c> (RFC 9457).</summary>
/// <param name="Type">Of a <see cref="ProblemKind"/>.</param>
internal sealed record Problem(string Type, string Title, int Status, string Detail)
{
    public const string ContentType = "application/problem+json";

    [Description("The parameter, header or part of the path at fault.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Field { get; init; }

    [Description("The place, from 0, of the operation at fault in a batch.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Operation { get; init; }

    [Description("What was not reached: answers (r), acknowledgements (w), those of owners (pr, pw); self: the node that coordinates "
        + "the write "
        + "has not made it durable itself; node: the node that was asked stopped working on the request.")]
    [AllowedValues("r", "w", "pr", "pw", "self", "node")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Requirement { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Required { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Reached { get; init; }

    [Description("unknown: some replica may hold the write; not-written: none does; failed: a read that found too few replicas.")]
    [AllowedValues("unknown", "not-written", "failed")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Outcome { get; init; }

    [Description("Of the request, in traces and in the log: the client's traceparent, or the node's own where the request is traced.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TraceId { get; init; }

    /// <summary>Sent as <c>Retry-After</c>, in whole seconds, rounded up.</summary>
    [JsonIgnore]
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Sent as <c>WWW-Authenticate</c>.</summary>
    [JsonIgnore]
    public string? Challenge { get; init; }

    /// <summary>Sent as <c>Allow</c>.</summary>
    [JsonIgnore]
    public string? Allow { get; init; }

    /// <summary>Sent as <c>X-Dynamo-Context</c>: what the client should hand in with its next write of the key.</summary>
    [JsonIgnore]
    public string? Context { get; init; }

    public ReadOnlyMemory<byte> ToJson() => StoreJson.ToBytes(this, StoreJson.Default.Problem);
}
