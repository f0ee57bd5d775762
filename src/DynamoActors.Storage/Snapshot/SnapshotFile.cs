using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using DynamoActors.Core.Bytes;

namespace DynamoActors.Storage.Snapshot;

/// <summary>The layout of a snapshot file, drawn in FORMAT.md.</summary>
internal static class SnapshotFile
{
    public const int HeaderBytes = 32;
    public const int BlockHeaderBytes = 8;
    public const int EntryHeaderBytes = 6;
    public const string Unfinished = ".tmp";

    private const string Prefix = "snapshot-";

    public static ReadOnlySpan<byte> Magic => "DynaSnp1"u8;

    public static string NameOf(long sequence) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{sequence:D20}");

    /// <summary>The sequence number in a snapshot's name, null for any other name.</summary>
    public static long? SequenceOf(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal)
        && long.TryParse(name.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            ? sequence
            : null;

    public static void WriteHeader(IBufferWriter<byte> target, long sequence, long entries)
    {
        var header = target.GetSpan(HeaderBytes)[..HeaderBytes];
        header.Clear();
        Magic.CopyTo(header);
        BinaryPrimitives.WriteInt64LittleEndian(header[8..], sequence);
        BinaryPrimitives.WriteInt64LittleEndian(header[16..], entries);
        BinaryPrimitives.WriteUInt32LittleEndian(header[24..], Crc32C.Of(header[..24]));
        target.Advance(HeaderBytes);
    }

    /// <summary>
    /// Covers the block's place too, so that a block of another snapshot, or from elsewhere in this one, is not taken for it.
    /// </summary>
    public static uint ChecksumOf(long sequence, long blockOffset, ReadOnlySpan<byte> lengthAndEntries) =>
        Crc32C.Append(Crc32C.Append(Crc32C.Append(0, sequence), blockOffset), lengthAndEntries);
}
