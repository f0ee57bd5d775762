namespace DynamoActors.Storage.Maps;

/// <summary>A node with the values themselves, each a byte array or a <see cref="KeptValue"/>.</summary>
internal sealed class MapLeaf(long epoch) : MapNode(epoch)
{
    public readonly object[] Values = new object[Capacity];

    public override MapLeaf Copy(long epoch)
    {
        var copy = new MapLeaf(epoch) { Count = Count };
        CopyKeysTo(copy, 0);
        Array.Copy(Values, copy.Values, Count);
        return copy;
    }

    public override MapLeaf SplitAt(int at, long epoch)
    {
        var right = new MapLeaf(epoch) { Count = Count - at };
        CopyKeysTo(right, at);
        Array.Copy(Values, at, right.Values, 0, Count - at);
        RemoveRange(at, Count);
        return right;
    }

    public void Insert(int index, byte[] key, object value)
    {
        InsertKey(index, key);
        Array.Copy(Values, index, Values, index + 1, Count - index);
        Values[index] = value;
        Count++;
    }

    public void RemoveRange(int from, int to)
    {
        RemoveKeys(from, to);
        Array.Copy(Values, to, Values, from, Count - to);
        Array.Clear(Values, Count - (to - from), to - from);
        Count -= to - from;
    }

    public long BytesIn(int from, int to)
    {
        long bytes = 0;
        for (var i = from; i < to; i++)
            bytes += Keys[i].Length + KeptValue.LengthOf(Values[i]);
        return bytes;
    }
}
