using System.Diagnostics.CodeAnalysis;
using DynamoActors.Core.Quorum;
using DynamoActors.Core.Versioning;
using DynamoActors.Http.Answers;
using DynamoActors.Http.Problems;
using DynamoActors.Http.Targets;
using Microsoft.AspNetCore.Http;

namespace DynamoActors.Http.Objects;

/// <summary>What a request for an object says besides bucket, key and value: in its query and its headers.</summary>
internal struct ObjectParameters
{
    public QuorumOverrides Quorum { get; private set; }

    /// <summary>Null: the node's own.</summary>
    public TimeSpan? Timeout { get; private set; }

    /// <summary>Null: the bucket's.</summary>
    public TimeSpan? Ttl { get; private set; }

    public bool ReturnBody { get; private set; }

    /// <summary>All contexts given, joined; null where none was.</summary>
    public VersionVector? Context { get; private set; }

    public IReadOnlyList<string>? IfMatch { get; private set; }

    public IReadOnlyList<string>? IfNoneMatch { get; private set; }

    public static bool TryRead(
        string method, ReadOnlySpan<char> query, IHeaderDictionary headers, out ObjectParameters parameters,
            [NotNullWhen(false)] out Problem? problem)
    {
        parameters = new ObjectParameters { Quorum = QuorumOverrides.None };
        problem = null;
        if (!query.IsEmpty)
        {
            if (!ObjectQuery.TryRead(method, query, out var read, out problem)) return false;
            parameters.Quorum = read.Quorum;
            parameters.Timeout = read.Timeout;
            parameters.Ttl = read.Ttl;
            parameters.ReturnBody = read.ReturnBody;
            if (read.Context != null && !parameters.TryAddContexts("context", read.Context, out problem)) return false;
        }

        foreach (var line in headers[DynamoHeaders.Context])
        {
            if (!parameters.TryAddContexts(DynamoHeaders.Context, line ?? "", out problem)) return false;
        }

        if (!parameters.TryReadConditions(headers, out problem)) return false;
        // Only a write with a condition reads.
        if (HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || parameters.IfMatch != null || parameters.IfNoneMatch != null)
            return true;
        problem = parameters.Quorum.R != null ? RequestProblems.OnlyOfConditionalWrites("r")
            : parameters.Quorum.Pr != null ? RequestProblems.OnlyOfConditionalWrites("pr")
            : null;
        return problem == null;
    }

    /// <summary>One context, or several behind commas, as a proxy joins repeated headers and a client joins what it has read.</summary>
    private bool TryAddContexts(string field, string text, [NotNullWhen(false)] out Problem? problem)
    {
        problem = null;
        foreach (var part in text.AsSpan().Split(','))
        {
            if (!ContextText.TryParse(text.AsSpan(part).Trim().ToString(), out var context, out var error))
            {
                problem = RequestProblems.BadContext(field, error);
                return false;
            }

            Context = Context == null ? context : Context.Join(context);
        }

        return true;
    }

    private bool TryReadConditions(IHeaderDictionary headers, [NotNullWhen(false)] out Problem? problem)
    {
        problem = null;
        if (!EntityTags.TryParse(headers.IfMatch, weakly: false, out var ifMatch)) problem = BadTags("If-Match");
        else if (!EntityTags.TryParse(headers.IfNoneMatch, weakly: true, out var ifNoneMatch)) problem = BadTags("If-None-Match");
        else (IfMatch, IfNoneMatch) = (ifMatch, ifNoneMatch);
        return problem == null;
    }

    private static Problem BadTags(string header) =>
        RequestProblems.BadHeader(header, "* or a list of entity tags in double quotes, as an ETag gave them");
}
