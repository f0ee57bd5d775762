using DynamoActors.Storage.Lsm.Engine;

namespace DynamoActors.Storage.Tests.Lsm;

public sealed class LsmEngineTests : DurableEngineContract
{
    protected override string EngineName => LsmEngine.EngineName;

    protected override StorageOptions Options(StorageOptions plain) => SmallLsm.With(plain);
}
