using System.Globalization;
using DynamoActors.Client.Wire;

namespace DynamoActors.Client.Requests;

/// <summary>One request as it goes to whichever node.</summary>
/// <param name="Operation">For metrics and traces: get, put, delete, add, batch, list.</param>
/// <param name="Method">Of HTTP.</param>
/// <param name="Target">Path and query, without a time.</param>
internal sealed record StoreRequest(string Operation, HttpMethod Method, string Target)
{
    /// <summary>Of the key whose owners are to be asked; null: any node will do.</summary>
    public string? Bucket { get; init; }

    public ReadOnlyMemory<byte> Key { get; init; }

    public required TimeSpan Timeout { get; init; }

    /// <summary>Whether the request takes a time in its query.</summary>
    public bool TakesTimeout { get; init; } = true;

    /// <summary>Nothing changes, so that it may be asked of several.</summary>
    public bool IsRead { get; init; }

    /// <summary>The answer's body is handed on as it comes.</summary>
    public bool Streams { get; init; }

    public Func<HttpContent>? Body { get; init; }

    /// <summary>Whether the body can be made once more; asked after an attempt that wrote nothing.</summary>
    public Func<bool> CanRepeatBody { get; init; } = () => true;

    /// <summary>What the caller's own body threw as it was read: it was not sent to its end, so nothing was written.</summary>
    public Func<Exception?> BodyFailure { get; init; } = () => null;

    public string? Context { get; init; }

    public string? IfMatch { get; init; }

    public string? IfNoneMatch { get; init; }

    public string? IdempotencyKey { get; init; }

    private static readonly UriCreationOptions AsItIs = new() { DangerousDisablePathAndQueryCanonicalization = true };

    /// <param name="node">Whom it goes to, without a path.</param>
    /// <param name="left">Of the time, for the node to answer in.</param>
    public HttpRequestMessage ToMessage(Uri node, TimeSpan left)
    {
        var (timeout, milliseconds) = ("", "");
        if (TakesTimeout)
        {
            timeout = Target.Contains('?', StringComparison.Ordinal) ? "&timeout=" : "?timeout=";
            milliseconds = Math.Max(1, (long)left.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        }

        // A deletion without a body is sent again by the handler itself where its connection breaks: what it did the first time is lost.
        var body = Body?.Invoke() ?? (IsRead ? null : new ByteArrayContent([]));
        // The target is as it has to be: nothing is left to be made canonical.
        var address = string.Concat(node.AbsoluteUri.AsSpan()[..^1], Target, timeout, milliseconds);
        var message = new HttpRequestMessage(Method, new Uri(address, AsItIs)) { Content = body };
        if (Context != null) message.Headers.TryAddWithoutValidation(StoreHeaders.Context, Context);
        if (IfMatch != null) message.Headers.TryAddWithoutValidation("If-Match", IfMatch);
        if (IfNoneMatch != null) message.Headers.TryAddWithoutValidation("If-None-Match", IfNoneMatch);
        if (IdempotencyKey != null) message.Headers.TryAddWithoutValidation("Idempotency-Key", IdempotencyKey);
        return message;
    }
}
