using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace DynamoActors.Http.Serving;

/// <summary>
/// Lets keys hold the byte 0. Kestrel decodes every path for its own use and refuses one with <c>%00</c>, before any application sees
/// it; keys here are any bytes. So between two requests of a connection this reader watches for a request line with <c>%00</c>, keeps the
/// target as it was sent for the application, and shows Kestrel one of the same length without.
/// </summary>
/// <remarks>Only bytes between requests are ever touched, never those that a request's body is read from.</remarks>
internal sealed class NullBytesInTarget(PipeReader inner) : PipeReader
{
    private const byte LineFeed = (byte)'\n';
    private const byte Space = (byte)' ';


    /// <summary>The application has a request of this connection.</summary>
    public bool IsWithinRequest { get; private set; }

    /// <summary>The target as the client sent it; null where Kestrel sees the same.</summary>
    public string? SentTarget { get; private set; }

    private static ReadOnlySpan<byte> NullEscape => "%00"u8;

    public static void Use(ListenOptions endpoint) => endpoint.Use(next => connection =>
    {
        var watching = new NullBytesInTarget(connection.Transport.Input);
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
