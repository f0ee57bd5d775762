using DynamoActors.Http.Answers;

namespace DynamoActors.Http.Problems;

/// <summary>What can be wrong with a request. Each names the field, says what was found and what would be right; nothing was
/// stored.</summary>
internal static class RequestProblems
{
    public static Problem NoSuchRoute(string path) => ProblemKinds.NoSuchRoute.Of(
        $"Nothing is served at '{Shown(path)}'. Objects are at /kv/{{key}} and /buckets/{{bucket}}/keys/{{key}}; /openapi.json lists "
            + $"every route.");

    public static Problem Unauthorized(bool isNamed) => ProblemKinds.Unauthorized.Of(
        (isNamed ? "The token of the header Authorization is none of this cluster, or was revoked, or has ended."
            : "This cluster wants to know who asks, and the request has no header Authorization with a token (Authorization: Bearer TOKEN, "
                + "or a password, with any user name, for Basic), nor was a certificate shown whose name is known.")
        + " Nothing was done.") with
    { Challenge = "Bearer realm=\"dynamo\", Basic realm=\"dynamo\", charset=\"UTF-8\"" };

    public static Problem TooManyRequests(TimeSpan wait) => ProblemKinds.TooManyRequests.Of(
        "This token's limit of requests or bytes per second is used up at this node. Nothing was done.") with
    { RetryAfter = wait, Outcome = "not-written" };

    public static Problem MethodNotAllowed(string method, string allow) => ProblemKinds.MethodNotAllowed.Of(
        $"'{Shown(method)}' is not served here; allowed are {allow}.") with
    { Field = "method", Allow = allow };

    public static Problem KeyEmpty() => ProblemKinds.KeyEmpty.Of(
        "A key has at least one byte: it is what follows /kv/ or /buckets/{bucket}/keys/, or the parameter key, percent-decoded.", "key");

    public static Problem KeyTooLong(int length, int max) => ProblemKinds.KeyTooLong.Of(
        $"The key has {length:N0} bytes after percent-decoding; at most {max:N0} are allowed.", "key");

    public static Problem BrokenEncoding(string field, int position) => ProblemKinds.BrokenPercentEncoding.Of(
        $"At character {position} of the {field}: a % is followed by two hexadecimal digits, and every other character is printable "
            + $"ASCII.", field);

    public static Problem BadBucket(string reason) => ProblemKinds.BadBucket.Of(reason, "bucket");

    public static Problem UnknownParameter(string name, string known) => UnknownParameterThat(name, $"is not a parameter of this "
        + $"request; known are {known}");

    public static Problem NoParameters(string name) => UnknownParameterThat(name, "is not a parameter of this request, which has none");

    public static Problem OnlyOfConditionalWrites(string name) =>
        UnknownParameterThat(name, "is a parameter of reads, and of writes with a condition, which read first");

    private static Problem UnknownParameterThat(string name, string why) =>
        ProblemKinds.UnknownParameter.Of($"'{Shown(name)}' {why}.", Shown(name));

    public static Problem RepeatedParameter(string name) => ProblemKinds.RepeatedParameter.Of(
        $"'{name}' is given more than once; give it once.", name);

    public static Problem BadParameter(string name, string value, string expected) => ProblemKinds.BadParameter.Of(
        $"{name}='{Shown(value)}' is not {expected}.", name);

    public static Problem BadContext(string field, string reason) => ProblemKinds.BadContext.Of(
        $"{field} is not a context that this store issued: {reason} Send back, unchanged, the X-Dynamo-Context of an earlier answer, "
            + $"or leave it out.", field);

    public static Problem BadHeader(string name, string expected) => ProblemKinds.BadHeader.Of($"{name} is not {expected}.", name);

    public static Problem ValueTooLarge(long? length, int max) => ProblemKinds.ValueTooLarge.Of(
        (length is { } known ? $"The value has {known:N0} bytes" : "The value grew beyond the limit while it was sent")
        + $"; at most {max:N0} are allowed (dynamo.http.value-bytes-max).", "value");

    public static Problem ContentEncoded(string encoding) => ProblemKinds.ContentEncoding.Of(
        $"Content-Encoding is '{Shown(encoding)}', and only values as they are are taken: send it uncompressed, or without the header "
            + $"under a Content-Type of its own. Nothing was done.", "Content-Encoding");

    public static Problem TwoLengths() => Rejected(400, "Transfer-Encoding and Content-Length together leave the body's end in doubt.");

    public static Problem ChunksInOldVersion() => Rejected(400, "HTTP/1.0 has no Transfer-Encoding: the body's end is in doubt.");

    /// <summary>What the HTTP server itself refused before it was a request.</summary>
    public static Problem Rejected(int status) => status switch
    {
        408 => Rejected(status, "The headers did not arrive in time."),
        413 => Rejected(status, "The body's length is beyond what any request may have."),
        414 => Rejected(status, "The request line is longer than 128 KiB; keys have at most 1,024 bytes before percent-encoding."),
        431 => Rejected(status, "The headers together are longer than 128 KiB, or there are more than 100."),
        501 => Rejected(status, "Of transfer encodings only chunked is understood, alone."),
        505 => Rejected(status, "HTTP/1.1 and HTTP/1.0 are spoken here."),
        _ => Rejected(status, "The request line, a header, the transfer encoding or the body's length is not as HTTP/1.1 wants it: there "
            + "is one Host, that of the target where this has one; over HTTP/1.0, which nginx speaks where it is not told "
            + "'proxy_http_version 1.1', a POST or PUT has a Content-Length."),
    };

    private static Problem Rejected(int status, string reason) => ProblemKinds.BrokenRequest.Of(
        $"{reason} Nothing was done, and the connection is closed.", status: status);

    public static Problem BrokenBody(int status, string reason) => ProblemKinds.BrokenRequest.Of(
        $"{reason} Nothing was stored.", "value", status);

    public static Problem BadProperties(string field, string reason) => ProblemKinds.BadBucketProperties.Of(
        $"{reason} Nothing was changed.", field);

    public static Problem BadBatch(string field, string reason) => ProblemKinds.BadBatch.Of($"{reason} Nothing was done.", field);

    /// <summary>Of one operation of a batch; <see cref="InBatch"/> says the rest.</summary>
    public static Problem BadOperation(string field, string reason) => ProblemKinds.BadBatch.Of(reason, field);

    /// <summary>The problem that one operation of a batch would have been by itself: none of them was done.</summary>
    public static Problem InBatch(int index, Problem problem) => problem with
    {
        Detail = $"Operation {index}: {problem.Detail} Nothing of the batch was done.",
        Operation = index,
    };

    public static Problem BatchTooLarge(int max) => ProblemKinds.BatchTooLarge.Of(
        $"The body is longer than {max:N0} bytes (twice dynamo.http.value-bytes-max and 1 MiB). Nothing was done; send several "
            + $"batches.", "body");

    /// <summary>What came from outside, cut to a length that fits a sentence.</summary>
    public static string Shown(string text) => text.Length <= 100 ? text : string.Concat(text.AsSpan(0, 100), "…");
}
