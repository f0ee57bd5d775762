using DynamoActors.Core.Versioning;

namespace DynamoActors.Node.Requests;

/// <summary>What must hold of the current versions for a request to be served (RFC 9110, 13.1); null: not asked for.</summary>
/// <param name="IfMatch">Holds an <see cref="VersionedObject.EntityTag"/>, or <c>*</c> for that of any version.</param>
/// <param name="IfNoneMatch">As <paramref name="IfMatch"/>.</param>
/// <param name="IfUnmodifiedSince">In whole seconds since 1970; counts only without <paramref name="IfMatch"/>.</param>
public readonly record struct Conditions(IReadOnlyList<string>? IfMatch, IReadOnlyList<string>? IfNoneMatch, long? IfUnmodifiedSince)
{
    public bool AreNone => IfMatch is null && IfNoneMatch is null && IfUnmodifiedSince is null;

    /// <summary>The current version is one of <see cref="IfMatch"/>; or nothing was written, or deleted, after the second of
    /// <see cref="IfUnmodifiedSince"/>.</summary>
    /// <param name="current">Null: nobody knows the key.</param>
    public bool IsUnmodified(VersionedObject? current) =>
        IfMatch is { } match ? Name(match, current)
        : IfUnmodifiedSince is not { } since || current is null || current.LatestTime.UnixMilliseconds / 1000 <= since;

    /// <summary>The current version is none of <see cref="IfNoneMatch"/>.</summary>
    public bool IsNoMatch(VersionedObject? current) => IfNoneMatch is not { } noneMatch || !Name(noneMatch, current);

    private static bool Name(IReadOnlyList<string> tags, VersionedObject? current) =>
        current is { IsDeleted: false } && (tags.Contains("*") || tags.Contains(current.EntityTag));
}
