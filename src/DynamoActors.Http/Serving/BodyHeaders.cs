using DynamoActors.Http.Answers;
using DynamoActors.Http.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace DynamoActors.Http.Serving;

/// <summary>
/// Refuses a request whose headers say of its body what nothing here follows: taken as it lies, a compressed or partial body would be
/// stored as if it were the value.
/// </summary>
internal static class BodyHeaders
{
    /// <summary>Where Kestrel, which lets the chunks decide, moves a Content-Length that came beside them.</summary>
    private const string DisplacedLength = "X-Content-Length";

    /// <summary>Null: sound. After a body whose end is in doubt the connection is closed.</summary>
    public static Problem? Check(IHttpRequestFeature request, IHeaderDictionary answer)
    {
        var headers = request.Headers;
        var framing = FramingProblem(request.Protocol, headers);
        if (framing != null) answer.Connection = "close";
        return framing ?? (HttpMethods.IsPut(request.Method) || HttpMethods.IsPost(request.Method) ? ContentProblem(headers) : null);
    }

    private static Problem? FramingProblem(string protocol, IHeaderDictionary headers)
    {
        var encoding = headers.TransferEncoding;
        if (encoding.Count == 0) return null;
        // A proxy of that version does not know where chunks end, and takes what follows for something else.
        if (HttpProtocol.IsHttp10(protocol)) return RequestProblems.ChunksInOldVersion();
        if (encoding.Count > 1 || !encoding[0].AsSpan().Trim().Equals("chunked", StringComparison.OrdinalIgnoreCase))
            return RequestProblems.Rejected(501);
        return headers.ContentLength != null || headers.ContainsKey(DisplacedLength) ? RequestProblems.TwoLengths() : null;
    }

    private static Problem? ContentProblem(IHeaderDictionary headers)
    {
        if (headers.ContentType.Count > 1) return RequestProblems.BadHeader("Content-Type", "given once");
        foreach (var encoding in headers.ContentEncoding)
        {
            if (!encoding.AsSpan().Trim().Equals("identity", StringComparison.OrdinalIgnoreCase))
                return RequestProblems.ContentEncoded(encoding ?? "");
        }

        return headers.ContentRange.Count == 0 ? null
            : RequestProblems.BadHeader("Content-Range", "understood: a value is written whole. Nothing was done");
    }
}
