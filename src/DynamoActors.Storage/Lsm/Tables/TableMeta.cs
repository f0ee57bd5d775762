namespace DynamoActors.Storage.Lsm.Tables;

/// <summary>What the manifest knows of a table.</summary>
/// <param name="Number">Names the file; later tables have higher numbers.</param>
/// <param name="FileBytes">The file's whole length.</param>
/// <param name="Drops">Ranges of keys dropped since the table was written: what it holds of them is gone.</param>
internal sealed record TableMeta(
    long Number, long FileBytes, long Entries, long Deletions, byte[] Smallest, byte[] Largest, KeyRange[] Drops)
{
    /// <summary>Which value files it points into, by number.</summary>
    public ValueUse[] Values { get; init; } = [];

    public bool Contains(ReadOnlySpan<byte> key) => key.SequenceCompareTo(Smallest) >= 0 && key.SequenceCompareTo(Largest) <= 0;

    public bool Overlaps(ReadOnlySpan<byte> smallest, ReadOnlySpan<byte> largest) =>
        Largest.AsSpan().SequenceCompareTo(smallest) >= 0 && Smallest.AsSpan().SequenceCompareTo(largest) <= 0;

    /// <summary>The table after a drop: itself where that does not touch it, null where nothing is left.</summary>
    public TableMeta? Without(KeyRange dropped)
    {
        if (!dropped.Touches(Smallest, Largest))
            return this;
        var drops = KeyRange.Add(Drops, dropped);
        return Array.Exists(drops, range => range.Covers(Smallest, Largest)) ? null : this with { Drops = drops };
    }
}
