namespace DynamoActors.Storage.Maps;

/// <summary>A node with the values themselves, each a byte array or a <see cref="KeptValue"/>.</summary>
internal sealed class MapLeaf(long epoch) : MapNode<MapLeaf, object>(epoch)
{
    public long BytesIn(int from, int to)
    {
        long bytes = 0;
        for (var i = from; i < to; i++)
            bytes += Keys[i].Length + KeptValue.LengthOf(Items[i]);
        return bytes;
    }

    protected override MapLeaf New(long epoch) => new(epoch);
}
