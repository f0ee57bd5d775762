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
        if (read == null || read.IsDeleted)
        {
            return exchange.WriteAsync(call.IfMatch == null
                ? OutcomeProblems.NotFound(read)
                : OutcomeProblems.ConditionFailed(read == null ? null : ContextText.ToText(read.Context)));
        }

        var tag = read.EntityTag;
        if (call.IfMatch != null && !EntityTags.Contain(call.IfMatch, tag)) return WriteConditionFailedAsync(exchange, read);
        SetVersionHeaders(exchange, read.Context, tag);
        return call.IfNoneMatch != null && EntityTags.Contain(call.IfNoneMatch, tag)
            ? exchange.WriteAsync(304)
            : WriteVersionsAsync(exchange, 200, 300, read);
    }

    private static ValueTask WriteWrittenAsync(Exchange exchange, ObjectCall call, VersionedObject written, VersionVector context)
    {
        bool isShown = call.ReturnBody && !call.IsDelete && !written.IsDeleted;
        SetVersionHeaders(exchange, isShown ? written.Context : context, written.EntityTag);
        if (call.IsDelete) return exchange.WriteAsync(204);
        return isShown ? WriteVersionsAsync(exchange, 201, 201, written) : exchange.WriteAsync(201);
    }

    private static ValueTask WriteConditionFailedAsync(Exchange exchange, VersionedObject? current)
    {
        if (current != null) exchange.Response.Headers.ETag = $"\"{current.EntityTag}\"";
        return exchange.WriteAsync(OutcomeProblems.ConditionFailed(current == null ? null : ContextText.ToText(current.Context)));
    }

    private static void SetVersionHeaders(Exchange exchange, VersionVector context, string tag)
    {
        var headers = exchange.Response.Headers;
        headers[DynamoHeaders.Context] = ContextText.ToText(context);
        headers.ETag = string.Concat("\"", tag, "\"");
    }

    private static ValueTask WriteVersionsAsync(Exchange exchange, int statusOfOne, int statusOfMany, VersionedObject versions)
    {
        Sibling? only = null;
        var live = 0;
        var latest = default(HybridTime);
        foreach (var sibling in versions.Siblings)
        {
            if (sibling.IsTombstone) continue;
            live++;
            only = sibling;
            if (sibling.Time > latest) latest = sibling.Time;
        }

        var headers = exchange.Response.Headers;
        headers.LastModified = HttpDate.Of(latest);
        if (live > 1) return SiblingsAnswer.WriteAsync(exchange, statusOfMany, versions, live);
        headers.ContentType = only!.ContentType ?? ShownSibling.DefaultContentType;
        return exchange.WriteAsync(statusOfOne, only.Value);
    }
}
