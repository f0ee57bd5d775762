using System.Diagnostics.CodeAnalysis;
using DynamoActors.Http.Answers;
using DynamoActors.Http.Problems;
using DynamoActors.Node.Requests;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace DynamoActors.Http.Objects;

/// <summary>Reads the conditions of a request for an object (RFC 9110, 13.1).</summary>
internal static class ConditionHeaders
{
    public static bool TryRead(IHeaderDictionary headers, out Conditions conditions, [NotNullWhen(false)] out Problem? problem)
    {
        conditions = default;
        problem = null;
        if (!EntityTags.TryParse(headers.IfMatch, weakly: false, out var ifMatch)) problem = BadTags("If-Match");
        else if (!EntityTags.TryParse(headers.IfNoneMatch, weakly: true, out var ifNoneMatch)) problem = BadTags("If-None-Match");
        else conditions = new Conditions(ifMatch, ifNoneMatch, SecondsIn(headers.IfUnmodifiedSince));
        return problem == null;
    }

    /// <summary>In whole seconds since 1970. A date that is none counts as not sent, as the RFC wants it; so do several.</summary>
    public static long? SecondsIn(StringValues header) =>
        header.Count == 1 && HeaderUtilities.TryParseDate(header[0], out var date) ? date.ToUnixTimeSeconds() : null;

    private static Problem BadTags(string header) =>
        RequestProblems.BadHeader(header, "* or a list of entity tags in double quotes, as an ETag gave them");
}
