#pragma warning disable RS0030 // One of the files that touch the operating system's disk.
using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace DynamoActors.Storage.Files;

/// <summary>
/// A lock file: an exclusive handle, which the operating system gives back when the process dies, whatever way it died.
/// The file stays; it holds the process id of its last holder in decimal.
/// </summary>
internal sealed class RealFileLock : IDisposable
{
    private readonly SafeFileHandle _handle;

    private RealFileLock(SafeFileHandle handle) => _handle = handle;

    public static RealFileLock Take(string path)
    {
        SafeFileHandle handle;
        try
        {
            handle = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (DiskErrors.Translate(e, path) is { } translated)
        {
            throw translated;
        }
        catch (IOException e) when (DiskErrors.IsInUse(e))
        {
            throw new StorageRefusedException(
                $"{path} is locked by {Holder(path)}. One process at a time may use a store: "
                + "stop that process, or choose another directory.", e);
        }
        NoteHolder(handle);
        return new RealFileLock(handle);
    }

    public void Dispose() => _handle.Dispose();

    private static void NoteHolder(SafeFileHandle handle)
    {
        try
        {
            RandomAccess.SetLength(handle, 0);
            RandomAccess.Write(handle, Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)), 0);
        }
        catch (IOException)
        {
            // On a full disk the lock holds without a name on it.
        }
    }

    // .NET's own open would ask for a shared lock and be refused too.
    private static string Holder(string path)
    {
        const string Unknown = "another process";
        if (OperatingSystem.IsWindows())
            return Unknown;
        using var handle = UnixCalls.Open(path, UnixCalls.OpenReadOnly);
        if (handle.IsInvalid)
            return Unknown;
        Span<byte> digits = stackalloc byte[20];
        var text = Encoding.ASCII.GetString(digits[..RandomAccess.Read(handle, digits, 0)]);
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? $"process {id}" : Unknown;
    }
}
