using DynamoActors.Storage.Engines;

namespace DynamoActors.Storage.Tests.Faults;

/// <summary>
/// A volume that promises more space than there is: writes succeed into memory, and only the sync tells that they have no place. What is
/// looked at afterwards is the disk itself: the file system is mounted anew, so that nothing of it is left in memory.
/// </summary>
public sealed class ThinVolumeTests : IDisposable
{
    private const int Batches = 100_000;

    /// <summary>Of the file system's blocks, too: a request that began within a page of the backing could find space for a part.</summary>
    private const int PageBytes = 4096;

    private readonly string _home = Directory.CreateTempSubdirectory("thin-volume-").FullName;
    private readonly List<string> _mounted = [];
    private string? _device;

    public void Dispose()
    {
        foreach (var mounted in Enumerable.Reverse(_mounted))
        {
            // Whatever still holds it for a moment: it is out of the way at once.
            Command("umount", "-l", mounted);
            Detach();
        }
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
        Command("mkfs.ext4", "-q", "-b", $"{PageBytes}", "-E", "lazy_itable_init=1,nodiscard", image).ShouldBe("");
        var volume = Mount("volume", Attach(image));
        var store = Path.Combine(volume, "store");

        var outcome = FaultyProcess.RunUndisturbed("write", engineName, store, $"{Batches}");
        outcome.ExitCode.ShouldBe(Program.StoppedItself, outcome.Output[^Math.Min(1000, outcome.Output.Length)..]);
        outcome.Acknowledged.Length.ShouldBeInRange(1, Batches - 1);

        Command("umount", volume).ShouldBe("");
        _mounted.Remove(volume);
        Detach();
        // What the kernel had not written back it has dropped; the volume gets the space that it promised.
        Command("mount", "-o", "remount,size=200m", backing).ShouldBe("");
        Mount("volume", Attach(image));
        using var engine = StorageEngines.Open(engineName, Program.Options(store));
        foreach (var batch in outcome.Acknowledged)
            engine.Get(Program.Key(batch)).ShouldBe(Program.Value(batch), $"batch {batch} of {outcome.Acknowledged.Length} acknowledged");
        engine.Put("written", "after");
        engine.Flush();
    }

    /// <summary>
    /// The image as a device. One page at a time is written to what is behind it: of a larger write that found space for a part, the loop
    /// driver loses the rest without a word, which no file system on it can know.
    /// </summary>
    private string Attach(string image)
    {
        var (code, output) = FaultyProcess.Start("losetup", "--find", "--show", image);
        code.ShouldBe(0, output);
        _device = output.Trim();
        File.WriteAllText($"/sys/block/{Path.GetFileName(_device)}/queue/max_sectors_kb", $"{PageBytes / 1024}");
        return _device;
    }

    private void Detach()
    {
        if (_device is not null)
            Command("losetup", "--detach", _device).ShouldBe("");
        _device = null;
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
