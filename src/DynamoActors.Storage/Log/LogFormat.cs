using System.Buffers.Binary;
using System.Globalization;
using DynamoActors.Core.Bytes;

namespace DynamoActors.Storage.Log;

/// <summary>The layout of a log segment, drawn in FORMAT.md.</summary>
internal static class LogFormat
{
    public const int SegmentHeaderBytes = 64;
    public const int FrameHeaderBytes = 24;
    public const int BatchHeaderBytes = 4;
    public const int OperationHeaderBytes = 7;

    /// <summary>Frames begin at multiples of this, so that a search for one does not try every byte.</summary>
    public const int FrameAlignment = 8;

    /// <summary>
    /// What one batch may take in the log: a value of the greatest size and its company, within one array when it is read.
    /// </summary>
    public const int BatchBytesMax = 1_200_000_000;

    public const string Extension = ".log";

    /// <summary>A preallocated file that is no segment yet, or no more.</summary>
    public const string SpareExtension = ".spare";

    public static ReadOnlySpan<byte> Magic => "DynaLog1"u8;

    public static string NameOf(long segment) => string.Create(CultureInfo.InvariantCulture, $"{segment:D12}{Extension}");

    public static string SpareNameOf(long number) => string.Create(CultureInfo.InvariantCulture, $"{number:D12}{SpareExtension}");

    /// <summary>The number in a name with that extension, null for any other name.</summary>
    public static long? NumberOf(string name, string extension) =>
        name.EndsWith(extension, StringComparison.Ordinal)
        && long.TryParse(name.AsSpan(0, name.Length - extension.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    public static long Align(long bytes) => (bytes + FrameAlignment - 1) / FrameAlignment * FrameAlignment;

    /// <summary>
    /// Where a frame's checksum starts from: its segment's number, so that frames which a recycled file still holds from its earlier life
    /// do not count as this segment's.
    /// </summary>
    public static uint ChecksumSeed(long segment) => Crc32C.Append(0, segment);
}

/// <summary>The first bytes of a segment.</summary>
/// <param name="Number">As in its name.</param>
/// <param name="FirstSequence">Of the first batch that was or will be written to it.</param>
/// <param name="PreviousEnd">Where the last frame of the segment before it ends: what lies behind that there is not the log's.</param>
internal readonly record struct SegmentHeader(long Number, long FirstSequence, long PreviousEnd)
{
    private const int ChecksumOffset = 32;

    public byte[] ToBytes()
    {
        var bytes = new byte[LogFormat.SegmentHeaderBytes];
        LogFormat.Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8), Number);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), FirstSequence);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(24), PreviousEnd);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(ChecksumOffset), Crc32C.Of(bytes.AsSpan(0, ChecksumOffset)));
        return bytes;
    }

    /// <summary>Null where the bytes are no header of the segment with that number.</summary>
    public static SegmentHeader? Read(ReadOnlySpan<byte> bytes, long number)
    {
        if (bytes.Length < LogFormat.SegmentHeaderBytes
            || !bytes[..8].SequenceEqual(LogFormat.Magic)
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes[ChecksumOffset..]) != Crc32C.Of(bytes[..ChecksumOffset])
            || BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]) != number)
            return null;
        return new SegmentHeader(
            number, BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]), BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]));
    }
}
