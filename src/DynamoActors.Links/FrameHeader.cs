using System.Buffers.Binary;

namespace DynamoActors.Links;

/// <summary>In front of every message, the same for all: WIRE.md draws it.</summary>
/// <param name="Kind">Which message it is.</param>
/// <param name="Slot">The place of the replica in its request; a reply repeats it.</param>
/// <param name="To">Which actor of the receiver takes it.</param>
/// <param name="ReplyTo">Which actor of the sender takes the answer; 0: none.</param>
/// <param name="Epoch">The ring that the sender went by.</param>
/// <param name="Clock">The sender's hybrid clock.</param>
public readonly record struct FrameHeader(ushort Kind, byte Slot, uint To, uint ReplyTo, long RequestId, ulong Epoch, ulong Clock)
{
    /// <summary>With the length in front.</summary>
    public const int Length = 40;

    internal const int LengthPrefix = sizeof(uint);

    internal void Write(Span<byte> target, int bodyLength)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(target, (uint)(Length - LengthPrefix + bodyLength));
        BinaryPrimitives.WriteUInt16LittleEndian(target[4..], Kind);
        target[6] = 0;
        target[7] = Slot;
        BinaryPrimitives.WriteUInt32LittleEndian(target[8..], To);
        BinaryPrimitives.WriteUInt32LittleEndian(target[12..], ReplyTo);
        BinaryPrimitives.WriteInt64LittleEndian(target[16..], RequestId);
        BinaryPrimitives.WriteUInt64LittleEndian(target[24..], Epoch);
        BinaryPrimitives.WriteUInt64LittleEndian(target[32..], Clock);
    }

    internal static FrameHeader Read(ReadOnlySpan<byte> source) => new(
        BinaryPrimitives.ReadUInt16LittleEndian(source[4..]),
        source[7],
        BinaryPrimitives.ReadUInt32LittleEndian(source[8..]),
        BinaryPrimitives.ReadUInt32LittleEndian(source[12..]),
        BinaryPrimitives.ReadInt64LittleEndian(source[16..]),
        BinaryPrimitives.ReadUInt64LittleEndian(source[24..]),
        BinaryPrimitives.ReadUInt64LittleEndian(source[32..]));
}

/// <summary>The kinds that links themselves use lie above those of their owners.</summary>
public static class FrameKinds
{
    public const ushort FirstControl = 0xFF00;

    internal const ushort Hello = 0xFF00;
    internal const ushort Welcome = 0xFF01;
    internal const ushort Refusal = 0xFF02;
    internal const ushort Ping = 0xFF03;
    internal const ushort Pong = 0xFF04;
}
