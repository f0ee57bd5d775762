using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace DynamoActors.Storage.Files;

/// <summary>
/// The calls of a Unix C library that .NET does not offer, or offers without telling of their errors. Each returns -1 and sets errno on
/// failure.
/// </summary>
internal static partial class UnixCalls
{
    public const int OpenReadOnly = 0;
    public const int Interrupted = 4;

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Link(string existing, string added);

    // File.Move copies where the two are on different disks: then the new name is there before its bytes are.
    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Rename(string from, string to);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial SafeFileHandle Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    public static partial int Sync(SafeFileHandle file);

    /// <summary>Bytes and what is needed to find them, the length included; not the times of the file.</summary>
    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    public static partial int SyncData(SafeFileHandle file);
}
