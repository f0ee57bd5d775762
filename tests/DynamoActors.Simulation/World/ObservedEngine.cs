using DynamoActors.Storage;

namespace DynamoActors.Simulation.World;

/// <summary>A node's storage engine, with somebody looking at every batch that goes into it.</summary>
internal sealed class ObservedEngine(IStorageEngine engine, Action<WriteBatch> appended) : EngineDecorator(engine)
{
    public override long Append(WriteBatch batch)
    {
        long sequence = base.Append(batch);
        appended(batch);
        return sequence;
    }
}
