using DynamoActors.Storage.Log;

namespace DynamoActors.Storage.Maps;

/// <summary>
/// Byte keys to byte values in key order: a B+ tree that one writer at a time changes in place, that any number of readers search without a
/// lock, and of which a snapshot costs nothing until the writer meets a node of it.
/// </summary>
/// <remarks>
/// <para>Writers hold <see cref="Gate"/>; the version is odd while the tree is between two states. A reader notes the version, searches,
/// and searches again if it moved.</para>
/// <para>A deletion gives a node back only when it is empty: nodes are never merged. Deleting most of the keys at random and keeping
/// the rest therefore leaves nodes sparse; queues and ranges, which empty whole nodes, do not.</para>
/// </remarks>
internal sealed class OrderedMap
{
    private const int OptimisticAttempts = 16;

    private MapNode _root = new MapLeaf(0);
    private long _epoch;
    private int _version;

    /// <summary>Held by whoever changes the map or takes a snapshot.</summary>
    public Lock Gate { get; } = new();

    public long Count { get; private set; }

    /// <summary>The lengths of all keys and values together.</summary>
    public long Bytes { get; private set; }

    public bool TryGet(ReadOnlySpan<byte> key, out ReadOnlyMemory<byte> value)
    {
        for (var attempt = 0; attempt < OptimisticAttempts; attempt++)
        {
            var before = Volatile.Read(ref _version);
            if ((before & 1) == 0)
            {
                var found = Find(key);
                Volatile.ReadBarrier();
                if (_version == before)
                    return Answer(found, out value);
            }
            Thread.SpinWait(attempt);
        }
        lock (Gate)
            return Answer(Find(key), out value);
    }

    /// <summary>The tree as it is now; the caller holds <see cref="Gate"/>.</summary>
    public OrderedMapSnapshot Snapshot()
    {
        _epoch++;
        return new OrderedMapSnapshot(_root, Count);
    }

    /// <summary>The batch's operations in order, for readers at one moment; the caller holds <see cref="Gate"/>.</summary>
    public void Apply(WriteBatch batch)
    {
        BeginChange();
        try
        {
            for (var i = 0; i < batch.Count; i++)
            {
                var operation = batch[i];
                if (operation.IsDelete)
                    Delete(operation.Key.Span);
                else
                    Put(operation.Key, KeptValue.For(operation.Value));
            }
        }
        finally
        {
            EndChange();
        }
    }

    /// <summary>Puts an entry before there are readers.</summary>
    public void Load(byte[] key, byte[] value) => Put(key, value);

    /// <summary>Applies a batch that the log gave back, before there are readers.</summary>
    public void Replay(LoggedBatch batch)
    {
        foreach (var operation in batch.Operations)
        {
            switch (operation.Kind)
            {
                case LoggedKind.Put:
                    Put(operation.Key, KeptValue.For(operation.Value));
                    break;
                case LoggedKind.Delete:
                    Delete(operation.Key.Span);
                    break;
                default:
                    DeleteRange(operation.Key.Span, operation.Value.Span);
                    break;
            }
        }
    }

    /// <summary>
    /// Deletes [<paramref name="from"/>, <paramref name="to"/>) at one moment for readers; the caller holds <see cref="Gate"/>.
    /// </summary>
    public void DropRange(ReadOnlyMemory<byte> from, ReadOnlyMemory<byte> to)
    {
        BeginChange();
        try
        {
            DeleteRange(from.Span, to.Span);
        }
        finally
        {
            EndChange();
        }
    }

    /// <summary>Keeps the key, and the value as <see cref="KeptValue.For"/> made it.</summary>
    private void Put(ReadOnlyMemory<byte> key, object value)
    {
        var span = key.Span;
        var prefix = KeyPrefix.Of(span);
        _root = Writable(_root);
        if (_root.IsFull)
        {
            var above = MapBranch.Over(_root, _epoch);
            SplitChild(above, 0, span, prefix);
            _root = above;
        }
        var node = _root;
        while (node is MapBranch branch)
            node = Descend(branch, span, prefix);
        PutInto((MapLeaf)node, key, prefix, value);
    }

    private void Delete(ReadOnlySpan<byte> key)
    {
        if (Find(key) is null)
            return;
        var successor = new byte[key.Length + 1];
        key.CopyTo(successor);
        DeleteRange(key, successor);
    }

    /// <summary>Deletes [<paramref name="from"/>, <paramref name="to"/>).</summary>
    private void DeleteRange(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to)
    {
        _root = Writable(_root);
        RemoveWithin(_root, from, to);
        while (_root is MapBranch { Count: 1 } above)
            _root = above.Items[0];
        if (_root.Count == 0)
            _root = new MapLeaf(_epoch);
    }

