namespace DynamoActors.Http.Targets;

/// <summary>The two halves of a request line's target, both still percent-encoded. A fragment never reaches a server.</summary>
internal readonly ref struct RequestTarget
{
    private RequestTarget(ReadOnlySpan<char> path, ReadOnlySpan<char> query)
    {
        Path = path;
        Query = query;
    }

    public ReadOnlySpan<char> Path { get; }

    /// <summary>Without the question mark; empty where there is none.</summary>
    public ReadOnlySpan<char> Query { get; }

    public static RequestTarget Split(string rawTarget)
    {
        var target = WithoutAuthority(rawTarget);
        var mark = target.IndexOf('?');
        return mark < 0 ? new RequestTarget(target, default) : new RequestTarget(target[..mark], target[(mark + 1)..]);
    }

    /// <summary>A proxy may send the absolute form, <c>http://host/path</c>.</summary>
    private static ReadOnlySpan<char> WithoutAuthority(ReadOnlySpan<char> target)
    {
        if (target.Length == 0 || target[0] == '/') return target;
        var scheme = target.IndexOf("://");
        if (scheme < 0) return target;
        var afterAuthority = target[(scheme + 3)..].IndexOf('/');
        return afterAuthority < 0 ? "/" : target[(scheme + 3 + afterAuthority)..];
    }
}
