using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Text.Json.Serialization.Metadata;
using DynamoActors.Core.Security;
using DynamoActors.Http.Answers;
using DynamoActors.Http.Problems;
using DynamoActors.Http.Security;
using DynamoActors.Node.Tracing;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace DynamoActors.Http.Serving;

/// <summary>
/// One connection's request and answer. Kestrel serves a connection's requests one after another, so one object serves them all: it is
/// the reply address of the node and the awaitable of the answer, and a request allocates neither.
/// </summary>
internal sealed class Exchange(ServingBounds bounds) : Asking(bounds)
{
    /// <summary>An answer goes to Kestrel in pieces of this length: it copies each whole before it waits for the client.</summary>
    private const int PieceBytes = 64 * 1024;

    private IFeatureCollection? _features;
    private RequestHeads? _heads;
    private long _bodyBytes;
    private bool _hasBodyEnded;
    private Activity? _span;
    private Allowance? _allowance;
    private ShownCertificate? _shown;
    private ConnectionPlace? _place;

    /// <summary>The token that its client sends.</summary>
    public Credentials Credentials { get; } = new();

    /// <summary>Its connection makes room for no other any more.</summary>
    public void Prove() => (_place ??= _features!.Get<ConnectionPlace>())?.Prove();

    /// <summary>This is the last request that is answered on its connection.</summary>
    public void CutOff() => _features!.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();

    public string ClientAddress => _features!.Get<IHttpConnectionFeature>() is { } connection
        ? $"{connection.RemoteIpAddress}:{connection.RemotePort}" : "A client";

    /// <summary>In the certificate that its client has shown.</summary>
    public ReadOnlySpan<TokenHash> CertificateNames(ClientTls? tls) => (_shown ??= ClientTls.ShownOn(_features!, tls)).Names;

    /// <summary>Whoever asks has limits, and is within them.</summary>
    public void Charge(Allowance allowance)
    {
        _allowance = allowance;
        allowance.Moved(Request.Headers.ContentLength ?? 0);
    }

    /// <summary>It asks for so many operations at once.</summary>
    public void Charge(int operations) => _allowance?.Asked(operations);

    public IHttpRequestFeature Request { get; private set; } = null!;

    public IHttpResponseFeature Response { get; private set; } = null!;

    /// <summary>It may change something for all: who asked for that is written down.</summary>
    public bool IsAudited { get; set; }

    public bool IsHead => HttpMethods.IsHead(Request.Method);

    public bool IsRead => IsHead || HttpMethods.IsGet(Request.Method);

    public PipeReader RequestBody => _features!.Get<IRequestBodyPipeFeature>()!.Reader;

    /// <summary>A request without a length and without chunks has no body, and nothing must wait for one.</summary>
    public bool MayHaveBody => _features!.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody ?? true;

    /// <summary>The request line's target, byte for byte as the client sent it.</summary>
    public string Target => _heads?.SentTarget ?? Request.RawTarget;

    public void Begin(IFeatureCollection features)
    {
        _features = features;
        Request = features.Get<IHttpRequestFeature>()!;
        Response = features.Get<IHttpResponseFeature>()!;
        _hasBodyEnded = false;
        Caller = null;
        IsAudited = false;
        _allowance = null;
        Waited = TimeSpan.Zero;
        _heads ??= features.Get<RequestHeads>();
        _heads?.RequestBegan();
    }

    /// <summary>The span that the client's <c>traceparent</c> asks for, or that is among the sampled; where traces are off, none.</summary>
    /// <param name="template">Of the route: its names are not those of keys.</param>
    public void BeginSpan(string template)
    {
        if (!Traces.AreOn) return;
        ActivityContext.TryParse(Request.Headers.TraceParent, Request.Headers.TraceState, isRemote: true, out var parent);
        _span = Traces.Begin($"{Request.Method} {template}", parent, ActivityKind.Server)?
            .SetTag("http.request.method", Request.Method).SetTag("http.route", template);
        Trace = _span.AsParent();
    }

    /// <summary>Also of a request that is not traced here, where its client said under which id it is; null: nobody did.</summary>
    public string? TraceId => Trace?.Context.TraceId.ToHexString()
        ?? (ActivityContext.TryParse(Request.Headers.TraceParent, traceState: null, out var sent) ? sent.TraceId.ToHexString() : null);

    public void End()
    {
        _heads?.RequestEnded();
        EndAsking();
        EndSpan();
        if (_bodyBytes == 0) return;
        Bounds.Bodies.Return(_bodyBytes);
        _bodyBytes = 0;
    }

    /// <summary>
    /// Asks for room for the body, which is given back when the request has ended. False: there is none at present.
    /// </summary>
    public bool TryHold(long bytes)
    {
        if (!Bounds.Bodies.TryTake(bytes)) return false;
        _bodyBytes = bytes;
        return true;
    }

    /// <summary>The same, and waits for it. False: there was none in the request's time, and the body is not to be read.</summary>
    public async ValueTask<bool> HoldAsync(long bytes, TimeSpan? patience)
    {
        var began = Bounds.Time.GetTimestamp();
        if (!await Bounds.TakeBodyAsync(bytes, patience ?? Bounds.PatienceFor(bytes))) return false;
        _bodyBytes = bytes;
        Waited = Bounds.Time.GetElapsedTime(began);
        return true;
    }

