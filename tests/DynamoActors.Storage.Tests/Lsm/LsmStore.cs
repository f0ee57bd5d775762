using DynamoActors.Storage.Background;
using DynamoActors.Storage.Files;
using DynamoActors.Storage.Lsm.Engine;

namespace DynamoActors.Storage.Tests.Lsm;

/// <summary>Opens lsm stores for tests.</summary>
internal static class LsmStore
{
    public const string Home = "/data/store";

    public static LsmEngine Open(
        MemoryFileSystem disk,
        LsmOptions? options = null,
        IBackgroundWork? background = null,
        TimeProvider? time = null,
        string directory = Home) =>
        LsmEngine.Open(Options(disk, options, background, time, directory));

    public static StorageOptions Options(
        MemoryFileSystem disk,
        LsmOptions? options = null,
        IBackgroundWork? background = null,
        TimeProvider? time = null,
        string directory = Home) =>
        new(directory, disk, background ?? new InlineBackgroundWork(), time ?? TimeProvider.System)
        {
            Lsm = options ?? SmallLsm.Options,
            Log = new LogOptions { SegmentBytes = 16 << 10 },
        };

    public static string[] Tables(MemoryFileSystem disk, string directory = Home) =>
        [.. disk.List(directory).Where(name => name.EndsWith(".table", StringComparison.Ordinal))];

    public static byte[] Read(IFileSystem disk, string path)
    {
        using var file = disk.Open(path, FileOpening.Read);
        var bytes = new byte[file.Length];
        file.Read(0, bytes);
        return bytes;
    }

    public static void Overwrite(IFileSystem disk, string path, ReadOnlySpan<byte> bytes)
    {
        disk.Delete(path);
        using var file = disk.Open(path, FileOpening.CreateNew);
        file.Write(0, bytes);
        file.Sync();
    }

    /// <summary>Numbered keys with values that tell the round they were written in.</summary>
    public static void Fill(this IStorageEngine engine, int keys, string round, int valueLength = 50)
    {
        for (var i = 0; i < keys; i++)
            engine.Put($"key{i:D5}", Value(i, round, valueLength));
    }

    public static string Value(int key, string round, int valueLength = 50) => $"{round}-{key}-".PadRight(valueLength, 'x');
}
