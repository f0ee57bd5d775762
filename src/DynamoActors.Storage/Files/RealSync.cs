#pragma warning disable RS0030 // One of the files that touch the operating system's disk.
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace DynamoActors.Storage.Files;

/// <summary>
/// Makes files and directories durable. On Linux by the C library's own calls: <see cref="RandomAccess.FlushToDisk"/> of .NET 10 returns
/// there without a word when <c>fsync</c> fails, and a lost write would be acknowledged.
/// </summary>
internal static class RealSync
{
    /// <exception cref="IOException">What was written since the last successful sync may be lost, whatever a later sync says.</exception>
    public static void File(SafeFileHandle file, string path)
    {
        if (OperatingSystem.IsLinux())
            Call(() => UnixCalls.SyncData(file), path);
        else
            RandomAccess.FlushToDisk(file);
    }

    public static void Directory(string path)
    {
        // NTFS orders names by its own journal, and there is no call.
        if (OperatingSystem.IsWindows())
            return;
        using var directory = UnixCalls.Open(path.Length == 0 ? "." : path, UnixCalls.OpenReadOnly);
        if (directory.IsInvalid)
            throw DiskErrors.OfLastCall($"The directory {path} cannot be opened to sync it", path);
        Call(() => UnixCalls.Sync(directory), path);
    }

    private static void Call(Func<int> sync, string path)
    {
        while (sync() != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error != UnixCalls.Interrupted)
                throw DiskErrors.SyncFailed(path, error);
        }
    }
}
