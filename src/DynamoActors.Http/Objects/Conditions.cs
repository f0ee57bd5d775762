using System.Diagnostics.CodeAnalysis;
using DynamoActors.Http.Answers;
using DynamoActors.Http.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace DynamoActors.Http.Objects;

/// <summary>The conditions of a request for an object (RFC 9110, 13.1), and what comes of them for a read (13.2.2).</summary>
/// <param name="IfMatch">Null: not sent; so the others.</param>
/// <param name="IfUnmodifiedSince">Only where there is no If-Match, which comes before it.</param>
/// <param name="IfModifiedSince">Only of a read, and where there is no If-None-Match, which comes before it.</param>
internal readonly record struct Conditions(
    IReadOnlyList<string>? IfMatch, IReadOnlyList<string>? IfNoneMatch, DateTimeOffset? IfUnmodifiedSince, DateTimeOffset? IfModifiedSince)
{
    public static bool TryRead(IHeaderDictionary headers, bool isRead, out Conditions conditions, [NotNullWhen(false)] out Problem? problem)
    {
        conditions = default;
        problem = null;
        if (!EntityTags.TryParse(headers.IfMatch, weakly: false, out var ifMatch)) problem = BadTags("If-Match");
        else if (!EntityTags.TryParse(headers.IfNoneMatch, weakly: true, out var ifNoneMatch)) problem = BadTags("If-None-Match");
        else
        {
            var ifUnmodifiedSince = ifMatch == null ? DateIn(headers.IfUnmodifiedSince) : null;
            // Times of a second say too little for a write: two versions within one second would pass for one.
            if (ifUnmodifiedSince != null && !isRead)
                problem = RequestProblems.BadHeader("If-Unmodified-Since", "taken with a write: send the ETag of a read as If-Match");
            conditions = new Conditions(
                ifMatch, ifNoneMatch, ifUnmodifiedSince, isRead && ifNoneMatch == null ? DateIn(headers.IfModifiedSince) : null);
        }

        return problem == null;
    }

    /// <summary>Null: the read is answered as if there were no conditions; else 412 or 304.</summary>
    /// <param name="tag">Null where nothing is there.</param>
    /// <param name="lastModified">In whole seconds.</param>
    public int? StatusOf(string? tag, DateTimeOffset lastModified)
    {
        if (IfMatch != null && (tag == null || !EntityTags.Contain(IfMatch, tag))) return StatusCodes.Status412PreconditionFailed;
        if (tag == null) return null;
        if (lastModified > IfUnmodifiedSince) return StatusCodes.Status412PreconditionFailed;
        if (IfNoneMatch != null) return EntityTags.Contain(IfNoneMatch, tag) ? StatusCodes.Status304NotModified : null;
        return lastModified <= IfModifiedSince ? StatusCodes.Status304NotModified : null;
    }

    /// <summary>A date that is none counts as not sent, as the RFC wants it; so do several.</summary>
    private static DateTimeOffset? DateIn(StringValues header) =>
        header.Count == 1 && HeaderUtilities.TryParseDate(header[0], out var date) ? date : null;

    private static Problem BadTags(string header) =>
        RequestProblems.BadHeader(header, "* or a list of entity tags in double quotes, as an ETag gave them");
}
