using DynamoActors.Storage.FileSystem;

namespace DynamoActors.Storage.Tests.Lsm;

/// <summary>
/// The power goes at every sync, rename and deletion of a random history; what is left of the unsynced writes is random. Each disk left behind must
/// open to the state after some batch that was begun, and none that was acknowledged may be missing.
/// </summary>
public sealed class LsmCrashTests
{
    private const int Steps = 160, KeyCount = 60;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Whatever_a_power_cut_leaves_opens_to_a_prefix_with_everything_acknowledged(int seed)
    {
        var run = new CrashRun(seed);
        run.Write();
        run.Cuts.Count.ShouldBeGreaterThan(100, $"seed {seed}");
        foreach (var cut in run.Cuts)
            run.Check(cut);
    }

    /// <param name="Acknowledged">Steps known to be durable when the power went.</param>
    /// <param name="Begun">Steps that may have reached the disk.</param>
    private sealed record Cut(long Operation, MemoryFileSystem Disk, int Acknowledged, int Begun);

    private sealed class CrashRun(int seed)
    {
        private readonly Random _random = new(seed);
        private readonly Random _powerLoss = new(seed + 1000);
        private readonly SortedDictionary<string, string> _model = new(StringComparer.Ordinal);
        private readonly List<List<string>> _states = [[]];
        private int _acknowledged;

        public List<Cut> Cuts { get; } = [];

        public void Write()
        {
            var disk = new MemoryFileSystem();
            disk.Before = operation =>
            {
                if (operation.Kind is DiskOperationKind.Sync or DiskOperationKind.SyncDirectory or DiskOperationKind.Rename or DiskOperationKind.Delete)
                    Cuts.Add(new Cut(operation.Number, disk.AfterPowerLoss(_powerLoss), _acknowledged, _states.Count - 1));
            };
            var options = SmallLsm.Options with { MemtableBytes = 1500, TableBytes = 2000, Level1Bytes = 4000, BackgroundPieceBytes = 700 };
            var engine = LsmStore.Open(disk, options);
            for (var step = 0; step < Steps; step++)
            {
                if (_random.Next(60) == 0)
                {
                    engine.Dispose();
                    // Closing flushes; opening again shows that it did.
                    _acknowledged = _states.Count - 1;
                    engine = LsmStore.Open(disk, options);
                }
                Step(engine);
            }
            disk.Before = null;
            engine.Dispose();
        }

        public void Check(Cut cut)
        {
            var context = $"seed {seed}, cut before disk operation {cut.Operation}, acknowledged {cut.Acknowledged}, begun {cut.Begun}";
            string report;
            List<string> found;
            try
            {
                using var engine = LsmStore.Open(cut.Disk);
                found = engine.List();
                report = string.Join(" ", engine.RecoveryReport);
                engine.Put("after", context);
                engine.Flush();
            }
            catch (Exception e)
            {
                throw new InvalidOperationException(context, e);
            }
            var matches = Enumerable.Range(cut.Acknowledged, cut.Begun - cut.Acknowledged + 1).Any(i => _states[i].SequenceEqual(found));
            matches.ShouldBeTrue($"{context}; {report}; found {string.Join(" ", found)}; expected one of "
                + string.Join(" | ", _states.Skip(cut.Acknowledged).Take(cut.Begun - cut.Acknowledged + 1).Select(state => string.Join(" ", state))));
            using var again = LsmStore.Open(cut.Disk.AfterPowerLoss(new Random(seed)));
            again.List().ShouldBe([.. found.Append($"after={context}").Order(StringComparer.Ordinal)], context);
        }

        private void Step(IStorageEngine engine)
        {
            switch (_random.Next(20))
            {
                case 0:
                    var from = RandomHistory.Key(_random.Next(KeyCount))[..3];
                    var to = RandomHistory.Key(_random.Next(KeyCount));
                    RandomHistory.Drop(_model, from, to);
                    Begin();
                    engine.DropRange(Keys.Bytes(from), Keys.Bytes(to));
                    // An empty range is nothing to make durable.
                    if (string.CompareOrdinal(from, to) < 0)
                        _acknowledged = _states.Count - 1;
                    break;
                case < 6:
                    engine.Flush();
                    _acknowledged = _states.Count - 1;
                    break;
                default:
                    var batch = RandomHistory.Batch(_random, _model, KeyCount);
                    Begin();
                    engine.Append(batch);
                    break;
            }
        }

        private void Begin() => _states.Add([.. _model.Select(entry => $"{entry.Key}={entry.Value}")]);
    }
}
