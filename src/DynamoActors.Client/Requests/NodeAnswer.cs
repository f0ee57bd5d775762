using System.Net;
using System.Net.Http.Headers;
using System.Text;
using DynamoActors.Client.Wire;

namespace DynamoActors.Client.Requests;

/// <summary>What is certain after one attempt.</summary>
internal enum Certainty
{
    /// <summary>A node has answered for good: the same request elsewhere would be answered in the same way.</summary>
    Answered,

    /// <summary>Nothing was done; another node, or this one later, may do it.</summary>
    NothingDone,

    /// <summary>A write may have been done.</summary>
    Unclear,
}

/// <summary>What one node, or whatever stood in its place, made of one request.</summary>
internal sealed class NodeAnswer : IDisposable
{
    private const int BytesMax = 256 * 1024 * 1024;
    private const int PieceBytes = 64 * 1024;
    private const int ShownOfForeign = 200;
    private const string ProblemType = "application/problem+json";

    private HttpResponseMessage? _streamed;

    private readonly Uri? _node;
    private string? _detail;

    private NodeAnswer(Certainty certainty, string detail) => (Certainty, _detail) = (certainty, detail);

    private NodeAnswer(Certainty certainty, Uri node, int status, string? detail)
    {
        (Certainty, _node, Status, _detail) = (certainty, node, status, detail == null ? null : $"{node.Authority}: {status} {detail}");
    }

    public Certainty Certainty { get; private init; }

    /// <summary>A sentence that names the node.</summary>
    public string Detail => _detail ??= $"{_node!.Authority}: {Status} ";

    /// <summary>Null: a node has answered for good.</summary>
    public string? ErrorDetail => Certainty == Certainty.Answered ? null : Detail;

    /// <summary>0: there was no answer of a node.</summary>
    public int Status { get; private init; }

    /// <summary>Of a problem, without what comes before its last slash.</summary>
    public string? Problem { get; private init; }

    public bool TimedOut { get; private init; }

    public string? Context { get; private init; }

    public string? ETag { get; private init; }

    public string? ContentType { get; private init; }

    public string? LastModified { get; private init; }

    public byte[] Body { get; private init; } = [];

    /// <summary>Of an answer that has several versions; null where it has not.</summary>
    public SiblingPart[]? Siblings { get; private init; }

    /// <summary>Will pass: the node has too much to do or is not ready.</summary>
    public bool MayPass => Problem is "overloaded" or "not-ready";

    /// <summary>Null where the ring is not named.</summary>
    public ulong? Epoch { get; private init; }

    public static NodeAnswer NotSent(Uri node, string why) =>
        new(Certainty.NothingDone, $"{node.Authority}: no connection could be made ({why}).");

    public static NodeAnswer Broken(Uri node, string why) =>
        new(Certainty.Unclear, $"{node.Authority}: the connection broke before an answer came ({why}).");

    public static NodeAnswer Late(Uri node, TimeSpan time) =>
        new(Certainty.Unclear, $"{node.Authority}: no answer within {time.TotalMilliseconds:N0} ms.") { TimedOut = true };

    public static NodeAnswer NoTime() => new(Certainty.NothingDone, "The time was over before any node was asked.") { TimedOut = true };

    /// <summary>One operation's part of the answer to a batch.</summary>
    public NodeAnswer PartOf(BatchAnswer part) => new(CertaintyOf(part.Status, part.Outcome), $"{part.Status} {part.Detail}")
    {
        Status = part.Status,
        Problem = part.Type?[(part.Type.LastIndexOf('/') + 1)..],
        TimedOut = part.Outcome == "unknown",
        Context = part.Context,
        ETag = part.Etag,
        ContentType = part.ContentType,
        LastModified = part.LastModified,
        Body = part.Value ?? [],
        Siblings = part.Siblings,
    };

