namespace DynamoActors.Storage.Maps;

/// <summary>Walks the leaves of a snapshot from left to right.</summary>
internal sealed class OrderedMapIterator : IStorageIterator
{
    private readonly Stack<(MapBranch Branch, int Next)> _path = new();
    private readonly ReadOnlyMemory<byte>? _to;
    private readonly ulong _toPrefix;
    private MapLeaf? _leaf;
    private int _index;
    private int _end;

    public OrderedMapIterator(MapNode root, ReadOnlySpan<byte> from, ReadOnlyMemory<byte>? to)
    {
        _to = to;
        _toPrefix = to is { } bound ? KeyPrefix.Of(bound.Span) : 0;
        var prefix = KeyPrefix.Of(from);
        while (root is MapBranch branch)
        {
            var child = branch.ChildFor(from, prefix);
            _path.Push((branch, child + 1));
            root = branch.Items[child];
        }
        Enter((MapLeaf)root, root.LowerBound(from, prefix));
    }

    public ReadOnlyMemory<byte> Key => Current().Keys[_index];

    public ReadOnlyMemory<byte> Value => KeptValue.MemoryOf(Current().Items[_index]);

    public bool MoveNext()
    {
        while (_leaf is not null)
        {
            if (++_index < _end)
                return true;
            if (_end < _leaf.Count || !EnterNextLeaf())
                _leaf = null;
        }
        return false;
    }

    public void Dispose()
    {
        _leaf = null;
        _path.Clear();
    }

    private MapLeaf Current() =>
        _leaf ?? throw new InvalidOperationException("The scan stands on no entry: MoveNext has not returned true.");

    private void Enter(MapLeaf leaf, int first)
    {
        _leaf = leaf;
        _index = first - 1;
        // The bound is looked up once a leaf, not compared with every key.
        _end = _to is { } to ? leaf.LowerBound(to.Span, _toPrefix) : leaf.Count;
    }

    private bool EnterNextLeaf()
    {
        while (_path.TryPop(out var place))
        {
            if (place.Next >= place.Branch.Count)
                continue;
            _path.Push((place.Branch, place.Next + 1));
            var node = place.Branch.Items[place.Next];
            while (node is MapBranch branch)
            {
                _path.Push((branch, 1));
                node = branch.Items[0];
            }
            Enter((MapLeaf)node, 0);
            return true;
        }
        return false;
    }
}
