namespace DynamoActors.Http.Targets;

internal enum RouteKind
{
    Object,
    BucketProperties,
    Buckets,
    Keys,
    Batch,
    Explain,
    Statistics,
    Metrics,
    Cluster,
    Ring,
    PreferenceList,
    Plan,
    PlanStep,
    Transfers,
    Checkpoints,
    Checkpoint,
    Scrub,
    Log,
    Actors,
    Repair,
    Tokens,
    Token,
    Audit,
    Live,
    Ready,
    Load,
    Status,
    StatusFile,
    OpenApi,
}

/// <param name="Template">As <c>openapi.json</c> names it.</param>
/// <param name="Operations">In the order in which <c>Allow</c> lists their methods.</param>
internal sealed record Route(RouteKind Kind, string Template, params Operation[] Operations)
{
    public string[] Methods { get; } =
        [.. Operations.SelectMany(operation => (string[])(operation.Method == "GET" ? ["GET", "HEAD"] : [operation.Method]))];

    public string Allow => string.Join(", ", Methods);

    /// <summary>Others refuse every parameter.</summary>
    public bool TakesQuery { get; } = Operations.Any(operation => operation.Parameters.Any(parameter => parameter.In == "query"));

    /// <summary>The key is not in the path.</summary>
    public bool TakesKeyInQuery { get; } = Operations.Any(operation => operation.Parameters.Any(parameter => parameter.Name == "key"
        && parameter.In == "query"));

    public bool Allows(string method) => Array.IndexOf(Methods, method) >= 0;
}
