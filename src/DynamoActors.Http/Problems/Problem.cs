using System.Text.Json;

namespace DynamoActors.Http.Problems;

/// <summary>An error as a client sees it: <c>application/problem+json</c> (RFC 9457) with a <see cref="Type"/> that never changes its meaning.</summary>
internal sealed record Problem(int Status, string Type, string Title, string Detail)
{
    public const string ContentType = "application/problem+json";

    /// <summary>The parameter, header or part of the path that is at fault.</summary>
    public string? Field { get; init; }

    /// <summary>The place, from 0, of the operation at fault in a batch.</summary>
    public int? Operation { get; init; }

    /// <summary>Of a quorum that was not reached: <c>r</c>, <c>w</c>, <c>pr</c>, <c>pw</c>; <c>self</c>, the coordinating replica's own copy; <c>node</c>, the node that was asked.</summary>
    public string? Requirement { get; init; }

    public int? Required { get; init; }

    public int? Reached { get; init; }

    /// <summary><c>unknown</c>: some replica may hold the write. <c>not-written</c>: none does. <c>failed</c>: a read that found too few replicas.</summary>
    public string? Outcome { get; init; }

    /// <summary>Sent as <c>Retry-After</c>, in whole seconds, rounded up.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Sent as <c>Allow</c>.</summary>
    public string? Allow { get; init; }

    /// <summary>Sent as <c>X-Dynamo-Context</c>: what the client should hand in with its next write of the key.</summary>
    public string? Context { get; init; }

    public ReadOnlyMemory<byte> ToJson() => JsonText.Object(this, static (json, problem) => problem.WriteMembers(json));

    /// <summary>Everything but what is sent in headers, into an object that the caller has begun.</summary>
    public void WriteMembers(Utf8JsonWriter json)
    {
        json.WriteString("type", Type);
        json.WriteString("title", Title);
        json.WriteNumber("status", Status);
        json.WriteString("detail", Detail);
        if (Field != null) json.WriteString("field", Field);
        if (Operation is { } operation) json.WriteNumber("operation", operation);
        if (Requirement != null) json.WriteString("requirement", Requirement);
        if (Required is { } required) json.WriteNumber("required", required);
        if (Reached is { } reached) json.WriteNumber("reached", reached);
        if (Outcome != null) json.WriteString("outcome", Outcome);
    }
}
