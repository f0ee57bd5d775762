using System.Buffers.Binary;

namespace DynamoActors.Storage.Log;

/// <summary>The first bytes of a frame: all that one flush wrote, which survives power loss as a whole or not at all.</summary>
internal readonly record struct FrameHeader(uint Checksum, int PayloadBytes, long FirstSequence, int Batches)
{
    /// <summary>The checksum covers what follows it in the header, and the payload.</summary>
    public const int ChecksumBytes = 4;

    /// <summary>With the padding up to the next frame.</summary>
    public long Bytes => LogFormat.Align(LogFormat.FrameHeaderBytes + (long)PayloadBytes);

    public long LastSequence => FirstSequence + Batches - 1;

    public static FrameHeader Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]),
        BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]),
        BinaryPrimitives.ReadInt32LittleEndian(bytes[16..]));

    /// <summary>Everything but the checksum.</summary>
    public void WriteTo(Span<byte> bytes)
    {
        bytes[..LogFormat.FrameHeaderBytes].Clear();
        BinaryPrimitives.WriteInt32LittleEndian(bytes[4..], PayloadBytes);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], FirstSequence);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[16..], Batches);
    }

    /// <summary>It could be one: cheap to ask before its checksum is computed.</summary>
    public bool IsPlausible(long bytesLeft) => Batches > 0 && PayloadBytes > 0 && Bytes <= bytesLeft;
}
