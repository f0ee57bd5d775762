using DynamoActors.Storage.Lsm;

namespace DynamoActors.Storage.Tests.Lsm;

public sealed class LsmEngineTests : StorageEngineContract
{
    protected override string EngineName => LsmEngine.EngineName;

    protected override StorageOptions Options(StorageOptions plain) => SmallLsm.With(plain);
}
