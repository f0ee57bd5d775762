namespace DynamoActors.Http.Targets;

internal enum RouteKind
{
    Object,
    BucketProperties,
    Keys,
    Batch,
    Explain,
    Statistics,
    Cluster,
    Ring,
    PreferenceList,
    Live,
    Ready,
    OpenApi,
}

/// <param name="Template">As <c>openapi.json</c> names it.</param>
/// <param name="Methods">In the order in which <c>Allow</c> lists them.</param>
internal sealed record Route(RouteKind Kind, string Template, params string[] Methods)
{
    public string Allow { get; } = string.Join(", ", Methods);

    /// <summary>Others refuse every parameter.</summary>
    public bool TakesQuery => Kind is RouteKind.Object or RouteKind.Keys or RouteKind.Explain or RouteKind.PreferenceList;

    public bool Allows(string method) => Array.IndexOf(Methods, method) >= 0;
}
