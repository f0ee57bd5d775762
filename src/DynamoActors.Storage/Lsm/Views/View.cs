using DynamoActors.Storage.Lsm.Cursors;
using DynamoActors.Storage.Lsm.Levels;
using DynamoActors.Storage.Lsm.Memtables;

namespace DynamoActors.Storage.Lsm.Views;

/// <summary>
/// Everything a read needs, as of one moment: the memtable that takes writes, those that wait to be written out, and the levels.
/// A read takes the view first and the sequence number after it: then the view holds every entry up to that number that was in it at
/// the time, and what compaction leaves out later is still in this view's tables.
/// </summary>
internal sealed class View
{
    private int _holders = 1;

    /// <param name="waiting">Newest first.</param>
    /// <param name="levels">Held by the view from now on.</param>
    public View(MemtableView active, MemtableView[] waiting, OpenLevels levels)
    {
        Active = active;
        Waiting = waiting;
        Levels = levels;
        levels.Hold();
        active.Memtable.Hold();
        foreach (var view in waiting)
            view.Memtable.Hold();
    }

    public MemtableView Active { get; }
    public MemtableView[] Waiting { get; }
    public OpenLevels Levels { get; }

    /// <summary>False where the last holder let go meanwhile: there is a newer view.</summary>
    public bool TryHold()
    {
        var holders = Volatile.Read(ref _holders);
        while (holders > 0)
        {
            var seen = Interlocked.CompareExchange(ref _holders, holders + 1, holders);
            if (seen == holders)
                return true;
            holders = seen;
        }
        return false;
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref _holders) != 0)
            return;
        Levels.Release();
        Active.Memtable.Release();
        foreach (var waiting in Waiting)
            waiting.Memtable.Release();
    }

    public bool TryGet(ReadOnlySpan<byte> key, long sequence, int bytesMax, out ReadOnlyMemory<byte> value, out int unread)
    {
        unread = 0;
        var isFound = Active.TryGet(key, sequence, out value, out var isDelete);
        for (var i = 0; !isFound && i < Waiting.Length; i++)
            isFound = Waiting[i].TryGet(key, sequence, out value, out isDelete);
        return (isFound || Levels.TryGet(key, bytesMax, out value, out unread, out isDelete)) && !isDelete;
    }

    /// <summary>A cursor over everything between two keys, deletions included; null: to the end.</summary>
    public Cursor OpenCursor(long sequence, ReadOnlySpan<byte> from, ReadOnlyMemory<byte>? to)
    {
        var cursors = MemtableCursors(sequence, ScanPurpose.Read);
        Levels.AddCursors(cursors, from, to);
        return cursors.Count == 1 ? cursors[0] : new MergeCursor(cursors);
    }

    /// <summary>Over what is in memory only, newest first.</summary>
    public List<Cursor> MemtableCursors(long sequence, ScanPurpose purpose)
    {
        var cursors = new List<Cursor>();
        if (!Active.Memtable.IsEmpty)
            cursors.Add(new MemtableCursor(Active, sequence, purpose));
        foreach (var waiting in Waiting)
            cursors.Add(new MemtableCursor(waiting, sequence, purpose));
        return cursors;
    }
}
