using System.Diagnostics.CodeAnalysis;
using DynamoActors.Core.Quorum;
using DynamoActors.Core.Versioning;
using DynamoActors.Http.Answers;
using DynamoActors.Http.Problems;
using DynamoActors.Http.Targets;
using DynamoActors.Node.Requests;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace DynamoActors.Http.Objects;

/// <summary>What a request for an object says besides bucket, key and value: in its query and its headers.</summary>
internal struct ObjectParameters
{
    private ObjectQuery? _query;

    public readonly QuorumOverrides Quorum => _query?.Quorum ?? QuorumOverrides.None;

    /// <summary>Null: the node's own.</summary>
    public readonly TimeSpan? Timeout => _query?.Timeout;

    /// <summary>Null: the bucket's.</summary>
    public readonly TimeSpan? Ttl => _query?.Ttl;

    public readonly bool ReturnBody => _query?.ReturnBody == true;

    /// <summary>Null where it is not said what to do, or how much to add.</summary>
    public readonly long? AddedBy => _query is { IsAddition: true } query ? query.By : null;

    /// <summary>All contexts given, joined; null where none was.</summary>
    public VersionVector? Context { get; private set; }

    /// <summary>Heeded by reads and writes.</summary>
    public Conditions Conditions { get; private set; }

    /// <summary>In whole seconds since 1970; heeded by reads alone.</summary>
    public long? IfModifiedSince { get; private set; }

    public static bool TryRead(
        IHttpRequestFeature request, string bucket, byte[] key, ReadOnlySpan<char> query, out ObjectParameters parameters,
            [NotNullWhen(false)] out Problem? problem)
    {
        parameters = default;
        problem = null;
        if (!query.IsEmpty)
        {
            parameters._query = new ObjectQuery(request.Method);
            if (!parameters._query.TryRead(query, out problem)) return false;
            if (parameters._query.Context is { } sent && !parameters.TryAddContexts("context", sent, bucket, key, out problem))
                return false;
        }

        foreach (var line in request.Headers[DynamoHeaders.Context])
        {
            if (!parameters.TryAddContexts(DynamoHeaders.Context, line ?? "", bucket, key, out problem)) return false;
        }

        if (!ConditionHeaders.TryRead(request.Headers, out var conditions, out problem)) return false;
        parameters.Conditions = conditions;
        parameters.IfModifiedSince = ConditionHeaders.SecondsIn(request.Headers.IfModifiedSince);
        // Only a write with a condition reads.
        var reads = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || !conditions.AreNone;
        problem = reads ? null
            : parameters.Quorum.R != null ? RequestProblems.OnlyOfConditionalWrites("r")
            : parameters.Quorum.Pr != null ? RequestProblems.OnlyOfConditionalWrites("pr")
            : null;
        return problem == null;
    }

    /// <summary>One context, or several behind commas, as a proxy joins repeated headers and a client joins what it has read.</summary>
    private bool TryAddContexts(string field, string text, string bucket, byte[] key, [NotNullWhen(false)] out Problem? problem)
    {
        problem = null;
        foreach (var part in text.AsSpan().Split(','))
        {
            if (!ContextText.TryParse(text.AsSpan(part).Trim().ToString(), bucket, key, out var context, out var error))
            {
                problem = RequestProblems.BadContext(field, error);
                return false;
            }

            Context = Context == null ? context : Context.Join(context);
        }

        return true;
    }
}
