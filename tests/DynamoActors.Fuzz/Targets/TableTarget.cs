using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using DynamoActors.Core.Bytes;
using DynamoActors.Storage;
using DynamoActors.Storage.Background;
using DynamoActors.Storage.Lsm.Cursors;
using DynamoActors.Storage.Lsm.Tables;

namespace DynamoActors.Fuzz.Targets;

/// <summary>
/// A table file: what is damaged is said to be. Behind the first byte stands the whole file (0), or one of its blocks, within a table that
/// is sound else and with checksums made right: entries (1), filter (2), index (3), properties (4), or entries as Brotli has them (5).
/// </summary>
internal static class TableTarget
{
    private const long Number = 1;

    private static readonly LsmOptions _options = new() { RestartInterval = 4, BlockCacheBytes = 64 << 10, ValuesApartAboveBytes = 24 };

    private static readonly byte[][] _keys = [.. Enumerable.Range(0, 12).Select(index => Encoding.ASCII.GetBytes($"key{index:D3}"))];

    public static byte[][] Seeds()
    {
        var file = WrittenFile();
        var index = IndexOf(Entries().Length + TableFormat.TrailerBytes);
        return [[0, .. file], [1, .. Entries()], [2, .. Filter()], [3, .. index], [4, .. Properties()]];
    }

    public static void Attempt(byte[] input)
    {
        if (input.Length == 0) return;
        var (kind, bytes) = (input[0] % 6, input[1..]);
        Read(kind == 0 ? bytes : FileOf(
            kind is 1 or 5 ? bytes : Entries(), kind == 2 ? bytes : Filter(), kind == 3 ? bytes : null, kind == 4 ? bytes : Properties(),
            kind == 5 ? BlockCompression.Brotli : BlockCompression.None));
    }

    private static void Read(byte[] file)
    {
        var disk = Disk.With((LsmContext.TableName(Number), file));
        var context = new LsmContext(new StorageOptions(Disk.Directory, disk, new InlineBackgroundWork(), TimeProvider.System), _options);
        var meta = new TableMeta(Number, file.Length, _keys.Length, 1, _keys[0], _keys[^1], []);
        var table = Promised(() => Table.Open(context, meta));
        if (table is null) return;
        foreach (var key in _keys)
            Promised(() => table.TryGet(key, BloomHash.Of(key), int.MaxValue, out _, out _, out _));
        foreach (var purpose in (ScanPurpose[])[ScanPurpose.Read, ScanPurpose.Compaction]) Promised(() => Scan(table, purpose));
        Promised(() => { TableCheck.Run(table, meta); return true; });
        table.Release();
    }

    private static int Scan(Table table, ScanPurpose purpose)
    {
        using var cursor = new TableCursor(table, purpose, []);
        var entries = 0;
        for (var isThere = cursor.Seek(_keys[3]); isThere; isThere = cursor.MoveNext()) entries += cursor.Value.Length > 0 ? 1 : 0;
        return entries;
    }

    private static T? Promised<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (StorageException)
        {
            return default;
        }
    }

    private static byte[] WrittenFile()
    {
        var disk = Disk.With();
        var path = Path.Combine(Disk.Directory, LsmContext.TableName(Number));
        using (var writer = new TableWriter(disk.Open(path, FileOpening.CreateNew), Number, _options))
        {
            for (var index = 0; index < _keys.Length; index++)
                writer.Add(_keys[index], index == 2 ? [] : "value"u8, index == 2 ? EntryKind.Delete : EntryKind.Put);
            writer.Finish();
        }

        return Disk.Read(disk, LsmContext.TableName(Number));
    }

    private static byte[] FileOf(byte[] entries, byte[] filter, byte[]? index, byte[] properties, BlockCompression compression)
    {
        var file = new ArrayBufferWriter<byte>();
        var length = Append(file, entries, compression).Length;
        var footer = new TableFormat.Footer(
            Append(file, filter), Append(file, index ?? IndexOf(length)), Append(file, properties));
        footer.Write(file.GetSpan(TableFormat.FooterBytes)[..TableFormat.FooterBytes], Number, file.WrittenCount);
        file.Advance(TableFormat.FooterBytes);
        return file.WrittenSpan.ToArray();
    }

    private static BlockPlace Append(ArrayBufferWriter<byte> file, byte[] block, BlockCompression compression = BlockCompression.None)
    {
        var at = file.WrittenCount;
        var stored = new byte[block.Length + TableFormat.TrailerBytes];
        block.CopyTo(stored, 0);
        stored[block.Length] = (byte)compression;
        BinaryPrimitives.WriteUInt32LittleEndian(
            stored.AsSpan(block.Length + 1), Crc32C.Append(TableFormat.ChecksumSeed(Number, at), stored.AsSpan(0, block.Length + 1)));
        file.Write(stored);
        return new BlockPlace(at, stored.Length);
    }

    private static byte[] Entries()
    {
        var block = new BlockBuilder(_options.RestartInterval);
        for (var index = 0; index < _keys.Length; index++)
            block.Add(_keys[index], index == 2 ? [] : "value"u8, index == 2 ? EntryKind.Delete : EntryKind.Put);
        return block.Finish().ToArray();
    }

    private static byte[] Filter() => BloomFilter.Build([.. _keys.Select(key => BloomHash.Of(key))], _options.BloomBitsPerKey);

    private static byte[] Properties() => new TableProperties(_keys.Length, 1, 72, 55, _keys[0], _keys[^1]).ToBytes();

    /// <summary>An index in which of every key but a byte is the one before it: together they are as long as their number
    /// squared.</summary>
    internal static byte[] LeaningOnEachOther(int blocks)
    {
        var input = new ArrayBufferWriter<byte>();
        input.Write((ReadOnlySpan<byte>)[3]);
        BinaryPrimitives.WriteInt32LittleEndian(input.GetSpan(4), blocks);
        input.Advance(4);
        for (var block = 0; block < blocks; block++)
        {
            var entry = input.GetSpan(3 * Varint.LengthMax32 + 1);
            var at = Varint.Write(entry, (uint)block);
            at += Varint.Write(entry[at..], 1u);
            at += Varint.Write(entry[at..], TableFormat.TrailerBytes + 1);
            entry[at] = (byte)'k';
            input.Advance(at + 1);
        }

        return input.WrittenSpan.ToArray();
    }

    private static byte[] IndexOf(int blockLength)
    {
        var index = new byte[4 + 3 * Varint.LengthMax32 + _keys[^1].Length];
        index[0] = 1;
        var at = 4 + Varint.Write(index.AsSpan(4), 0u);
        at += Varint.Write(index.AsSpan(at), (uint)_keys[^1].Length);
        at += Varint.Write(index.AsSpan(at), (uint)blockLength);
        _keys[^1].CopyTo(index, at);
        return index[..(at + _keys[^1].Length)];
    }
}
