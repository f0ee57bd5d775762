namespace DynamoActors.Storage.Lsm.Memtables;

/// <summary>A range dropped with a sequence number: entries below it are gone.</summary>
internal readonly record struct MemtableDrop(KeyRange Range, long Sequence);

/// <summary>
/// A memtable with the ranges dropped since it was begun. A drop makes a new view, so that scans begun before it go on
/// with the old one.
/// </summary>
internal sealed record MemtableView(Memtable Memtable, MemtableDrop[] Drops)
{
    public MemtableView With(MemtableDrop drop) => this with { Drops = [.. Drops, drop] };

    public bool Dropped(ReadOnlySpan<byte> key, long sequence)
    {
        foreach (var drop in Drops)
        {
            if (sequence < drop.Sequence && drop.Range.Contains(key))
                return true;
        }
        return false;
    }

    /// <summary>False: the memtable knows nothing of the key. A deletion is found with <paramref name="isDelete"/> set.</summary>
    public bool TryGet(ReadOnlySpan<byte> key, long sequence, out ReadOnlyMemory<byte> value, out bool isDelete)
    {
        value = default;
        isDelete = false;
        if (!Memtable.TryFind(key, sequence, out var node))
            return false;
        if (Drops.Length > 0 && Dropped(key, Memtable.SequenceOf(node)))
            return false;
        isDelete = Memtable.IsDelete(node);
        if (!isDelete)
            value = Memtable.LastingValueOf(node);
        return true;
    }
}
