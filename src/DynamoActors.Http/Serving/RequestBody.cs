using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace DynamoActors.Http.Serving;

/// <summary>Reads a request's body into one array, once.</summary>
internal static class RequestBody
{
    /// <summary>
    /// Bytes left free before the value, so that the node can put a message's or a log record's head there instead of copying the value
    /// into a larger buffer.
    /// </summary>
    public const int Headroom = 256;

    private const int FirstChunkBytes = 4096;

    /// <summary>The body behind <see cref="Headroom"/> free bytes; null where it is longer than <paramref name="bytesMax"/>.</summary>
    /// <param name="contentLength">Where it is known, the exchange holds room for it (<see cref="Exchange.TryHold"/>).</param>
    /// <exception cref="BodiesOverBudgetException">A body of unknown length has outgrown what room there is.</exception>
    public static ValueTask<Memory<byte>?> ReadAsync(Exchange exchange, long? contentLength, int bytesMax)
    {
        if (contentLength > bytesMax) return new ValueTask<Memory<byte>?>(result: null);
        if (contentLength is not { } length) return ReadChunksAsync(exchange, bytesMax);
        var buffer = GC.AllocateUninitializedArray<byte>(Headroom + (int)length);
        // A small value came in the same packet as the headers: no state machine for it.
        return TryReadAll(exchange, buffer) ? new ValueTask<Memory<byte>?>(buffer.AsMemory(Headroom)) : ReadRestAsync(exchange, buffer);
    }

    /// <summary>What goes wrong while a body is read is the client's: it went away, or its framing is broken.</summary>
    /// <exception cref="ConnectionAbortedException">It went away.</exception>
    /// <exception cref="BadHttpRequestException">Everything else, such as a chunk's size that no number holds.</exception>
    private static async ValueTask<ReadResult> ReadAsync(PipeReader reader)
    {
        try
        {
            return await reader.ReadAsync();
        }
        catch (Exception e) when (e is ConnectionResetException or OperationCanceledException)
        {
            throw new ConnectionAbortedException("The client went away while it sent a body.", e);
        }
        catch (Exception e) when (e is not BadHttpRequestException)
        {
            throw new BadHttpRequestException("The body's chunks are broken.", e);
        }
    }

    private static bool TryReadAll(Exchange exchange, byte[] buffer)
    {
        if (buffer.Length == Headroom) return true;
        var reader = exchange.RequestBody;
        if (!reader.TryRead(out var read)) return false;
        if (read.Buffer.Length < buffer.Length - Headroom)
        {
            reader.AdvanceTo(read.Buffer.Start);
            return false;
        }

        read.Buffer.CopyTo(buffer.AsSpan(Headroom));
        reader.AdvanceTo(read.Buffer.End);
        exchange.BodyEnded();
        return true;
    }

    private static async ValueTask<Memory<byte>?> ReadRestAsync(Exchange exchange, byte[] buffer)
    {
        var reader = exchange.RequestBody;
        var filled = Headroom;
        while (filled < buffer.Length)
        {
            var read = await ReadAsync(reader);
            read.Buffer.CopyTo(buffer.AsSpan(filled));
            filled += (int)read.Buffer.Length;
            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted && filled < buffer.Length) throw new BadHttpRequestException("The value ended before its Content-Length.");
        }

        exchange.BodyEnded();
        return buffer.AsMemory(Headroom);
    }

    private static async ValueTask<Memory<byte>?> ReadChunksAsync(Exchange exchange, int bytesMax)
    {
        var reader = exchange.RequestBody;
        var buffer = new byte[Headroom + FirstChunkBytes];
        if (!exchange.TryHold(buffer.Length)) throw new BodiesOverBudgetException();
        var filled = Headroom;
        while (true)
        {
            var read = await ReadAsync(reader);
            var length = read.Buffer.Length;
            if (filled - Headroom + length > bytesMax)
            {
                reader.AdvanceTo(read.Buffer.End);
                return null;
            }

            if (filled + length > buffer.Length)
            {
                var size = (int)Math.Max(buffer.Length * 2L, filled + length);
                if (!exchange.TryHold(size - buffer.Length)) throw new BodiesOverBudgetException();
                Array.Resize(ref buffer, size);
            }

            read.Buffer.CopyTo(buffer.AsSpan(filled));
            filled += (int)length;
            reader.AdvanceTo(read.Buffer.End);
            if (!read.IsCompleted) continue;
            exchange.BodyEnded();
            return buffer.AsMemory(Headroom, filled - Headroom);
        }
    }
}
