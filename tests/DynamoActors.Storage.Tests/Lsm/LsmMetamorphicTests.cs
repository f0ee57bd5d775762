using DynamoActors.Storage.Background;
using DynamoActors.Storage.Files;
using DynamoActors.Storage.Lsm.Engine;

namespace DynamoActors.Storage.Tests.Lsm;

/// <summary>One history under many settings: how the store is laid out must not show in any answer.</summary>
public sealed class LsmMetamorphicTests
{
    private const int Steps = 1200, KeyCount = 250;

    private static readonly LsmOptions Small = SmallLsm.Options;

    public static TheoryData<string> Settings => [.. Configurations.Keys];

    private static readonly Dictionary<string, LsmOptions> Configurations = new()
    {
        ["defaults"] = new LsmOptions(),
        ["small"] = Small,
        ["a table for every batch"] = Small with { MemtableBytes = 1 },
        ["one waiting memtable"] = Small with { WaitingMemtablesMax = 1 },
        ["one-block cache"] = Small with { BlockCacheBytes = 2 << 10 },
        ["no cache"] = Small with { BlockCacheBytes = 0 },
        ["no bloom filter"] = Small with { BloomBitsPerKey = 0 },
        ["one bloom bit"] = Small with { BloomBitsPerKey = 1 },
        ["compressed"] = Small with { Compression = BlockCompression.Brotli },
        ["compressed, large blocks"] = Small with { Compression = BlockCompression.Brotli, BlockBytes = 16 << 10 },
        ["an entry a block"] = Small with { BlockBytes = 1 },
        ["restart at every key"] = Small with { RestartInterval = 1 },
        ["one restart a block"] = Small with { RestartInterval = 1000, BlockBytes = 8 << 10 },
        ["compaction after every flush"] = Small with { MemtableBytes = 600, Level0CompactionTables = 1, Level1Bytes = 1 },
        ["deep levels"] = Small with { MemtableBytes = 1 << 10, TableBytes = 512, Level1Bytes = 1 << 10, LevelGrowth = 2 },
        ["one table a level"] = Small with { TableBytes = long.MaxValue, Level1Bytes = 4 << 10 },
        ["all values by reference"] = Small with { InlineValueBytesMax = 0 },
        ["one entry a piece"] = Small with { BackgroundPieceBytes = 1, MemtableBytes = 4 << 10 },
        ["never compacted"] = Small with { Level0CompactionTables = 10_000, Level0SlowdownTables = 10_000, Level0StopTables = 10_000 },
        [Manual] = Small with { MemtableBytes = 2 << 10 },
        [Threaded] = Small with { MemtableBytes = 2 << 10 },
    };

    private const string Manual = "background by hand", Threaded = "background on a thread";

    [Theory]
    [MemberData(nameof(Settings))]
    public void The_same_history_gives_the_same_answers(string configuration)
    {
        foreach (var seed in new[] { 11, 12 })
            new History(configuration, seed).Run();
    }

    private sealed class History(string configuration, int seed)
    {
        private readonly Random _random = new(seed);
        private readonly MemoryFileSystem _disk = new();
        private readonly SortedDictionary<string, string> _model = new(StringComparer.Ordinal);
        private readonly ManualBackgroundWork _manual = new();
        private LsmEngine _engine = null!;
        private int _checkpoints;

        public void Run()
        {
            using var thread = new BackgroundThread("metamorphic", _ => { });
            IBackgroundWork background = configuration switch { Manual => _manual, Threaded => thread, _ => new InlineBackgroundWork() };
            _engine = Open(background);
            for (var step = 0; step < Steps; step++)
            {
                try
                {
                    Step(background);
                }
                catch (Exception e)
                {
                    throw new InvalidOperationException($"Configuration '{configuration}', seed {seed}, step {step}.", e);
                }
            }
            _engine.List().ShouldBe(Expected(), $"configuration '{configuration}', seed {seed}, at the end");
            _engine.Dispose();
        }

        private LsmEngine Open(IBackgroundWork background) => LsmStore.Open(_disk, Configurations[configuration], background);

        private void Step(IBackgroundWork background)
        {
            switch (_random.Next(100))
            {
                case < 2: Drop(); break;
                case < 6: _engine.Flush(); break;
                case < 8: _engine.WriteLarge(_random.Next(2) == 0 ? 1 : long.MaxValue); break;
                case 8: Reopen(background); break;
                case 9: Checkpoint(); break;
                case < 14: Scan(); break;
                case < 40: Get(); break;
                default: Append(); break;
            }
        }

        private void Append()
        {
            var batch = RandomHistory.Batch(_random, _model, KeyCount);
            while (true)
            {
                try
                {
                    _ = _random.Next(4) == 0 ? _engine.AppendLarge(batch) : _engine.Append(batch);
                    return;
                }
                catch (StorageOverloadedException)
                {
                    // By hand: nothing happens until it is asked for. On a thread: it is on its way.
                    _manual.RunAll();
                    Thread.Yield();
                }
            }
        }

        private void Get()
        {
            var key = RandomHistory.Key(_random.Next(KeyCount + 10));
            _engine.Get(key).ShouldBe(_model.GetValueOrDefault(key), key);
        }

        private void Scan()
        {
            var from = RandomHistory.Key(_random.Next(KeyCount));
            var to = _random.Next(2) == 0 ? null : RandomHistory.Key(_random.Next(KeyCount));
            _engine.List(from, to).ShouldBe(Expected().Where(
                entry => string.CompareOrdinal(entry[..9], from) >= 0 && (to is null || string.CompareOrdinal(entry[..9], to) < 0)));
        }

        private void Drop()
        {
            var from = RandomHistory.Key(_random.Next(KeyCount));
            var to = RandomHistory.Key(_random.Next(KeyCount))[..6];
            _engine.DropRange(Keys.Bytes(from), Keys.Bytes(to));
            RandomHistory.Drop(_model, from, to);
        }

        private void Reopen(IBackgroundWork background)
        {
            _engine.Flush();
            _engine.Dispose();
            _manual.RunAll();
            _engine = Open(background);
            _engine.RecoveryReport.ShouldBeEmpty();
        }

        private void Checkpoint()
        {
            var directory = $"/checkpoints/{_checkpoints++}";
            _engine.Checkpoint(directory);
            using var copy = LsmStore.Open(_disk, Configurations["small"], directory: directory);
            copy.List().ShouldBe(Expected(), directory);
        }

        private IEnumerable<string> Expected() => _model.Select(entry => $"{entry.Key}={entry.Value}");
    }
}
