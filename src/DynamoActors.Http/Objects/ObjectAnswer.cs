using DynamoActors.Core.Counters;
using DynamoActors.Core.Versioning;
using DynamoActors.Http.Answers;
using DynamoActors.Http.Problems;
using DynamoActors.Http.Serving;
using DynamoActors.Node.Requests;

namespace DynamoActors.Http.Objects;

/// <summary>Turns what became of a request into status, headers and body.</summary>
internal readonly struct ObjectAnswer(Exchange exchange, ClientRequest request, ObjectParameters parameters, DateTimeOffset now)
{
    private readonly Exchange _exchange = exchange;
    private readonly ClientRequest _request = request;

    public ValueTask WriteAsync(ClientOutcome outcome) => outcome switch
    {
        ObjectRead { Object: { IsDeleted: false } read } => WriteReadAsync(read),
        // Conditions choose among answers that would be a success (RFC 9110, 13.2.1), and this is none.
        ObjectRead nothing => _exchange.WriteAsync(OutcomeProblems.NotFound(_request, nothing.Object)),
        ObjectWritten written => WriteWrittenAsync(written.Object, written.Context),
        ConditionFailed failed => WriteConditionFailedAsync(failed.Current),
        _ => _exchange.WriteAsync(OutcomeProblems.Of(outcome, _request is PutObject)),
    };

    /// <summary>The conditions in their order (RFC 9110, 13.2.2).</summary>
    private ValueTask WriteReadAsync(VersionedObject read)
    {
        var conditions = parameters.Conditions;
        if (!conditions.IsUnmodified(read)) return WriteConditionFailedAsync(read);
        SetVersionHeaders(read.Context, read.EntityTag);
        var lastModified = SetLastModified(read);
        var isKnown = conditions.IfNoneMatch != null ? !conditions.IsNoMatch(read) : lastModified <= parameters.IfModifiedSince;
        return isKnown ? _exchange.WriteAsync(304) : WriteVersionsAsync(200, 300, read);
    }

    private ValueTask WriteWrittenAsync(VersionedObject written, VersionVector context)
    {
        bool isDeletion = _request is PutObject { Tombstone: true };
        bool isAddition = _request is PutObject { Add: not null };
        bool isShown = (parameters.ReturnBody || isAddition) && !isDeletion && !written.IsDeleted;
        SetVersionHeaders(isShown ? written.Context : context, written.EntityTag);
        if (!isShown) return _exchange.WriteAsync(isDeletion ? 204 : 201);
        SetLastModified(written);
        return isAddition ? WriteVersionsAsync(200, 200, written) : WriteVersionsAsync(201, 201, written);
    }

    private ValueTask WriteConditionFailedAsync(VersionedObject? current)
    {
        if (current is { IsDeleted: false }) _exchange.Response.Headers.ETag = $"\"{current.EntityTag}\"";
        return _exchange.WriteAsync(OutcomeProblems.ConditionFailed(_request, current));
    }

    private void SetVersionHeaders(VersionVector context, string tag)
    {
        var headers = _exchange.Response.Headers;
        headers[DynamoHeaders.Context] = _request.TextOf(context);
        headers.ETag = string.Concat("\"", tag, "\"");
    }

    private ValueTask WriteVersionsAsync(int statusOfOne, int statusOfMany, VersionedObject versions)
    {
        if (Counter.TryText(versions, out var number))
        {
            _exchange.Response.Headers.ContentType = Counter.TextType;
            return _exchange.WriteAsync(statusOfOne, number);
        }

        Sibling? only = null;
        var live = 0;
        foreach (var sibling in versions.Siblings)
        {
            if (sibling.IsTombstone) continue;
            live++;
            only = sibling;
        }

        if (live > 1) return SiblingsAnswer.WriteAsync(_exchange, statusOfMany, _request.TextOf(versions.Context), versions, live);
        _exchange.Response.Headers.ContentType = only!.ContentType ?? ShownSibling.DefaultContentType;
        return _exchange.WriteAsync(statusOfOne, only.Value);
    }

    /// <summary>In whole seconds since 1970, and never in the future: another node's clock may be ahead of this one's.</summary>
    private long SetLastModified(VersionedObject versions)
    {
        var headers = _exchange.Response.Headers;
        var seconds = now.ToUnixTimeSeconds();
        var lastModified = Math.Min(versions.LatestTime.UnixMilliseconds / 1000, seconds);
        headers.LastModified = HttpDate.Of(lastModified);
        // Kestrel's own Date is up to a second old.
        if (seconds - lastModified < 3) headers.Date = HttpDate.Of(seconds);
        return lastModified;
    }
}