    /// <summary>The body, for which there is room, is read from now on; where the client is too slow, reading is cancelled.</summary>
    public Transfer BeginReading() => Bounds.Bodies.Begin(_bodyBytes, RequestBody.CancelPendingRead);

    public void EndReading(Transfer transfer) => Bounds.Bodies.End(transfer);

    /// <summary>All of the request's body has been read.</summary>
    public void BodyEnded() => _hasBodyEnded = true;

    /// <summary>What to say then.</summary>
    public Problem TooManyBodies() => OutcomeProblems.TooManyBodies(Bounds.Bodies.BytesMax);

    /// <summary>Sends a whole answer. The headers but for the length are set.</summary>
    public async ValueTask WriteAsync(int status, ReadOnlyMemory<byte> body)
    {
        Response.StatusCode = status;
        Response.Headers.ContentLength = body.Length;
        _allowance?.Moved(body.Length);
        if (body.IsEmpty || IsHead) return;
        var writer = _features!.Get<IHttpResponseBodyFeature>()!.Writer;
        if (body.Length <= PieceBytes) await writer.WriteAsync(body);
        else await WriteLargeAsync(writer, body);
    }

    private async ValueTask WriteLargeAsync(PipeWriter writer, ReadOnlyMemory<byte> body)
    {
        var transfer = Bounds.Answers.Begin(body.Length, _features!.Get<IHttpRequestLifetimeFeature>()!.Abort);
        try
        {
            for (var at = 0; at < body.Length; at += PieceBytes)
            {
                var piece = body.Slice(at, Math.Min(PieceBytes, body.Length - at));
                transfer.Waits();
                if ((await writer.WriteAsync(piece)).IsCompleted) return;
                transfer.Moved(piece.Length);
            }
        }
        finally
        {
            Bounds.Answers.End(transfer);
        }
    }

    /// <summary>Has the request answered by what is written for the usual pipeline.</summary>
    public ValueTask HandOverAsync(RequestDelegate server) => new(server(new DefaultHttpContext(_features!)));

    /// <summary>Sends an answer that has no body. Kestrel sets a length of 0 where the status wants one.</summary>
    public ValueTask WriteAsync(int status)
    {
        Response.StatusCode = status;
        return ValueTask.CompletedTask;
    }

    public ValueTask WriteJsonAsync<T>(int status, T answer, JsonTypeInfo<T> type) =>
        WriteJsonAsync(status, StoreJson.ToBytes(answer, type));

    public ValueTask WriteJsonAsync(int status, ReadOnlyMemory<byte> json)
    {
        Response.Headers.ContentType = "application/json";
        return WriteAsync(status, json);
    }

    /// <summary>Sends JSON that lies in pieces, as one answer of known length: no piece is copied, and a slow client is waited for
    /// between two.</summary>
    public async ValueTask WriteJsonAsync(
        int status, ReadOnlyMemory<byte> before, ReadOnlyMemory<byte>[] pieces, ReadOnlyMemory<byte> between, ReadOnlyMemory<byte> after)
    {
        long length = before.Length + after.Length + between.Length * (pieces.Length - 1L);
        foreach (var piece in pieces) length += piece.Length;
        Response.StatusCode = status;
        Response.Headers.ContentType = "application/json";
        Response.Headers.ContentLength = length;
        _allowance?.Moved(length);
        var answer = _features!.Get<IHttpResponseBodyFeature>()!;
        // Before its headers are on their way Kestrel gives out no memory to write into.
        await answer.StartAsync();
        var writer = answer.Writer;
        for (var at = 0; at < pieces.Length; at++)
        {
            writer.Write((at == 0 ? before : between).Span);
            await WriteLargeAsync(writer, pieces[at]);
            pieces[at] = default;
        }

        await writer.WriteAsync(after);
    }

    private void EndSpan()
    {
        if (_span is not { } span) return;
        _span = null;
        Trace = null;
        span.SetTag("http.response.status_code", Response.StatusCode);
        if (Response.StatusCode >= 500) span.SetStatus(ActivityStatusCode.Error);
        span.Dispose();
    }

    public ValueTask WriteAsync(Problem problem)
    {
        var headers = Response.Headers;
        headers.ContentType = Problem.ContentType;
        // What is left of the body, or was never sent because of this answer, must not be taken for the next request.
        if (!_hasBodyEnded && MayHaveBody && !TrySkipBody()) headers.Connection = "close";
        if (problem.Allow != null) headers.Allow = problem.Allow;
        if (problem.Challenge != null) headers.WWWAuthenticate = problem.Challenge;
        if (problem.RetryAfter is { } retryAfter) headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(retryAfter.TotalSeconds)).ToString();
        if (problem.Context != null) headers[DynamoHeaders.Context] = problem.Context;
        return WriteAsync(problem.Status, (problem with { TraceId = TraceId }).ToJson());
    }

    /// <summary>Whether all of the body had come already, and is behind us now.</summary>
    private bool TrySkipBody()
    {
        // To look for the body would ask for it.
        if (Request.Headers.Expect.Count > 0) return false;
        try
        {
            if (!RequestBody.TryRead(out var read)) return false;
            RequestBody.AdvanceTo(read.IsCompleted ? read.Buffer.End : read.Buffer.Start);
            return read.IsCompleted;
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or OperationCanceledException)
        {
            return false;
        }
    }
}