    // Both are full barriers: no write to a node may move out from between them.
    private void BeginChange() => Interlocked.Increment(ref _version);

    private void EndChange() => Interlocked.Increment(ref _version);

    private static bool Answer(object? found, out ReadOnlyMemory<byte> value)
    {
        value = found is null ? default : KeptValue.MemoryOf(found);
        return found is not null;
    }

    /// <summary>The stored value or null; anything at all where a writer is at work, which the caller finds out by the version.</summary>
    private object? Find(ReadOnlySpan<byte> key)
    {
        var prefix = KeyPrefix.Of(key);
        var node = _root;
        while (node is MapBranch branch)
            node = branch.Items[branch.ChildFor(key, prefix)];
        if (node is not MapLeaf leaf)
            return null;
        var index = leaf.LowerBound(key, prefix);
        return leaf.HasKeyAt(index, key) ? leaf.Items[index] : null;
    }

    private MapNode Writable(MapNode node) => node.Epoch == _epoch ? node : node.Copy(_epoch);

    /// <summary>The child to go on with, made writable and not full.</summary>
    private MapNode Descend(MapBranch branch, ReadOnlySpan<byte> key, ulong prefix)
    {
        var index = branch.ChildFor(key, prefix);
        branch.Items[index] = Writable(branch.Items[index]);
        if (branch.Items[index].IsFull)
        {
            SplitChild(branch, index, key, prefix);
            index = branch.ChildFor(key, prefix);
        }
        return branch.Items[index];
    }

    private void SplitChild(MapBranch branch, int index, ReadOnlySpan<byte> key, ulong prefix)
    {
        var child = branch.Items[index];
        // Ascending keys would leave half-full nodes behind for good: let them fill the left one.
        var at = child.IsAfterLast(key, prefix) ? MapNode.Capacity - 1 : MapNode.Capacity / 2;
        // The first child also holds keys below its own, and the new one may begin with such: the keys must stay in order.
        if (index == 0)
            branch.SetLowest(child.Keys[0]);
        var right = child.SplitAt(at, _epoch);
        branch.Insert(index + 1, right.Keys[0], right);
    }

    private void PutInto(MapLeaf leaf, ReadOnlyMemory<byte> key, ulong prefix, object value)
    {
        var index = leaf.LowerBound(key.Span, prefix);
        if (leaf.HasKeyAt(index, key.Span))
        {
            Bytes += KeptValue.LengthOf(value) - KeptValue.LengthOf(leaf.Items[index]);
            leaf.Items[index] = value;
            return;
        }
        leaf.Insert(index, KeptValue.ArrayOf(key), value);
        Bytes += key.Length + KeptValue.LengthOf(value);
        Count++;
    }

    private void RemoveWithin(MapNode node, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to)
    {
        if (node is MapLeaf leaf)
        {
            var first = leaf.LowerBound(from, KeyPrefix.Of(from));
            var end = leaf.LowerBound(to, KeyPrefix.Of(to));
            if (end > first)
                RemoveEntries(leaf, first, end);
            return;
        }
        var branch = (MapBranch)node;
        var left = branch.ChildFor(from, KeyPrefix.Of(from));
        var right = branch.ChildFor(to, KeyPrefix.Of(to));
        if (right < left)
            return;
        for (var i = left + 1; i < right; i++)
            Discount(branch.Items[i]);
        RemoveWithinChild(branch, left, from, to);
        if (right > left)
            RemoveWithinChild(branch, right, from, to);
        var keptLeft = branch.Items[left].Count > 0 ? left + 1 : left;
        var keptRight = branch.Items[right].Count > 0 ? right : right + 1;
        if (keptRight > keptLeft)
            branch.RemoveRange(keptLeft, keptRight);
    }

    private void RemoveWithinChild(MapBranch branch, int index, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to)
    {
        branch.Items[index] = Writable(branch.Items[index]);
        RemoveWithin(branch.Items[index], from, to);
    }

    private void RemoveEntries(MapLeaf leaf, int from, int to)
    {
        Bytes -= leaf.BytesIn(from, to);
        Count -= to - from;
        leaf.RemoveRange(from, to);
    }

    private void Discount(MapNode node)
    {
        if (node is MapLeaf leaf)
        {
            Bytes -= leaf.BytesIn(0, leaf.Count);
            Count -= leaf.Count;
            return;
        }
        var branch = (MapBranch)node;
        for (var i = 0; i < branch.Count; i++)
            Discount(branch.Items[i]);
    }
}
