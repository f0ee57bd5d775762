using DynamoActors.Storage.Memory;

namespace DynamoActors.Storage.Tests.Memory;

public sealed class MemoryEngineTests : StorageEngineContract
{
    protected override string EngineName => MemoryEngine.EngineName;

    protected override StorageOptions Options(StorageOptions plain) => plain;
}
