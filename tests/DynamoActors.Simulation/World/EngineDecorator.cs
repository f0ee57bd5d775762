using DynamoActors.Storage;

namespace DynamoActors.Simulation.World;

/// <summary>A storage engine in front of another: does what that does, but for what is overridden.</summary>
internal abstract class EngineDecorator(IStorageEngine engine) : IStorageEngine
{
    public StorageCapabilities Capabilities => engine.Capabilities;

    public IReadOnlyList<string> RecoveryReport => engine.RecoveryReport;

    public StorageStatistics Statistics => engine.Statistics;

    public virtual bool TryGet(ReadOnlySpan<byte> key, out ReadOnlyMemory<byte> value) => engine.TryGet(key, out value);

    public virtual long Append(WriteBatch batch) => engine.Append(batch);

    public virtual long AppendLarge(WriteBatch batch) => engine.AppendLarge(batch);

    public virtual long WriteLarge(long bytesMax) => engine.WriteLarge(bytesMax);

    public long Flush() => engine.Flush();

    public virtual IStorageIterator Scan(ReadOnlyMemory<byte> from, ReadOnlyMemory<byte>? to) => engine.Scan(from, to);

    public virtual void DropRange(ReadOnlyMemory<byte> from, ReadOnlyMemory<byte> to) => engine.DropRange(from, to);

    public void Checkpoint(string directory) => engine.Checkpoint(directory);

    public void Dispose() => engine.Dispose();
}
