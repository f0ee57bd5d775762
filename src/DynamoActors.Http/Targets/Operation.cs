using System.Text.Json.Serialization.Metadata;
using DynamoActors.Http.Answers;

namespace DynamoActors.Http.Targets;

/// <summary>What one method does at a route. A GET stands for HEAD too.</summary>
/// <param name="Id">Unique.</param>
/// <param name="Problems">Statuses of problems, besides those that any request may meet.</param>
internal sealed record Operation(string Method, string Id, string Summary, params int[] Problems)
{
    private static readonly int[] OfAnyRequest = [400, 401, 403, 405, 414, 429, 431, 500, 501, 505];
    private static readonly int[] OfAnyBody = [413, 415, 503];

    public Parameter[] Parameters { get; init; } = [];

    /// <summary>Null: none, or an object's bytes.</summary>
    public JsonTypeInfo? Body { get; init; }

    public Answer[] Answers { get; init; } = [];

    public bool TakesBody { get; init; } = Method is "PUT" or "POST";

    public IEnumerable<int> AllProblems =>
        OfAnyRequest.Concat(TakesBody ? OfAnyBody : []).Concat(Problems).Except(Answers.Select(answer => answer.Status)).Distinct().Order();

    /// <summary>An answer in JSON, with status 200.</summary>
    public static Operation Page(string id, string summary, JsonTypeInfo answer, Parameter[] parameters, params int[] problems) =>
        new("GET", id, summary, problems) { Parameters = parameters, Answers = [new Answer(200, summary) { Json = answer }] };
}

/// <summary>What an operation is answered with, other than a problem.</summary>
internal sealed record Answer(int Status, string Description)
{
    public JsonTypeInfo? Json { get; init; }

    /// <summary>Any bytes, in a type of their own.</summary>
    public bool HasBytes { get; init; }

    /// <summary>It is about a version, which its headers name.</summary>
    public bool IsVersion { get; init; }
}
