using DynamoActors.Storage.Lsm.Tables;

namespace DynamoActors.Storage.Lsm.Cursors;

/// <summary>Reads every block of a table and compares what it finds with what the table and the manifest say; for repair.</summary>
internal static class TableCheck
{
    /// <exception cref="StorageCorruptException">They differ.</exception>
    public static void Run(Table table, TableMeta meta)
    {
        using var cursor = new TableCursor(table, ScanPurpose.Compaction, []);
        long entries = 0;
        byte[] last = [];
        while (cursor.MoveNext())
        {
            if (entries++ > 0 && cursor.Key.SequenceCompareTo(last) <= 0)
                throw table.Damaged(0, $"key {KeyText.Of(cursor.Key)} stands behind {KeyText.Of(last)}", null);
            last = cursor.Key.ToArray();
            if (cursor.Kind == EntryKind.Apart)
                table.ReadApart(cursor.Stored);
        }
        var (properties, at) = table.ReadProperties();
        if (properties.Entries == entries && meta.Entries == entries && last.AsSpan().SequenceEqual(meta.Largest))
            return;
        var found = $"the table holds {entries} entries up to {KeyText.Of(last)}";
        throw table.Damaged(at, $"{found}; the manifest says {meta.Entries} up to {KeyText.Of(meta.Largest)}", null);
    }
}
