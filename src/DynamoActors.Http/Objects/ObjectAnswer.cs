using DynamoActors.Core.Versioning;
using DynamoActors.Http.Answers;
using DynamoActors.Http.Problems;
using DynamoActors.Http.Serving;
using DynamoActors.Node.Requests;

namespace DynamoActors.Http.Objects;

/// <summary>Turns what became of a request into status, headers and body.</summary>
internal static class ObjectAnswer
{
    public static ValueTask WriteAsync(Exchange exchange, ObjectCall call, ClientOutcome outcome) => outcome switch
    {
        ObjectRead read => WriteReadAsync(exchange, call, read.Object),
        ObjectWritten written => WriteWrittenAsync(exchange, call, written.Object, written.Context),
        ConditionFailed failed => WriteConditionFailedAsync(exchange, failed.Current),
        _ => exchange.WriteAsync(OutcomeProblems.Of(outcome, call.IsWrite)),
    };

    private static ValueTask WriteReadAsync(Exchange exchange, ObjectCall call, VersionedObject? read)
    {
        var isThere = read is { IsDeleted: false };
        var tag = isThere ? read!.EntityTag : null;
        var lastModified = isThere ? LastModified(read!, call.Now) : default;
        if (call.Conditions.StatusOf(tag, lastModified) is 412) return WriteConditionFailedAsync(exchange, read);
        if (!isThere) return exchange.WriteAsync(OutcomeProblems.NotFound(read));
        SetVersionHeaders(exchange, read!.Context, tag!);
        if (call.Conditions.StatusOf(tag, lastModified) is null) return WriteVersionsAsync(exchange, 200, 300, read, call.Now);
        SetLastModified(exchange, lastModified, call.Now);
        return exchange.WriteAsync(304);
    }

    private static ValueTask WriteWrittenAsync(Exchange exchange, ObjectCall call, VersionedObject written, VersionVector context)
    {
        bool isShown = call.ReturnBody && !call.IsDelete && !written.IsDeleted;
        SetVersionHeaders(exchange, isShown ? written.Context : context, written.EntityTag);
        if (call.IsDelete) return exchange.WriteAsync(204);
        return isShown ? WriteVersionsAsync(exchange, 201, 201, written, call.Now) : exchange.WriteAsync(201);
    }

    private static ValueTask WriteConditionFailedAsync(Exchange exchange, VersionedObject? current)
    {
        if (current is { IsDeleted: false }) exchange.Response.Headers.ETag = $"\"{current.EntityTag}\"";
        return exchange.WriteAsync(OutcomeProblems.ConditionFailed(current == null ? null : ContextText.ToText(current.Context)));
    }

    private static void SetVersionHeaders(Exchange exchange, VersionVector context, string tag)
    {
        var headers = exchange.Response.Headers;
        headers[DynamoHeaders.Context] = ContextText.ToText(context);
        headers.ETag = string.Concat("\"", tag, "\"");
    }

    private static ValueTask WriteVersionsAsync(Exchange exchange, int statusOfOne, int statusOfMany, VersionedObject versions,
        DateTimeOffset now)
    {
        Sibling? only = null;
        var live = 0;
        foreach (var sibling in versions.Siblings)
        {
            if (sibling.IsTombstone) continue;
            live++;
            only = sibling;
        }

        var headers = exchange.Response.Headers;
        SetLastModified(exchange, LastModified(versions, now), now);
        if (live > 1) return SiblingsAnswer.WriteAsync(exchange, statusOfMany, versions, live);
        headers.ContentType = only!.ContentType ?? ShownSibling.DefaultContentType;
        return exchange.WriteAsync(statusOfOne, only.Value);
    }

    /// <summary>In whole seconds, and never in the future: another node's clock may be ahead of this one's.</summary>
    private static DateTimeOffset LastModified(VersionedObject versions, DateTimeOffset now)
    {
        var latest = default(HybridTime);
        foreach (var sibling in versions.Siblings)
        {
            if (!sibling.IsTombstone && sibling.Time > latest) latest = sibling.Time;
        }

        return DateTimeOffset.FromUnixTimeSeconds(Math.Min(latest.UnixMilliseconds / 1000, now.ToUnixTimeSeconds()));
    }

    private static void SetLastModified(Exchange exchange, DateTimeOffset lastModified, DateTimeOffset now)
    {
        var headers = exchange.Response.Headers;
        headers.LastModified = HttpDate.Of(lastModified.ToUnixTimeSeconds());
        // Kestrel's own Date is up to a second old.
        if (now - lastModified < TimeSpan.FromSeconds(3)) headers.Date = HttpDate.Of(now.ToUnixTimeSeconds());
    }
}
