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

    public Conditions Conditions { get; private set; }

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

        var isRead = HttpMethods.IsGet(method) || HttpMethods.IsHead(method);
        if (!Conditions.TryRead(headers, isRead, out var conditions, out problem)) return false;
        parameters.Conditions = conditions;
        // Only a write with a condition reads.
        if (isRead || conditions.IfMatch != null || conditions.IfNoneMatch != null) return true;
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
}
