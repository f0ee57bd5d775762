using DynamoActors.Storage.Lsm.Tables;

namespace DynamoActors.Storage.Lsm.Cursors;

/// <summary>Reads every block of a table and compares what it finds with what the table and the manifest say; for repair.</summary>
internal static class TableCheck
{
    private const int ReportBytes = 1 << 16;

    /// <param name="read">Told of bytes that were read, again and again; may wait.</param>
    /// <exception cref="StorageCorruptException">They differ.</exception>
    public static void Run(Table table, TableMeta meta, Action<long>? read = null)
    {
        long unreported = 0;
        using var cursor = new TableCursor(table, ScanPurpose.Compaction, []);
        long entries = 0;
        byte[] last = [];
        while (cursor.MoveNext())
        {
            if (entries++ > 0 && cursor.Key.SequenceCompareTo(last) <= 0)
                throw table.Damaged(0, $"key {KeyText.Of(cursor.Key)} stands behind {KeyText.Of(last)}", null);
            last = cursor.Key.ToArray();
            unreported += last.Length + cursor.Stored.Length;
            if (cursor.Kind == EntryKind.Apart)
                unreported += table.ReadApart(cursor.Stored).Length;
            if (read is null || unreported < ReportBytes)
                continue;
            read(unreported);
            unreported = 0;
        }
        read?.Invoke(unreported);
        var (properties, at) = table.ReadProperties();
        if (properties.Entries == entries && meta.Entries == entries && last.AsSpan().SequenceEqual(meta.Largest))
            return;
        var found = $"the table holds {entries} entries up to {KeyText.Of(last)}";
        throw table.Damaged(at, $"{found}; the manifest says {meta.Entries} up to {KeyText.Of(meta.Largest)}", null);
    }
}
