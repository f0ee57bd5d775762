using DynamoActors.Storage;
using DynamoActors.Storage.Background;
using DynamoActors.Storage.Files;
using DynamoActors.Storage.Memory;

namespace DynamoActors.Node.Tests;

/// <summary>A store for tests that need no disk.</summary>
internal static class InMemory
{
    public static MemoryEngine Engine() =>
        new(new StorageOptions("data", new MemoryFileSystem(), new InlineBackgroundWork(), TimeProvider.System));
}
