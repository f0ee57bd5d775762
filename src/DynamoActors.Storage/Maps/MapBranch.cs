namespace DynamoActors.Storage.Maps;

/// <summary>
/// A node of nodes. Child i holds the keys from Keys[i] up to, not including, Keys[i + 1]; the first child also all below Keys[0].
/// </summary>
internal sealed class MapBranch(long epoch) : MapNode(epoch)
{
    public readonly MapNode[] Children = new MapNode[Capacity];

    public static MapBranch Over(MapNode only, long epoch)
    {
        var branch = new MapBranch(epoch);
        branch.Insert(0, only.Count > 0 ? only.Keys[0] : [], only);
        return branch;
    }

    public override MapBranch Copy(long epoch)
    {
        var copy = new MapBranch(epoch) { Count = Count };
        CopyKeysTo(copy, 0);
        Array.Copy(Children, copy.Children, Count);
        return copy;
    }

    public override MapBranch SplitAt(int at, long epoch)
    {
        var right = new MapBranch(epoch) { Count = Count - at };
        CopyKeysTo(right, at);
        Array.Copy(Children, at, right.Children, 0, Count - at);
        RemoveRange(at, Count);
        return right;
    }

    /// <summary>Which child holds the key, if any does.</summary>
    public int ChildFor(ReadOnlySpan<byte> key, ulong prefix)
    {
        var index = LowerBound(key, prefix);
        return HasKeyAt(index, key) ? index : Math.Max(0, index - 1);
    }

    public void SetLowest(byte[] key)
    {
        Keys[0] = key;
        Prefixes[0] = PrefixOf(key);
    }

    public void Insert(int index, byte[] lowest, MapNode child)
    {
        InsertKey(index, lowest);
        Array.Copy(Children, index, Children, index + 1, Count - index);
        Children[index] = child;
        Count++;
    }

    public void RemoveRange(int from, int to)
    {
        RemoveKeys(from, to);
        Array.Copy(Children, to, Children, from, Count - to);
        Array.Clear(Children, Count - (to - from), to - from);
        Count -= to - from;
    }
}
