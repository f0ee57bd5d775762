namespace DynamoActors.Storage.Maps;

/// <summary>
/// A node of nodes. Item i holds the keys from Keys[i] up to, not including, Keys[i + 1]; the first also all below Keys[0].
/// </summary>
internal sealed class MapBranch(long epoch) : MapNode<MapBranch, MapNode>(epoch)
{
    public static MapBranch Over(MapNode only, long epoch)
    {
        var branch = new MapBranch(epoch);
        branch.Insert(0, only.Count > 0 ? only.Keys[0] : [], only);
        return branch;
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
        Prefixes[0] = KeyPrefix.Of(key);
    }

    protected override MapBranch New(long epoch) => new(epoch);
}
