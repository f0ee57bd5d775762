using DynamoActors.Core.Buckets;

namespace DynamoActors.Http.Targets;

/// <summary>Every route there is. Objects are matched first and by prefix: a key may hold any byte, slashes included.</summary>
internal static class Routes
{
    private const string KeyPrefix = "/kv/";
    private const string BucketPrefix = "/buckets/";
    private const string ExplainPrefix = "/explain/";
    private const string PreferenceListPrefix = "/ring/preflist/";

    private static readonly Route DefaultBucketObject = new(RouteKind.Object, "/kv/{key}", "GET", "HEAD", "PUT", "DELETE");
    private static readonly Route BucketObject = DefaultBucketObject with { Template = "/buckets/{bucket}/keys/{key}" };
    private static readonly Route BucketProperties = new(RouteKind.BucketProperties, "/buckets/{bucket}/props", "GET", "HEAD", "PUT");
    private static readonly Route Keys = new(RouteKind.Keys, "/buckets/{bucket}/keys", "GET", "HEAD");
    private static readonly Route Explain = new(RouteKind.Explain, "/explain/{key}", "GET", "HEAD");
    private static readonly Route PreferenceList = new(RouteKind.PreferenceList, "/ring/preflist/{key}", "GET", "HEAD");

    private static readonly Route[] Pages =
    [
        new(RouteKind.Batch, "/kv:batch", "POST"),
        new(RouteKind.Statistics, "/stats", "GET", "HEAD"),
        new(RouteKind.Cluster, "/cluster", "GET", "HEAD"),
        new(RouteKind.Ring, "/ring", "GET", "HEAD"),
        new(RouteKind.Live, "/health/live", "GET", "HEAD"),
        new(RouteKind.Ready, "/health/ready", "GET", "HEAD"),
        new(RouteKind.OpenApi, "/openapi.json", "GET", "HEAD"),
    ];

    public static IReadOnlyList<Route> All { get; } = [DefaultBucketObject, BucketObject, Keys, BucketProperties, PreferenceList, Explain, .. Pages];

    /// <summary>Null where nothing is served at the path. Bucket and key come back as they were sent, still percent-encoded.</summary>
    public static Route? Match(ReadOnlySpan<char> path, out ReadOnlySpan<char> bucket, out ReadOnlySpan<char> key)
    {
        bucket = BucketName.Default;
        if (TryAfter(path, KeyPrefix, out key)) return DefaultBucketObject;
        if (TryAfter(path, BucketPrefix, out var inBucket)) return MatchInBucket(inBucket, out bucket, out key);
        if (TryAfter(path, PreferenceListPrefix, out key)) return PreferenceList;
        if (TryAfter(path, ExplainPrefix, out key)) return Explain;
        foreach (var page in Pages)
        {
            if (path.SequenceEqual(page.Template)) return page;
        }

        return null;
    }

    private static Route? MatchInBucket(ReadOnlySpan<char> path, out ReadOnlySpan<char> bucket, out ReadOnlySpan<char> key)
    {
        key = default;
        var slash = path.IndexOf('/');
        bucket = slash < 0 ? path : path[..slash];
        if (slash < 0) return null;
        var rest = path[(slash + 1)..];
        if (TryAfter(rest, "keys/", out key)) return BucketObject;
        if (rest.SequenceEqual("keys")) return Keys;
        return rest.SequenceEqual("props") ? BucketProperties : null;
    }

    private static bool TryAfter(ReadOnlySpan<char> path, string prefix, out ReadOnlySpan<char> rest)
    {
        rest = default;
        if (!path.StartsWith(prefix)) return false;
        rest = path[prefix.Length..];
        return true;
    }
}
