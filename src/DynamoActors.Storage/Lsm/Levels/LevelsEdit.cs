using System.Buffers;
using DynamoActors.Core.Bytes;
using DynamoActors.Storage.Lsm.Tables;
using static DynamoActors.Storage.Lsm.KeyBytes;

namespace DynamoActors.Storage.Lsm.Levels;

/// <summary>
/// One change of the levels, whole or not at all: tables taken out, then tables put in, then a range dropped from all of them.
/// A manifest is a list of these. Bytes: fields of <c>tag u8</c> and what the tag says, in any order but for tables and drops.
/// </summary>
internal sealed class LevelsEdit
{
    private enum Tag : byte { NextNumber = 1, LastSequence = 2, Add = 3, Remove = 4, Drop = 5, AddWithValues = 6 }

    public readonly record struct Placed(int Level, TableMeta Table);

    public long? NextNumber { get; set; }
    /// <summary>The highest sequence number that the tables hold; the log's records go on from there.</summary>
    public long? LastSequence { get; set; }
    public List<long> Removed { get; } = [];
    public List<Placed> Added { get; } = [];
    public KeyRange? Dropped { get; set; }

    public byte[] ToBytes()
    {
        var to = new ArrayBufferWriter<byte>();
        WriteField(to, Tag.NextNumber, NextNumber);
        WriteField(to, Tag.LastSequence, LastSequence);
        foreach (var number in Removed)
            WriteField(to, Tag.Remove, number);
        foreach (var (level, table) in Added)
        {
            WriteField(to, table.Values.Length == 0 ? Tag.Add : Tag.AddWithValues, level);
            WriteTable(to, table);
            if (table.Values.Length > 0)
                WriteValues(to, table.Values);
        }
        if (Dropped is { } dropped)
        {
            to.Write([(byte)Tag.Drop]);
            WriteRange(to, dropped);
        }
        return to.WrittenSpan.ToArray();
    }

    /// <exception cref="InvalidDataException">The bytes are no edit.</exception>
    public static LevelsEdit Read(ReadOnlySpan<byte> bytes)
    {
        var edit = new LevelsEdit();
        for (var at = 0; at < bytes.Length;)
        {
            switch ((Tag)bytes[at++])
            {
                case Tag.NextNumber: edit.NextNumber = ReadNumber(bytes, ref at); break;
                case Tag.LastSequence: edit.LastSequence = ReadNumber(bytes, ref at); break;
                case Tag.AddWithValues: edit.Added.Add(ReadWithValues(bytes, ref at)); break;
                case Tag.Remove: edit.Removed.Add(ReadNumber(bytes, ref at)); break;
                case Tag.Add: edit.Added.Add(new Placed(ReadLevel(bytes, ref at), ReadTable(bytes, ref at))); break;
                case Tag.Drop: edit.Dropped = ReadRange(bytes, ref at); break;
                default: throw new InvalidDataException($"an edit with the unknown field {bytes[at - 1]}");
            }
        }
        return edit;
    }

    private static void WriteTable(ArrayBufferWriter<byte> to, TableMeta table)
    {
        WriteNumber(to, table.Number);
        WriteNumber(to, table.FileBytes);
        WriteNumber(to, table.Entries);
        WriteNumber(to, table.Deletions);
        WriteKey(to, table.Smallest);
        WriteKey(to, table.Largest);
        WriteNumber(to, table.Drops.Length);
        foreach (var drop in table.Drops)
            WriteRange(to, drop);
    }

    private static TableMeta ReadTable(ReadOnlySpan<byte> bytes, ref int at)
    {
        var (number, fileBytes) = (ReadNumber(bytes, ref at), ReadNumber(bytes, ref at));
        var (entries, deletions) = (ReadNumber(bytes, ref at), ReadNumber(bytes, ref at));
        var (smallest, largest) = (ReadKey(bytes, ref at), ReadKey(bytes, ref at));
        var drops = new List<KeyRange>();
        for (var left = Varint.Read32(bytes, ref at); left > 0; left--)
            drops.Add(ReadRange(bytes, ref at));
        return new TableMeta(number, fileBytes, entries, deletions, smallest, largest, [.. drops]);
    }

    private static void WriteValues(ArrayBufferWriter<byte> to, ValueUse[] values)
    {
        WriteNumber(to, values.Length);
        foreach (var use in values)
        {
            WriteNumber(to, use.File);
            WriteNumber(to, use.Bytes);
        }
    }

    private static Placed ReadWithValues(ReadOnlySpan<byte> bytes, ref int at)
    {
        var level = ReadLevel(bytes, ref at);
        var table = ReadTable(bytes, ref at);
        var values = new List<ValueUse>();
        for (var left = Varint.Read32(bytes, ref at); left > 0; left--)
            values.Add(new ValueUse(ReadNumber(bytes, ref at), ReadNumber(bytes, ref at)));
        return new Placed(level, table with { Values = [.. values] });
    }

    private static int ReadLevel(ReadOnlySpan<byte> bytes, ref int at)
    {
        var level = Varint.Read32(bytes, ref at);
        return level < LsmOptions.LevelCount ? (int)level : throw new InvalidDataException($"a table in level {level}");
    }

    private static void WriteRange(ArrayBufferWriter<byte> to, KeyRange range)
    {
        WriteKey(to, range.From);
        WriteKey(to, range.To);
    }

    private static KeyRange ReadRange(ReadOnlySpan<byte> bytes, ref int at)
    {
        var from = ReadKey(bytes, ref at);
        return new KeyRange(from, ReadKey(bytes, ref at));
    }

    private static void WriteField(ArrayBufferWriter<byte> to, Tag tag, long? number)
    {
        if (number is not { } present)
            return;
        to.Write([(byte)tag]);
        WriteNumber(to, present);
    }
}
