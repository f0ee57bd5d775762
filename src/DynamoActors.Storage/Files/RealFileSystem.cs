#pragma warning disable RS0030 // One of the files that touch the operating system's disk.

namespace DynamoActors.Storage.Files;

/// <summary>The operating system's file system.</summary>
/// <remarks>
/// Windows has neither a sync of directories nor, through .NET, hard links: there NTFS's journal orders names by itself and
/// <see cref="SyncDirectory"/> does nothing, and <see cref="Link"/> copies the file and syncs the copy.
/// </remarks>
public sealed class RealFileSystem : IFileSystem
{
    public IFile Open(string path, FileOpening opening)
    {
        var mode = opening == FileOpening.CreateNew ? FileMode.CreateNew : FileMode.Open;
        var access = opening == FileOpening.Read ? FileAccess.Read : FileAccess.ReadWrite;
        return DiskErrors.Translating(
            path, () => new RealFile(path, File.OpenHandle(path, mode, access, FileShare.ReadWrite | FileShare.Delete)));
    }

    public bool Exists(string path) => Path.Exists(path);

    public void CreateDirectory(string path) => DiskErrors.Translating(path, () => Directory.CreateDirectory(path));

    public IReadOnlyList<string> List(string directory)
    {
        if (!Directory.Exists(directory))
            return [];
        return DiskErrors.Translating(directory, () => Directory.EnumerateFileSystemEntries(directory)
            .Select(entry => Path.GetFileName(entry)).Order(StringComparer.Ordinal).ToArray());
    }

    public void Rename(string from, string to)
    {
        if (!OperatingSystem.IsWindows())
        {
            if (UnixCalls.Rename(from, to) != 0)
                throw DiskErrors.OfLastCall($"{from} cannot be renamed to {to}", to);
            return;
        }
        DiskErrors.Translating(to, () =>
        {
            if (Directory.Exists(from))
                Directory.Move(from, to);
            else
                File.Move(from, to, overwrite: true);
        });
    }

    public void Delete(string path)
    {
        try
        {
            DiskErrors.Translating(path, () => File.Delete(path));
        }
        catch (DirectoryNotFoundException)
        {
            // Where the directory is absent, so is the file.
        }
    }

    public void DeleteDirectory(string path) => DiskErrors.Translating(path, () =>
    {
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
    });

    public void Link(string existing, string added)
    {
        if (OperatingSystem.IsWindows())
        {
            File.Copy(existing, added);
            using var copy = Open(added, FileOpening.ReadWrite);
            copy.Sync();
        }
        else if (UnixCalls.Link(existing, added) != 0)
        {
            throw DiskErrors.OfLastCall($"{added} cannot be made a second name of {existing}", added);
        }
    }

    public void SyncDirectory(string path) => RealSync.Directory(path);

    public IDisposable Lock(string path) => RealFileLock.Take(path);
}
