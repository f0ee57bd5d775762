using System.Buffers.Binary;
using DynamoActors.Core.Bytes;

namespace DynamoActors.Storage.Lsm.Tables;

/// <summary>Search within the bytes that <see cref="BlockBuilder"/> made. Nothing is copied and nothing allocated.</summary>
internal static class Block
{
    internal readonly ref struct Found
    {
        public int ValueAt { get; init; }
        public int ValueLength { get; init; }
        public EntryKind Kind { get; init; }
    }

    public static bool TryFind(ReadOnlySpan<byte> block, ReadOnlySpan<byte> key, out Found found)
    {
        var entriesEnd = EntriesEnd(block, out var restartCount);
        var entries = block[..entriesEnd];
        var at = RestartBefore(block, entriesEnd, restartCount, key);
        // How much of the key the entry before, which is smaller, begins with: an entry that shares more with that one is
        // smaller as well, and one that shares less is greater, so most keys are passed without a comparison.
        var matched = 0;
        while (at < entriesEnd)
        {
            var shared = (int)Varint.Read32(entries, ref at);
            var restLength = (int)Varint.Read32(entries, ref at);
            var valueTag = Varint.Read32(entries, ref at);
            var rest = entries.Slice(at, restLength);
            at += restLength;
            var valueLength = (int)(valueTag >> 1);
            if (shared < matched)
                break;
            if (shared == matched)
            {
                var wanted = key[matched..];
                var common = rest.CommonPrefixLength(wanted);
                if (common == wanted.Length)
                {
                    if (common != rest.Length)
                        break;
                    found = new Found { ValueAt = at, ValueLength = valueLength, Kind = KindOf(valueTag) };
                    return true;
                }
                if (common < rest.Length && rest[common] > wanted[common])
                    break;
                matched += common;
            }
            at += valueLength;
        }
        found = default;
        return false;
    }

    public static EntryKind KindOf(uint valueTag) =>
        (valueTag & 1) == 0 ? EntryKind.Put : valueTag == 1 ? EntryKind.Delete : EntryKind.Apart;

    /// <summary>Where the entries end and the restarts begin.</summary>
    /// <exception cref="InvalidDataException">The bytes are no block.</exception>
    public static int EntriesEnd(ReadOnlySpan<byte> block, out int restartCount)
    {
        if (block.Length < 8)
            throw new InvalidDataException($"a block of {block.Length} bytes");
        restartCount = BinaryPrimitives.ReadInt32LittleEndian(block[^4..]);
        var end = block.Length - 4L * ((long)restartCount + 1);
        if (restartCount < 1 || end < 0)
            throw new InvalidDataException($"a block with {restartCount} restarts");
        return (int)end;
    }

    /// <summary>The last restart whose key is not above the wanted one; the first where all are.</summary>
    public static int RestartBefore(ReadOnlySpan<byte> block, int entriesEnd, int restartCount, ReadOnlySpan<byte> key)
    {
        var entries = block[..entriesEnd];
        var restarts = block[entriesEnd..];
        int low = 0, high = restartCount - 1;
        while (low < high)
        {
            var middle = (low + high + 1) >>> 1;
            var at = BinaryPrimitives.ReadInt32LittleEndian(restarts[(4 * middle)..]);
            _ = Varint.Read32(entries, ref at);
            var length = (int)Varint.Read32(entries, ref at);
            _ = Varint.Read32(entries, ref at);
            if (entries.Slice(at, length).SequenceCompareTo(key) <= 0)
                low = middle;
            else
                high = middle - 1;
        }
        return BinaryPrimitives.ReadInt32LittleEndian(restarts[(4 * low)..]);
    }
}
