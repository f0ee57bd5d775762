using DynamoActors.Storage.Lsm.Tables;

namespace DynamoActors.Storage.Lsm.Cursors;

/// <summary>
/// Several cursors as one. Where more than one holds a key, the one given first wins and the others' entries are passed over.
/// </summary>
/// <remarks>
/// The cursors that are not at their end are kept sorted by (key, order given): the winner is the first, and after its move it
/// is put back by comparing with its successors. Runs of keys from one cursor, the usual case, cost one comparison a move.
/// </remarks>
internal sealed class MergeCursor : Cursor
{
    private readonly Cursor[] _given;
    private readonly Cursor[] _sorted;
    private readonly int[] _rank;
    private int _count;
    private bool _isBegun;

    public MergeCursor(IReadOnlyList<Cursor> newestFirst)
    {
        _given = [.. newestFirst];
        _sorted = new Cursor[_given.Length];
        _rank = new int[_given.Length];
    }

    public override ReadOnlySpan<byte> Key => _sorted[0].Key;
    public override ReadOnlyMemory<byte> KeyMemory => _sorted[0].KeyMemory;
    public override ReadOnlyMemory<byte> Value => _sorted[0].Value;
    public override ReadOnlyMemory<byte> Stored => _sorted[0].Stored;
    public override EntryKind Kind => _sorted[0].Kind;
    public override ValuePlace? Place => _sorted[0].Place;

    public override bool MoveNext()
    {
        if (!_isBegun)
            return Begin([], isSeek: false);
        if (_count == 0)
            return false;
        // First those that hold the same key, while the winner still shows it.
        var same = 1;
        while (same < _count && _sorted[same].Key.SequenceEqual(_sorted[0].Key))
            same++;
        for (var i = same - 1; i >= 0; i--)
            Advance(i);
        return _count > 0;
    }

    public override bool Seek(ReadOnlySpan<byte> key) => Begin(key, isSeek: true);

    public override void Dispose()
    {
        _count = 0;
        foreach (var cursor in _given)
            cursor.Dispose();
    }

    private bool Begin(ReadOnlySpan<byte> key, bool isSeek)
    {
        _isBegun = true;
        _count = 0;
        for (var i = 0; i < _given.Length; i++)
        {
            if (isSeek ? _given[i].Seek(key) : _given[i].MoveNext())
                Insert(_given[i], i);
        }
        return _count > 0;
    }

    private void Insert(Cursor cursor, int rank)
    {
        var at = _count++;
        for (; at > 0 && !IsBefore(_sorted[at - 1], _rank[at - 1], cursor, rank); at--)
            (_sorted[at], _rank[at]) = (_sorted[at - 1], _rank[at - 1]);
        (_sorted[at], _rank[at]) = (cursor, rank);
    }

    /// <summary>Moves the cursor at a position on, and from there to its new place.</summary>
    private void Advance(int at)
    {
        var cursor = _sorted[at];
        var rank = _rank[at];
        var isAtEnd = !cursor.MoveNext();
        for (; at + 1 < _count && (isAtEnd || IsBefore(_sorted[at + 1], _rank[at + 1], cursor, rank)); at++)
            (_sorted[at], _rank[at]) = (_sorted[at + 1], _rank[at + 1]);
        if (isAtEnd)
            _count--;
        else
            (_sorted[at], _rank[at]) = (cursor, rank);
    }

    private static bool IsBefore(Cursor a, int rankOfA, Cursor b, int rankOfB)
    {
        var order = a.Key.SequenceCompareTo(b.Key);
        return order < 0 || (order == 0 && rankOfA < rankOfB);
    }
}
