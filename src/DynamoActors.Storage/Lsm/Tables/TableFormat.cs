using System.Buffers.Binary;
using DynamoActors.Core.Bytes;

namespace DynamoActors.Storage.Lsm.Tables;

/// <summary>Where a block lies in its file, trailer included.</summary>
internal readonly record struct BlockPlace(long Offset, int Length);

/// <summary>
/// The constants of a table file: <c>data block… | filter block? | index block | properties block | footer</c>.
/// Every block ends with <c>compression u8 | crc32c u32</c>, the checksum being over the table's number, the block's offset, and the bytes
/// before it. FORMAT.md draws the rest.
/// </summary>
internal static class TableFormat
{
    internal const int TrailerBytes = 5;
    internal const int FooterBytes = 52;
    internal const uint Version = 1;
    /// <summary>How much an entry of the index may leave to the one before it: so a few bytes never stand for more than a bounded
    /// multiple.</summary>
    internal const int SharedInIndexMax = 2048;
    /// <summary>"DYNLSMTB" in the file.</summary>
    internal const ulong Magic = 0x42544D534C4E5944;

    /// <summary>
    /// Where checksums start from: a block or footer of another file or another place, which a misdirected write may leave, is not valid
    /// here.
    /// </summary>
    internal static uint ChecksumSeed(long number, long offset) => Crc32C.Append(Crc32C.Append(0, number), offset);

    /// <summary>The footer's three places, its version, a checksum over both, and the magic.</summary>
    internal readonly record struct Footer(BlockPlace Filter, BlockPlace Index, BlockPlace Properties)
    {
        public void Write(Span<byte> to, long number, long footerAt)
        {
            WritePlace(to, Filter);
            WritePlace(to[12..], Index);
            WritePlace(to[24..], Properties);
            BinaryPrimitives.WriteUInt32LittleEndian(to[36..], Version);
            BinaryPrimitives.WriteUInt32LittleEndian(to[40..], Crc32C.Append(ChecksumSeed(number, footerAt), to[..40]));
            BinaryPrimitives.WriteUInt64LittleEndian(to[44..], Magic);
        }

        public static Footer Read(string path, long number, ReadOnlySpan<byte> from, long footerAt)
        {
            if (from.Length != FooterBytes || BinaryPrimitives.ReadUInt64LittleEndian(from[44..]) != Magic)
                throw new StorageCorruptException(
                    path, Math.Max(0, footerAt), "it does not end as a table does; it was cut off or is another file");
            if (BinaryPrimitives.ReadUInt32LittleEndian(from[40..]) != Crc32C.Append(ChecksumSeed(number, footerAt), from[..40]))
                throw new StorageCorruptException(path, footerAt, "the footer does not match its checksum");
            var version = BinaryPrimitives.ReadUInt32LittleEndian(from[36..]);
            if (version != Version)
                throw new StorageRefusedException(
                    $"{path} has table format {version}; this program reads format {Version}. "
                    + "Use the program that wrote it, or a newer one.");
            var footer = new Footer(ReadPlace(from), ReadPlace(from[12..]), ReadPlace(from[24..]));
            var isFilterSound = footer.Filter.Length == 0 || footer.Filter.IsWithin(footerAt);
            if (!isFilterSound || !footer.Index.IsWithin(footerAt) || !footer.Properties.IsWithin(footerAt))
                throw new StorageCorruptException(path, footerAt, "the footer points outside of the file");
            return footer;
        }

        private static void WritePlace(Span<byte> to, BlockPlace place)
        {
            BinaryPrimitives.WriteInt64LittleEndian(to, place.Offset);
            BinaryPrimitives.WriteInt32LittleEndian(to[8..], place.Length);
        }

        private static BlockPlace ReadPlace(ReadOnlySpan<byte> from) =>
            new(BinaryPrimitives.ReadInt64LittleEndian(from), BinaryPrimitives.ReadInt32LittleEndian(from[8..]));
    }

    private static bool IsWithin(this BlockPlace place, long end) =>
        place.Offset >= 0 && place.Length > TrailerBytes && place.Offset <= end - place.Length;
}
