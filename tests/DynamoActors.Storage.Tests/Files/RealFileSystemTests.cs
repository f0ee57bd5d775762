using DynamoActors.Storage.Background;
using DynamoActors.Storage.Engines;
using DynamoActors.Storage.Files;

namespace DynamoActors.Storage.Tests.Files;

public sealed class RealFileSystemTests : FileSystemContract, IDisposable
{
    public RealFileSystemTests() => Home = Directory.CreateTempSubdirectory("file-system-").FullName;

    protected override IFileSystem Files { get; } = new RealFileSystem();

    protected override string Home { get; }

    public void Dispose() => Directory.Delete(Home, recursive: true);

    [Fact]
    public void A_full_disk_is_told_from_other_failures()
    {
        // Linux has a device that is always full.
        if (!File.Exists("/dev/full"))
            return;
        using var full = Files.Open("/dev/full", FileOpening.ReadWrite);
        Should.Throw<StorageFullException>(() => full.Write(0, "x"u8)).Message.ShouldContain("/dev/full");
        Should.Throw<StorageFullException>(() => full.Write(0, [Keys.Bytes("x"), Keys.Bytes("y")]));
    }

    [Fact]
    public void A_refused_lock_names_the_process_that_holds_it()
    {
        using var held = Files.Lock(At("LOCK"));
        var refusal = Should.Throw<StorageRefusedException>(() => Files.Lock(At("LOCK"))).Message;
        if (!OperatingSystem.IsWindows())
            refusal.ShouldContain($"process {Environment.ProcessId}.");
    }

    [Theory]
    [InlineData("snapshot")]
    public void An_engine_keeps_its_data_on_the_operating_system_s_disk(string engineName)
    {
        var directory = Path.Combine(Home, "deep", "store");
        using (var engine = Open(engineName, directory))
        {
            for (var i = 0; i < 100; i++)
                engine.Put($"{i:D3}", $"value {i}");
            engine.Flush();
            Should.Throw<StorageRefusedException>(() => Open(engineName, directory)).Message.ShouldContain("locked");
            engine.Checkpoint(Path.Combine(Home, "copy"));
        }
        foreach (var place in new[] { directory, Path.Combine(Home, "copy") })
        {
            using var again = Open(engineName, place);
            again.List().ShouldBe(Enumerable.Range(0, 100).Select(i => $"{i:D3}=value {i}"));
        }
    }

    private IStorageEngine Open(string engineName, string directory) =>
        StorageEngines.Open(engineName, new StorageOptions(directory, Files, new InlineBackgroundWork(), TimeProvider.System));
}