    /// <summary>Takes the response as its own, and reads it, but for a body that is to be streamed.</summary>
    /// <param name="node">Whose.</param>
    /// <param name="response">As it comes.</param>
    /// <param name="streams">Whether the body of a 200 is left to be read.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <param name="heard">Called as the bytes of a body in several pieces come.</param>
    public static async Task<NodeAnswer> ReadAsync(
        Uri node, HttpResponseMessage response, bool streams, CancellationToken cancellation, Action? heard = null)
    {
        var isStreamed = false;
        try
        {
            var status = (int)response.StatusCode;
            var epoch = StoreHeaders.One(response.Headers, StoreHeaders.Epoch);
            var headers = response.Content.Headers;
            var type = StoreHeaders.One(headers, "Content-Type");
            var isProblem = type?.StartsWith(ProblemType, StringComparison.OrdinalIgnoreCase) == true;
            if (epoch is null && !isProblem)
                return Foreign(node, status, headers.ContentType, await BeginningAsync(response, cancellation));
            if (headers.ContentLength > BytesMax)
                return new NodeAnswer(Certainty.Unclear, $"{node.Authority}: an answer of {headers.ContentLength:N0} bytes was not taken.");
            isStreamed = streams && response.StatusCode == HttpStatusCode.OK;
            var body = isStreamed ? [] : await BodyAsync(response.Content, heard, cancellation);
            if (body == null)
                return new NodeAnswer(Certainty.Unclear, $"{node.Authority}: an answer of more than {BytesMax:N0} bytes was not taken.");
            var isMany = response.Headers.NonValidated.Contains(StoreHeaders.Siblings);
            var siblings = isMany ? StoreJson.Read(body, StoreJson.Default.SiblingsPage)?.Siblings : null;
            if (isMany && siblings == null) return new NodeAnswer(Certainty.Unclear, $"{node.Authority}: {status} with broken siblings.");
            var problem = isProblem ? StoreJson.Read(body, StoreJson.Default.ProblemPage) : null;
            return new NodeAnswer(CertaintyOf(status, problem?.Outcome), node, status, problem?.Detail)
            {
                Problem = problem?.Type?[(problem.Type.LastIndexOf('/') + 1)..],
                TimedOut = problem?.Outcome == "unknown",
                Context = StoreHeaders.One(response.Headers, StoreHeaders.Context),
                ETag = StoreHeaders.One(response.Headers, "ETag"),
                ContentType = type,
                LastModified = StoreHeaders.One(headers, "Last-Modified"),
                Epoch = ulong.TryParse(epoch, out var number) ? number : null,
                Body = body,
                Siblings = siblings,
                _streamed = isStreamed ? response : null,
            };
        }
        finally
        {
            if (!isStreamed) response.Dispose();
        }
    }

    public bool IsStreamed => _streamed != null;

    /// <summary>To a write that is answered with what the key then holds: what a read would have been answered with.</summary>
    public NodeAnswer AsRead() => new(Certainty, Detail)
    {
        Status = Siblings == null ? 200 : 300,
        Context = Context,
        ETag = ETag,
        ContentType = ContentType,
        LastModified = LastModified,
        Body = Body,
        Siblings = Siblings,
    };

    /// <summary>It says that it is one, and cannot be made sense of.</summary>
    public NodeAnswer Incomprehensible() => new(Certainty.Unclear, $"{Detail}: the answer is not what it should be.");

    /// <summary>Of an answer that streams.</summary>
    public Task<Stream> OpenAsync(CancellationToken cancellation) => _streamed!.Content.ReadAsStreamAsync(cancellation);

    public void Dispose() => _streamed?.Dispose();

    private static Certainty CertaintyOf(int status, string? outcome) => status switch
    {
        // Of a read that found too few replicas: failed.
        503 when outcome is "not-written" or "failed" => Certainty.NothingDone,
        >= 500 => Certainty.Unclear,
        _ => Certainty.Answered,
    };

    /// <summary>A proxy, a portal, another program: what it did with a write nobody knows.</summary>
    private static NodeAnswer Foreign(Uri node, int status, MediaTypeHeaderValue? type, string beginning) => new(Certainty.Unclear,
        $"{node.Authority}: {status} {type?.MediaType ?? "without a type"}, which is no answer of a node of the store (something else "
        + $"listens there, or a proxy answered): '{beginning}'");

    /// <summary>Null: there is too much of it.</summary>
    private static async Task<byte[]?> BodyAsync(HttpContent content, Action? heard, CancellationToken cancellation)
    {
        var length = content.Headers.ContentLength;
        if (heard == null || length <= PieceBytes) return await content.ReadAsByteArrayAsync(cancellation);
        await using var from = await content.ReadAsStreamAsync(cancellation);
        var body = new MemoryStream((int)(length ?? 0));
        var piece = new byte[PieceBytes];
        while (await from.ReadAsync(piece, cancellation) is > 0 and var read)
        {
            heard();
            if (body.Length + read > BytesMax) return null;
            body.Write(piece, 0, read);
        }

        return body.Length == body.Capacity ? body.GetBuffer() : body.ToArray();
    }

    private static async Task<string> BeginningAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellation);
        var bytes = new byte[ShownOfForeign];
        var length = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellation);
        var text = Encoding.UTF8.GetString(bytes, 0, length);
        return string.Concat(text.Select(character => char.IsControl(character) ? ' ' : character));
    }
}
