using DynamoActors.Core.Versioning;
using DynamoActors.Storage;

namespace DynamoActors.Simulation.World;

/// <summary>A node's storage engine, with somebody looking at every batch that goes into it, and at the objects that it removes.</summary>
internal sealed class ObservedEngine(IStorageEngine engine, Action<WriteBatch, IReadOnlyList<DroppedObject>> appended)
    : EngineDecorator(engine)
{
    public override long Append(WriteBatch batch) => Observe(batch, base.Append);

    public override long AppendLarge(WriteBatch batch) => Observe(batch, base.AppendLarge);

    public override void DropRange(ReadOnlyMemory<byte> from, ReadOnlyMemory<byte> to)
    {
        var dropped = new List<DroppedObject>();
        using (var objects = Scan(from, to))
            while (objects.MoveNext()) dropped.Add(new DroppedObject(objects.Key.ToArray(), VersionedObjectCodec.Decode(objects.Value)));
        base.DropRange(from, to);
        appended(new WriteBatch(), dropped);
    }

    private long Observe(WriteBatch batch, Func<WriteBatch, long> append)
    {
        var dropped = DroppedBy(batch);
        long sequence = append(batch);
        appended(batch, dropped);
        return sequence;
    }

    private List<DroppedObject> DroppedBy(WriteBatch batch)
    {
        var dropped = new List<DroppedObject>();
        for (int index = 0; index < batch.Count; index++)
        {
            var key = batch[index].Key;
            if (batch[index].IsDelete && key.Span[0] == (byte)'o' && TryGet(key.Span, out var encoded))
                dropped.Add(new DroppedObject(key.ToArray(), VersionedObjectCodec.Decode(encoded)));
        }
        return dropped;
    }
}

/// <param name="Key">A store key.</param>
internal sealed record DroppedObject(byte[] Key, VersionedObject Held);
