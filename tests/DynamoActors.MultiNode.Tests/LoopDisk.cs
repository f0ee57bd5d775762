using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace DynamoActors.MultiNode.Tests;

/// <summary>A file system of its own in a file, which can be made to crash as a machine does: with all that was not synced.</summary>
internal sealed class LoopDisk : IDisposable
{
    /// <summary>EXT4_IOC_SHUTDOWN, and its flag for "and the journal is not written".</summary>
    private const nuint Shutdown = 0x8004587D;

    private const uint WithoutJournal = 2;

    private string _image = Path.GetTempFileName();
    private readonly string _directory;
    private bool _isMounted;

    private LoopDisk(string directory) => _directory = directory;

    public static LoopDisk MountAt(string directory)
    {
        Directory.CreateDirectory(directory);
        var disk = new LoopDisk(directory);
        using (var file = File.OpenWrite(disk._image)) file.SetLength(256 << 20);
        Run("mkfs.ext4", "-q", disk._image);
        disk.Mount();
        Directory.Delete(Path.Combine(directory, "lost+found"));
        return disk;
    }

    /// <summary>Every call fails from now on, and what was not synced is lost.</summary>
    public void Crash()
    {
        using var handle = Open(_directory, 0);
        var flags = WithoutJournal;
        if (Control(handle, Shutdown, ref flags) != 0)
            throw new InvalidOperationException($"{_directory} cannot be shut down: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <summary>
    /// What is on the disk after a crash, and nothing else. Of a copy: processes that began meanwhile in a namespace of their own keep the
    /// crashed one mounted there.
    /// </summary>
    public void MountAgain()
    {
        var copy = Path.GetTempFileName();
        File.Copy(_image, copy, overwrite: true);
        Dispose();
        _image = copy;
        Mount();
    }

    public void Dispose()
    {
        if (_isMounted) Run("umount", "--lazy", _directory);
        _isMounted = false;
        File.Delete(_image);
    }

    private void Mount()
    {
        Run("mount", "-o", "loop", _image, _directory);
        _isMounted = true;
    }

    private static void Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.ShouldBe(0, $"{program} {string.Join(' ', arguments)}: {errors}");
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern SafeFileHandle Open(string path, int flags);

    [DllImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static extern int Control(SafeFileHandle file, nuint request, ref uint argument);
}
