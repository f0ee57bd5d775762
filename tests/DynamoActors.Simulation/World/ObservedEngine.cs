using DynamoActors.Storage;

namespace DynamoActors.Simulation.World;

/// <summary>A node's storage engine, with somebody looking at every batch that goes into it.</summary>
internal sealed class ObservedEngine(IStorageEngine engine, Action<WriteBatch> appended) : IStorageEngine
{
    public StorageCapabilities Capabilities => engine.Capabilities;

    public IReadOnlyList<string> RecoveryReport => engine.RecoveryReport;

    public StorageStatistics Statistics => engine.Statistics;

    public bool TryGet(ReadOnlySpan<byte> key, out ReadOnlyMemory<byte> value) => engine.TryGet(key, out value);

    public long Append(WriteBatch batch)
    {
        long sequence = engine.Append(batch);
        appended(batch);
        return sequence;
    }

    public long Flush() => engine.Flush();

    public IStorageIterator Scan(ReadOnlyMemory<byte> from, ReadOnlyMemory<byte>? to) => engine.Scan(from, to);

    public void DropRange(ReadOnlyMemory<byte> from, ReadOnlyMemory<byte> to) => engine.DropRange(from, to);

    public void Checkpoint(string directory) => engine.Checkpoint(directory);

    public void Dispose() => engine.Dispose();
}
