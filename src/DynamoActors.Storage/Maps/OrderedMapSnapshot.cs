namespace DynamoActors.Storage.Maps;

/// <summary>The map at one moment; never changes, and may be read by any thread.</summary>
internal sealed class OrderedMapSnapshot(MapNode root, long count)
{
    public long Count { get; } = count;

    public OrderedMapIterator Scan(ReadOnlyMemory<byte> from, ReadOnlyMemory<byte>? to) => new(root, from.Span, to);
}
