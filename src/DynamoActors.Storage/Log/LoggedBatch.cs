using System.Buffers.Binary;

namespace DynamoActors.Storage.Log;

/// <summary>What an operation in the log does.</summary>
public enum LoggedKind : byte
{
    Put = 1,
    Delete = 2,
    DropRange = 3,
    /// <summary>A put whose value lies in a value file, which was durable before.</summary>
    PutApart = 4,
    /// <summary>The batch's other operations take effect where another batch, which was left empty for them, stands.</summary>
    At = 5,
}

/// <param name="Key">Or where a dropped range begins.</param>
/// <param name="Value">
/// Or where a dropped range ends, that key stays; or where a value lies, as an engine writes it; or a sequence number.
/// </param>
public readonly record struct LoggedOperation(LoggedKind Kind, ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value);

/// <summary>
/// A batch as it is read back from the log. Its keys and values may be kept; the list itself is used again for the next batch.
/// </summary>
public sealed class LoggedBatch
{
    private readonly List<LoggedOperation> _operations = [];

    public long Sequence { get; private set; }

    /// <summary>As of which batch its operations count: itself, or an earlier one whose large values took longer to write.</summary>
    public long EffectiveSequence { get; private set; }

    public IReadOnlyList<LoggedOperation> Operations => _operations;

    /// <summary>Reads the batch that begins there; false where the bytes are none.</summary>
    internal bool TryRead(long sequence, ref ReadOnlyMemory<byte> payload)
    {
        _operations.Clear();
        Sequence = EffectiveSequence = sequence;
        if (payload.Length < LogFormat.BatchHeaderBytes)
            return false;
        var count = BinaryPrimitives.ReadInt32LittleEndian(payload.Span);
        payload = payload[LogFormat.BatchHeaderBytes..];
        for (var i = 0; i < count; i++)
        {
            if (!TryReadOperation(ref payload))
                return false;
        }
        return count >= 0;
    }

    private bool TryReadOperation(ref ReadOnlyMemory<byte> payload)
    {
        if (payload.Length < LogFormat.OperationHeaderBytes)
            return false;
        var header = payload.Span;
        var kind = (LoggedKind)header[0];
        var keyBytes = BinaryPrimitives.ReadUInt16LittleEndian(header[1..]);
        var valueBytes = BinaryPrimitives.ReadInt32LittleEndian(header[3..]);
        payload = payload[LogFormat.OperationHeaderBytes..];
        if (kind is < LoggedKind.Put or > LoggedKind.At || valueBytes < 0 || keyBytes + (long)valueBytes > payload.Length)
            return false;
        var operation = new LoggedOperation(kind, payload[..keyBytes], payload.Slice(keyBytes, valueBytes));
        payload = payload[(keyBytes + valueBytes)..];
        if (kind != LoggedKind.At)
            _operations.Add(operation);
        else if (valueBytes == sizeof(long))
            EffectiveSequence = BinaryPrimitives.ReadInt64LittleEndian(operation.Value.Span);
        else
            return false;
        return true;
    }
}
