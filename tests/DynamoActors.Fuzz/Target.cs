using DynamoActors.Fuzz.Targets;

namespace DynamoActors.Fuzz;

/// <summary>Something that reads what strangers, other nodes, disks or operators give it.</summary>
/// <param name="Seeds">Sound inputs to begin with; what fuzzing has found beside them lies in Corpus/NAME.</param>
/// <param name="Attempt">Throws where the reader does other than it promises.</param>
internal sealed record Target(string Name, Func<byte[][]> Seeds, Action<byte[]> Attempt)
{
    /// <summary>What one input may have made of memory: a fixed part, which is some limit's, and what goes with its length.</summary>
    private const long BytesMax = 32 << 20, BytesPerByteMax = 4096;

    public static readonly Target[] All =
    [
        new("http", HttpTarget.Seeds, HttpTarget.Attempt),
        new("resp", RespTarget.Seeds, RespTarget.Attempt),
        new("texts", TextTarget.Seeds, TextTarget.Attempt),
        new("frames", FrameTarget.Seeds, FrameTarget.Attempt),
        new("records", RecordTarget.Seeds, RecordTarget.Attempt),
        new("log", LogTarget.Seeds, LogTarget.Attempt),
        new("tables", TableTarget.Seeds, TableTarget.Attempt),
        new("manifest", ManifestTarget.Seeds, ManifestTarget.Attempt),
        new("journal", JournalTarget.Seeds, JournalTarget.Attempt),
        new("hocon", HoconTarget.Seeds, HoconTarget.Attempt),
    ];

    public static Target Named(string name) => All.FirstOrDefault(target => target.Name == name)
        ?? throw new ArgumentException($"'{name}' is no target; there are {string.Join(", ", All.Select(target => target.Name))}.");

    /// <summary>The seeds, and what lies in Corpus.</summary>
    public byte[][] Corpus
    {
        get
        {
            var kept = Path.Combine(AppContext.BaseDirectory, "Corpus", Name);
            var files = Directory.Exists(kept) ? Directory.GetFiles(kept).Order(StringComparer.Ordinal) : Enumerable.Empty<string>();
            return [.. Seeds(), .. files.Select(File.ReadAllBytes)];
        }
    }

    /// <exception cref="Exception">The reader does other than it promises, or takes memory without bound.</exception>
    public void Try(byte[] input)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        Attempt(input);
        var taken = GC.GetAllocatedBytesForCurrentThread() - before;
        if (taken > BytesMax + BytesPerByteMax * input.Length)
            throw new InvalidOperationException($"{input.Length} bytes of input made it take {taken} bytes of memory");
    }
}
