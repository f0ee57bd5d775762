using System.Buffers;
using System.IO.Pipelines;
using DynamoActors.Core.Bytes;
using DynamoActors.Http.Problems;
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

    /// <summary>
    /// So much of a body must have come before memory is held for it; Kestrel's own buffer has it until then. A client that says how much
    /// it will send, and does not, holds nothing.
    /// </summary>
    private const int FirstBytes = TransferBudget.LargeFrom;

    /// <summary>The body behind <see cref="Headroom"/> free bytes; null where it is longer than <paramref name="bytesMax"/>. The exchange
    /// holds room for it.</summary>
    /// <param name="patience">How long to wait for that room; null: as long as requests take by default.</param>
    /// <exception cref="BodiesOverBudgetException">There was none, or its turn did not come.</exception>
    public static ValueTask<Memory<byte>?> ReadAsync(Exchange exchange, long? contentLength, int bytesMax, TimeSpan? patience = null)
    {
        if (contentLength > bytesMax) return new ValueTask<Memory<byte>?>(result: null);
        if (contentLength == 0) return new ValueTask<Memory<byte>?>(new byte[Headroom].AsMemory(Headroom));
        // A small value came in the same packet as the headers: no state machine for it.
        return contentLength < FirstBytes && TryReadSmall(exchange, (int)contentLength, out var body)
            ? new ValueTask<Memory<byte>?>(body)
            : ReadSlowlyAsync(exchange, contentLength, bytesMax, patience);
    }

    private static bool TryReadSmall(Exchange exchange, int length, out Memory<byte> body)
    {
        body = default;
        var reader = exchange.RequestBody;
        if (!reader.TryRead(out var read)) return false;
        if (read.Buffer.Length < length || !exchange.TryHold(length))
        {
            reader.AdvanceTo(read.Buffer.Start);
            return false;
        }

        body = Copy(exchange, read.Buffer);
        return true;
    }

    /// <summary>All of the body has come.</summary>
    private static Memory<byte> Copy(Exchange exchange, in ReadOnlySequence<byte> all)
    {
        var buffer = GC.AllocateUninitializedArray<byte>(Headroom + (int)all.Length);
        all.CopyTo(buffer.AsSpan(Headroom));
        exchange.RequestBody.AdvanceTo(all.End);
        exchange.BodyEnded();
        return buffer.AsMemory(Headroom);
    }

    private static async ValueTask<Memory<byte>?> ReadSlowlyAsync(Exchange exchange, long? contentLength, int bytesMax, TimeSpan? patience)
    {
        var reader = exchange.RequestBody;
        var read = await ReadAsync(reader);
        while (read.Buffer.Length < Math.Min(contentLength ?? FirstBytes, FirstBytes) && !read.IsCompleted)
        {
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            read = await ReadAsync(reader);
        }

        var arrived = read.Buffer.Length;
        if (arrived > bytesMax)
        {
            reader.AdvanceTo(read.Buffer.End);
            return null;
        }

        var isWhole = read.IsCompleted || arrived == contentLength;
        if (read.IsCompleted && arrived < contentLength) throw new BadHttpRequestException("The value ended before its Content-Length.");
        // Until there is room nothing is read on, and the client's own system makes it wait.
        if (!await exchange.HoldAsync(isWhole ? Math.Max(1, arrived) : contentLength ?? bytesMax, patience))
        {
            reader.AdvanceTo(read.Buffer.Start);
            throw new BodiesOverBudgetException(exchange.TooManyBodies());
        }

        if (isWhole && arrived < FirstBytes) return Copy(exchange, read.Buffer);
        // How long others are is not known before they end.
        if (!isWhole && contentLength is { } length && !await exchange.TakeTurnAsync(length, patience))
        {
            reader.AdvanceTo(read.Buffer.Start);
            throw new BodiesOverBudgetException(OutcomeProblems.Overloaded(OutcomeProblems.TooMuchWork));
        }

        var turn = exchange.BeginTurn();
        var transfer = exchange.BeginReading();
        try
        {
            return await ReadRestAsync(exchange, read, contentLength, bytesMax, transfer, turn);
        }
        finally
        {
            exchange.EndReading(transfer);
            exchange.EndTurn(turn);
        }
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

    private static async ValueTask<Memory<byte>?> ReadRestAsync(
        Exchange exchange, ReadResult read, long? contentLength, int bytesMax, Transfer transfer, ReadingTurn turn)
    {
        var reader = exchange.RequestBody;
        var buffer = LargeArrays.Allocate(Headroom + (int)(contentLength ?? 2 * FirstBytes));
        var filled = Headroom;
        while (true)
        {
            var length = (int)read.Buffer.Length;
            if (filled - Headroom + read.Buffer.Length > bytesMax)
            {
                reader.AdvanceTo(read.Buffer.End);
                return null;
            }

            if (filled + length > buffer.Length) buffer = Longer(buffer, filled, filled + length);
            read.Buffer.CopyTo(buffer.AsSpan(filled));
            filled += length;
            reader.AdvanceTo(read.Buffer.End);
            transfer.Moved(length);
            turn.Moved(length);
            if (read.IsCompleted || filled - Headroom == contentLength) break;
            transfer.Waits();
            read = await ReadAsync(reader);
            if (!transfer.IsCut) continue;
            reader.AdvanceTo(read.Buffer.End);
            throw new BodyTooSlowException();
        }

        if (filled - Headroom < contentLength) throw new BadHttpRequestException("The value ended before its Content-Length.");
        exchange.BodyEnded();
        return buffer.AsMemory(Headroom, filled - Headroom);
    }

    private static byte[] Longer(byte[] buffer, int filled, int needed)
    {
        var longer = LargeArrays.Allocate((int)Math.Max(Math.Min(buffer.Length * 2L, Array.MaxLength), needed));
        buffer.AsSpan(0, filled).CopyTo(longer);
        return longer;
    }
}
