using System.Runtime.InteropServices;

namespace Akka.Embedded.Persistence;

/// <summary>A directory of the local file system, made when the first file is.</summary>
public sealed class LocalJournalFiles(string directory) : IJournalFiles
{
    private const string Unfinished = ".tmp";

    public string Location { get; } = Path.GetFullPath(directory);

    public byte[]? Read(string name) => File.Exists(PathOf(name)) ? File.ReadAllBytes(PathOf(name)) : null;

    public void Append(string name, ReadOnlySpan<byte> bytes)
    {
        MakeDirectory();
        bool isNew = !File.Exists(PathOf(name));
        using (var file = new FileStream(PathOf(name), FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0))
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }
        if (isNew) SyncDirectory(Location);
    }

    public void Cut(string name, long length)
    {
        using var file = new FileStream(PathOf(name), FileMode.Open, FileAccess.Write, FileShare.Read, bufferSize: 0);
        file.SetLength(length);
        file.Flush(flushToDisk: true);
    }

    public void Replace(string name, ReadOnlySpan<byte> bytes)
    {
        MakeDirectory();
        string unfinished = PathOf(name) + Unfinished;
        using (var file = new FileStream(unfinished, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }
        File.Move(unfinished, PathOf(name), overwrite: true);
        SyncDirectory(Location);
    }

    public void Delete(string name)
    {
        if (!File.Exists(PathOf(name))) return;
        File.Delete(PathOf(name));
        SyncDirectory(Location);
    }

    public IReadOnlyList<string> List() => !Directory.Exists(Location) ? [] :
        [.. Directory.EnumerateFiles(Location).Select(path => Path.GetFileName(path)).Where(name => !name.EndsWith(Unfinished, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    private void MakeDirectory()
    {
        if (Directory.Exists(Location)) return;
        Directory.CreateDirectory(Location);
        if (Path.GetDirectoryName(Location) is { } parent) SyncDirectory(parent);
    }

    private string PathOf(string name) => Path.Combine(Location, name);

    // A new name survives a power loss only once its directory has been synced. .NET opens no directories, hence the system calls;
    // Windows keeps names in its log and needs none of this.
    private static void SyncDirectory(string directory)
    {
        if (OperatingSystem.IsWindows()) return;
        int handle = Open(directory, flags: 0);
        if (handle < 0) throw new IOException($"cannot open the directory {directory} to make a change of its files durable: error {Marshal.GetLastPInvokeError()}");
        try
        {
            if (Sync(handle) != 0) throw new IOException($"cannot make a change of the files in {directory} durable: error {Marshal.GetLastPInvokeError()}");
        }
        finally
        {
            _ = Close(handle);
        }
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static extern int Sync(int handle);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    private static extern int Close(int handle);
}
