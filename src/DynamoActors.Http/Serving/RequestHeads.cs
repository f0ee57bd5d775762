using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace DynamoActors.Http.Serving;

/// <summary>
/// Watches, between two requests of a connection, what Kestrel is about to parse. It decodes every path for its own use and refuses one
/// with <c>%00</c>, before any application sees it; keys here are any bytes, so the target is kept for the application as it was sent, and
/// Kestrel is shown one of the same length without. And it takes a Content-Length with a sign in front, which others on the way may not
/// (RFC 9110, 8.6): the sign is shown to it as a letter, which it refuses.
/// </summary>
/// <remarks>Only bytes of a request's head are ever touched, never those of a body.</remarks>
internal sealed class RequestHeads(PipeReader inner) : PipeReader
{
    private const byte LineFeed = (byte)'\n';
    private const byte Space = (byte)' ';

    /// <summary>The application has a request of this connection.</summary>
    public bool IsWithinRequest { get; private set; }

    /// <summary>The target as the client sent it; null where Kestrel sees the same.</summary>
    public string? SentTarget { get; private set; }

    private static ReadOnlySpan<byte> NullEscape => "%00"u8;

    private static ReadOnlySpan<byte> ContentLength => "content-length:"u8;

    public static void Use(ListenOptions endpoint) => endpoint.Use(next => connection =>
    {
        var watching = new RequestHeads(connection.Transport.Input);
        connection.Features.Set(watching);
        connection.Transport = new Duplex(watching, new RejectedRequests(connection.Transport.Output, watching));
        return next(connection);
    });

    public void RequestBegan() => IsWithinRequest = true;

    public void RequestEnded()
    {
        IsWithinRequest = false;
        SentTarget = null;
    }

    public override bool TryRead(out ReadResult result)
    {
        if (!inner.TryRead(out result)) return false;
        Watch(result);
        return true;
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        var reading = inner.ReadAsync(cancellationToken);
        if (IsWithinRequest) return reading;
        if (!reading.IsCompletedSuccessfully) return ReadLaterAsync(reading);
        var result = reading.Result;
        Watch(result);
        return new ValueTask<ReadResult>(result);
    }

    public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => inner.AdvanceTo(consumed, examined);

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> ReadLaterAsync(ValueTask<ReadResult> reading)
    {
        var result = await reading;
        Watch(result);
        return result;
    }

    private void Watch(in ReadResult result)
    {
        if (IsWithinRequest) return;
        SpoilSignedLength(result.Buffer);
        var first = result.Buffer.FirstSpan;
        var end = first.IndexOf(LineFeed);
        // Nearly always the line is whole and in one piece.
        if (end >= 0)
        {
            if (first[..end].IndexOf(NullEscape) >= 0) Rewrite(result.Buffer.Slice(0, end));
        }
        else if (result.Buffer.PositionOf(LineFeed) is { } position)
        {
            Rewrite(result.Buffer.Slice(0, position));
        }
    }

    /// <summary>Kestrel may have taken the lines before: of those that it has not, all up to the empty one are the head's.</summary>
    private static void SpoilSignedLength(ReadOnlySequence<byte> buffer)
    {
        if (buffer.PositionOf((byte)'+') == null) return;
        var reader = new SequenceReader<byte>(buffer);
        while (reader.TryReadTo(out ReadOnlySequence<byte> line, LineFeed) && line.Length > 1)
        {
            if (line.Length <= ContentLength.Length) continue;
            var bytes = line.ToArray();
            var value = bytes.AsSpan(ContentLength.Length).TrimStart(" \t"u8);
            if (!Ascii.EqualsIgnoreCase(bytes.AsSpan(0, ContentLength.Length), ContentLength) || !value.StartsWith("+"u8)) continue;
            bytes[^value.Length] = (byte)'x';
            CopyInto(line, bytes);
        }
    }

    private void Rewrite(ReadOnlySequence<byte> line)
    {
        var bytes = line.ToArray();
        var start = bytes.AsSpan().IndexOf(Space) + 1;
        var end = bytes.AsSpan().LastIndexOf(Space);
        if (start == 0 || end <= start || bytes.AsSpan(start, end - start).IndexOf(NullEscape) < 0) return;
        SentTarget = Encoding.Latin1.GetString(bytes, start, end - start);
        for (var at = start; at + NullEscape.Length <= end; at++)
        {
            // Any other escape would do; the application reads SentTarget.
            if (bytes.AsSpan(at).StartsWith(NullEscape)) bytes[at + 1] = (byte)'2';
        }

        CopyInto(line, bytes);
    }

    /// <summary>The pipe's memory is the transport's own buffer: writable, and nobody else's until this connection gives it back.</summary>
    private static void CopyInto(ReadOnlySequence<byte> line, ReadOnlySpan<byte> bytes)
    {
        foreach (var segment in line)
        {
            bytes[..segment.Length].CopyTo(MemoryMarshal.AsMemory(segment).Span);
            bytes = bytes[segment.Length..];
        }
    }

    private sealed class Duplex(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}
