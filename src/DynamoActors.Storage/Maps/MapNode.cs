namespace DynamoActors.Storage.Maps;

/// <summary>
/// A node of the <see cref="OrderedMap"/>'s B+ tree: up to <see cref="Capacity"/> keys in ascending order. The first eight bytes of each
/// key lie side by side as numbers, so that a search seldom has to follow a key's reference.
/// </summary>
/// <remarks>
/// A reader may look at a node while the writer changes it: every slot is one reference or one number (never torn), the count never
/// exceeds the arrays, and the reader throws away what it saw when the tree's version has moved.
/// </remarks>
internal abstract class MapNode(long epoch)
{
    public const int Capacity = 64;

    protected readonly ulong[] Prefixes = new ulong[Capacity];

    public readonly byte[][] Keys = new byte[Capacity][];

    public int Count { get; protected set; }

    public bool IsFull => Count == Capacity;

    /// <summary>
    /// The snapshot epoch it was made in: a node of an earlier epoch belongs to a snapshot and is copied before it changes.
    /// </summary>
    public long Epoch { get; } = epoch;

    public abstract MapNode Copy(long epoch);

    /// <summary>Moves the entries from <paramref name="at"/> on to a new node to the right.</summary>
    public abstract MapNode SplitAt(int at, long epoch);

    /// <summary>The index of the first key at or above the given one.</summary>
    public int LowerBound(ReadOnlySpan<byte> key, ulong prefix)
    {
        int low = 0, high = Count;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (Precedes(middle, key, prefix))
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    public bool HasKeyAt(int index, ReadOnlySpan<byte> key) => index < Count && key.SequenceEqual(Keys[index]);

    public bool IsAfterLast(ReadOnlySpan<byte> key, ulong prefix) => Count > 0 && Precedes(Count - 1, key, prefix);

    private bool Precedes(int index, ReadOnlySpan<byte> key, ulong prefix)
    {
        var own = Prefixes[index];
        return own != prefix ? own < prefix : Keys[index].AsSpan().SequenceCompareTo(key) < 0;
    }
}

/// <summary>What lies beside the keys, and how both move.</summary>
/// <typeparam name="TSelf">The kind of node.</typeparam>
internal abstract class MapNode<TSelf, TItem>(long epoch) : MapNode(epoch) where TSelf : MapNode<TSelf, TItem>
{
    public readonly TItem[] Items = new TItem[Capacity];

    public override TSelf Copy(long epoch) => CopyFrom(0, epoch);

    public override TSelf SplitAt(int at, long epoch)
    {
        var right = CopyFrom(at, epoch);
        RemoveRange(at, Count);
        return right;
    }

    public void Insert(int index, byte[] key, TItem item)
    {
        Array.Copy(Prefixes, index, Prefixes, index + 1, Count - index);
        Array.Copy(Keys, index, Keys, index + 1, Count - index);
        Array.Copy(Items, index, Items, index + 1, Count - index);
        Prefixes[index] = KeyPrefix.Of(key);
        Keys[index] = key;
        Items[index] = item;
        Count++;
    }

    public void RemoveRange(int from, int to)
    {
        Array.Copy(Prefixes, to, Prefixes, from, Count - to);
        Array.Copy(Keys, to, Keys, from, Count - to);
        Array.Copy(Items, to, Items, from, Count - to);
        Array.Clear(Keys, Count - (to - from), to - from);
        Array.Clear(Items, Count - (to - from), to - from);
        Count -= to - from;
    }

    protected abstract TSelf New(long epoch);

    private TSelf CopyFrom(int from, long epoch)
    {
        var copy = New(epoch);
        copy.Count = Count - from;
        Array.Copy(Prefixes, from, copy.Prefixes, 0, copy.Count);
        Array.Copy(Keys, from, copy.Keys, 0, copy.Count);
        Array.Copy(Items, from, copy.Items, 0, copy.Count);
        return copy;
    }
}
