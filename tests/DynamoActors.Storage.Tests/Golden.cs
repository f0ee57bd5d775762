using DynamoActors.Storage.Files;

namespace DynamoActors.Storage.Tests;

/// <summary>Files as hexadecimal text.</summary>
internal static class Golden
{
    public static string Read(MemoryFileSystem disk, string path, int count = int.MaxValue)
    {
        using var file = disk.Open(path, FileOpening.Read);
        var bytes = new byte[Math.Min(count, file.Length)];
        file.Read(0, bytes).ShouldBe(bytes.Length);
        return Convert.ToHexString(bytes);
    }

    public static void Write(MemoryFileSystem disk, string path, string hex)
    {
        using var file = disk.Open(path, FileOpening.CreateNew);
        file.Write(0, Convert.FromHexString(hex));
        file.Sync();
    }
}
