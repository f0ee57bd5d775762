using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using DynamoActors.Http.Answers;
using DynamoActors.Http.Problems;

namespace DynamoActors.Http.Serving;

/// <summary>
/// Gives a body to the answers that Kestrel makes by itself: what it cannot parse never reaches the application, and gets a bare status.
/// What is written while no request
/// is with the application is such an answer (or the end of one that has one): it is held until it is flushed, and a bare error gets its
/// problem document.
/// </summary>
internal sealed class RejectedRequests(PipeWriter inner, RequestHeads requests) : PipeWriter
{
    private static readonly byte[] NoBody = "\r\nContent-Length: 0\r\n"u8.ToArray();
    private static readonly byte[] EndOfHeaders = "\r\n\r\n"u8.ToArray();

    private readonly ArrayBufferWriter<byte> _held = new(256);
    private bool _isHolding;

    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => inner.UnflushedBytes + _held.WrittenCount;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        _isHolding = !requests.IsWithinRequest;
        return _isHolding ? _held.GetMemory(sizeHint) : Released().GetMemory(sizeHint);
    }

    public override Span<byte> GetSpan(int sizeHint = 0)
    {
        _isHolding = !requests.IsWithinRequest;
        return _isHolding ? _held.GetSpan(sizeHint) : Released().GetSpan(sizeHint);
    }

    public override void Advance(int bytes)
    {
        if (_isHolding) _held.Advance(bytes);
        else inner.Advance(bytes);
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) =>
        Released().FlushAsync(cancellationToken);

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    public override void Complete(Exception? exception = null)
    {
        if (exception == null) Release();
        inner.Complete(exception);
    }

    private PipeWriter Released()
    {
        if (_held.WrittenCount > 0) Release();
        return inner;
    }

    private void Release()
    {
        var held = _held.WrittenSpan;
        if (StatusOf(held) is >= 400 and var status && held.EndsWith(EndOfHeaders) && held.IndexOf(NoBody) is > 0 and var at)
            WriteWithBody(held, at, status);
        else inner.Write(held);
        _held.ResetWrittenCount();
    }

    private static int StatusOf(ReadOnlySpan<byte> answer) =>
        answer.Length > 12 && answer.StartsWith("HTTP/1."u8)
            && int.TryParse(answer.Slice(9, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var status) ? status : 0;

    private void WriteWithBody(ReadOnlySpan<byte> answer, int at, int status)
    {
        var body = RequestProblems.Rejected(status).ToJson();
        inner.Write(answer[..at]);
        inner.Write(Encoding.ASCII.GetBytes($"\r\nContent-Type: {Problem.ContentType}\r\nContent-Length: {body.Length}\r\n"));
        inner.Write(answer[(at + NoBody.Length)..]);
        inner.Write(body.Span);
    }
}
