using System.Globalization;
using DynamoActors.Storage.Background;
using DynamoActors.Storage.Engines;
using DynamoActors.Storage.Files;

namespace DynamoActors.Storage.Tests.Faults;

/// <summary>What runs in a process of its own, where a tracer makes system calls fail.</summary>
internal static class Program
{
    public const int StoppedItself = 3;

    public static int Main(string[] arguments)
    {
        try
        {
            switch (arguments)
            {
                case ["call", var name, var directory]:
                    DiskCalls.Run(name, directory);
                    break;
                case ["write", var engine, var directory, var batches]:
                    Write(engine, directory, int.Parse(batches, CultureInfo.InvariantCulture));
                    break;
                default:
                    throw new ArgumentException($"no such task: {string.Join(' ', arguments)}");
            }
            return 0;
        }
        catch (IOException e)
        {
            Console.WriteLine($"{e.GetType().Name}: {e.Message}");
            return StoppedItself;
        }
    }

    public static StorageOptions Options(string directory) =>
        new(directory, new RealFileSystem(), new InlineBackgroundWork(), TimeProvider.System)
        {
            Log = new LogOptions { SegmentBytes = 64 << 10, SpareSegments = 1 },
            Lsm = new LsmOptions { MemtableBytes = 32 << 10, Level0CompactionTables = 2, Level1Bytes = 64 << 10, TableBytes = 32 << 10 },
            Snapshot = new SnapshotOptions { LogBytes = 64 << 10 },
        };

    public static string Key(int batch) => batch.ToString("D6", CultureInfo.InvariantCulture);

    public static string Value(int batch) => string.Concat(Enumerable.Repeat($"value {batch} ", IsLarge(batch) ? 1000 : 40));

    private static bool IsLarge(int batch) => batch % 7 == 3;

    /// <summary>Says of each batch that it is durable, as a node would to its client.</summary>
    private static void Write(string engineName, string directory, int batches)
    {
        using var engine = StorageEngines.Open(engineName, Options(directory));
        for (var batch = 0; batch < batches; batch++)
        {
            var sequence = IsLarge(batch)
                ? engine.AppendLarge(new WriteBatch().Put(Keys.Bytes(Key(batch)), Keys.Bytes(Value(batch))))
                : engine.Put(Key(batch), Value(batch));
            engine.WriteLarge();
            if (engine.Flush() >= sequence)
                Console.WriteLine($"acknowledged {batch}");
        }
    }
}
