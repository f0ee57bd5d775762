using DynamoActors.Storage.Engines;

namespace DynamoActors.Storage.Tests.Faults;

/// <summary>
/// A volume that promises more space than there is: writes succeed into memory, and only the sync tells that they have no place. What is
/// looked at afterwards is the disk itself: the file system is mounted anew, so that nothing of it is left in memory.
/// </summary>
public sealed class ThinVolumeTests : IDisposable
{
    private const int Batches = 100_000;

    private readonly string _home = Directory.CreateTempSubdirectory("thin-volume-").FullName;
    private readonly List<string> _mounted = [];

    public void Dispose()
    {
        foreach (var mounted in Enumerable.Reverse(_mounted))
            Command("umount", mounted);
        Directory.Delete(_home, recursive: true);
    }

    [MountTheory]
    [InlineData("lsm")]
    [InlineData("snapshot")]
    public void Every_acknowledged_write_is_on_the_disk_when_the_volume_is_full(string engineName)
    {
        var backing = Mount("backing", "-t", "tmpfs", "-o", "size=12m", "none");
        var image = Path.Combine(backing, "image");
        using (var file = File.Create(image))
            file.SetLength(96 << 20);
        // Blocks as large as the pages behind them: of smaller ones the kernel loses some whose sync it called a success.
        Command("mkfs.ext4", "-q", "-b", "4096", "-E", "lazy_itable_init=1,nodiscard", image).ShouldBe("");
        var volume = Mount("volume", "-o", "loop", image);
        var store = Path.Combine(volume, "store");

        var outcome = FaultyProcess.RunUndisturbed("write", engineName, store, $"{Batches}");
        outcome.ExitCode.ShouldBe(Program.StoppedItself, outcome.Output[^Math.Min(1000, outcome.Output.Length)..]);
        outcome.Acknowledged.Length.ShouldBeInRange(1, Batches - 1);

        Command("umount", volume).ShouldBe("");
        _mounted.Remove(volume);
        // What the kernel had not written back it has dropped; the volume gets the space that it promised.
        Command("mount", "-o", "remount,size=200m", backing).ShouldBe("");
        Mount("volume", "-o", "loop", image);
        using var engine = StorageEngines.Open(engineName, Program.Options(store));
        foreach (var batch in outcome.Acknowledged)
            engine.Get(Program.Key(batch)).ShouldBe(Program.Value(batch), $"batch {batch} of {outcome.Acknowledged.Length} acknowledged");
        engine.Put("written", "after");
        engine.Flush();
    }

    private string Mount(string name, params string[] what)
    {
        var at = Directory.CreateDirectory(Path.Combine(_home, name)).FullName;
        Command("mount", [.. what, at]).ShouldBe("");
        _mounted.Add(at);
        return at;
    }

    private static string Command(string program, params string[] arguments)
    {
        var (code, output) = FaultyProcess.Start(program, arguments);
        return code == 0 ? "" : $"{program} {string.Join(' ', arguments)} failed ({code}): {output}";
    }
}
