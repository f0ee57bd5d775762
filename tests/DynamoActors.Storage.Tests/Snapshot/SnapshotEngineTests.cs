using DynamoActors.Storage.Snapshot;

namespace DynamoActors.Storage.Tests.Snapshot;

public sealed class SnapshotEngineTests : DurableEngineContract
{
    protected override string EngineName => SnapshotEngine.EngineName;

    protected override StorageOptions Options(StorageOptions plain) => plain with
    {
        Log = new LogOptions { SegmentBytes = 16 << 10, SpareSegments = 2 },
        Snapshot = new SnapshotOptions { LogBytes = 40 << 10, LogPerSnapshot = 0.5 },
    };
}
