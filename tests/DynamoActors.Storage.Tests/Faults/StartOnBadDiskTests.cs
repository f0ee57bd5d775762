using DynamoActors.Storage.Engines;

namespace DynamoActors.Storage.Tests.Faults;

/// <summary>What opening says on a disk of the operating system that cannot be written to.</summary>
public sealed class StartOnBadDiskTests : IDisposable
{
    private readonly string _disk = Directory.CreateTempSubdirectory("bad-disk-").FullName;

    public StartOnBadDiskTests()
    {
        if (Environment.IsPrivilegedProcess && OperatingSystem.IsLinux())
            Mount("-t", "tmpfs", "-o", "size=4m", "none", _disk);
    }

    public void Dispose()
    {
        if (Environment.IsPrivilegedProcess && OperatingSystem.IsLinux())
            FaultyProcess.Start("umount", _disk).Code.ShouldBe(0);
        Directory.Delete(_disk, recursive: true);
    }

    [MountTheory]
    [InlineData("lsm")]
    [InlineData("snapshot")]
    public void A_read_only_disk_is_called_so(string engine)
    {
        Write(engine);
        Mount("-o", "remount,ro", _disk);
        var refusal = Should.Throw<StorageRefusedException>(() => Open(engine)).Message;
        refusal.ShouldContain("read-only");
        refusal.ShouldNotContain("process");
    }

    [MountTheory]
    [InlineData("lsm")]
    [InlineData("snapshot")]
    public void A_start_on_a_full_disk_reads_and_promises_nothing_that_does_not_happen(string engine)
    {
        Write(engine);
        FillUp();
        using (var opened = Open(engine))
        {
            opened.Get("a").ShouldBe("1");
        }
        var refusal = Should.Throw<StorageFullException>(() => Open(engine, "new")).Message;
        refusal.ShouldContain("Free space");
        refusal.ShouldNotContain("again");
    }

    private void Write(string engine)
    {
        using var opened = Open(engine);
        opened.Put("a", "1");
        opened.Flush();
    }

    private IStorageEngine Open(string engine, string name = "store") =>
        StorageEngines.Open(engine, Program.Options(Path.Combine(_disk, name)));

    private void FillUp()
    {
        using var filling = File.Create(Path.Combine(_disk, "filling"));
        try
        {
            while (true)
            {
                filling.Write(new byte[4096]);
                filling.Flush();
            }
        }
        catch (IOException)
        {
            // That is what full means.
        }
    }

    private static void Mount(params string[] arguments) => FaultyProcess.Start("mount", arguments).Code.ShouldBe(0);
}
