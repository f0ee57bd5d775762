using DynamoActors.Storage;
using DynamoActors.Storage.Files;

namespace DynamoActors.Fuzz.Targets;

/// <summary>A disk in memory with a few files.</summary>
internal static class Disk
{
    public const string Directory = "/store";

    public static MemoryFileSystem With(params (string Name, byte[] Bytes)[] files)
    {
        var disk = new MemoryFileSystem();
        disk.CreateDirectory(Directory);
        foreach (var (name, bytes) in files)
        {
            using var file = disk.Open(Path.Combine(Directory, name), FileOpening.CreateNew);
            file.Write(0, bytes);
        }

        return disk;
    }

    public static byte[] Read(IFileSystem disk, string name)
    {
        using var file = disk.Open(Path.Combine(Directory, name), FileOpening.Read);
        var bytes = new byte[file.Length];
        file.Read(0, bytes);
        return bytes;
    }
}
