using DynamoActors.Storage.Files;

namespace DynamoActors.Storage.Tests.Lsm;

/// <summary>
/// The power goes at every sync, rename and deletion of a random history; what is left of the unsynced writes is random. Each disk left
/// behind must
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

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    public void A_power_cut_while_a_store_opens_after_its_process_died_takes_nothing_back(int seed)
    {
        var run = new CrashRun(seed);
        run.Write();
        run.DeadProcesses.Count.ShouldBeGreaterThan(10, $"seed {seed}");
        foreach (var cut in run.DeadProcesses.Where((_, i) => i % 4 == 0))
        {
            foreach (var opening in run.CutsWhileOpening(cut))
                run.Check(opening);
        }
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

        /// <summary>
        /// Where the process died between writing and syncing an edit of the manifest: the next one sees what may not last.
        /// </summary>
        public List<Cut> DeadProcesses { get; } = [];

        public void Write()
        {
            var disk = new MemoryFileSystem();
            disk.Before = operation =>
            {
                if (IsBoundary(operation))
                    Cuts.Add(new Cut(operation.Number, disk.AfterPowerLoss(_powerLoss), _acknowledged, _states.Count - 1));
                if (operation.Kind == DiskOperationKind.Sync && operation.Path.Contains("MANIFEST", StringComparison.Ordinal))
                    DeadProcesses.Add(new Cut(operation.Number, disk.AfterProcessCrash(), _acknowledged, _states.Count - 1));
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

        public List<Cut> CutsWhileOpening(Cut cut)
        {
            var cuts = new List<Cut>();
            cut.Disk.Before = operation =>
            {
                if (IsBoundary(operation))
                    cuts.Add(cut with { Operation = operation.Number, Disk = cut.Disk.AfterPowerLoss(_powerLoss) });
            };
            LsmStore.Open(cut.Disk).Dispose();
            return cuts;
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
                + string.Join(
                    " | ", _states.Skip(cut.Acknowledged).Take(cut.Begun - cut.Acknowledged + 1).Select(state => string.Join(" ", state))));
            using var again = LsmStore.Open(cut.Disk.AfterPowerLoss(new Random(seed)));
            again.List().ShouldBe([.. found.Append($"after={context}").Order(StringComparer.Ordinal)], context);
        }

        private void Step(IStorageEngine engine)
        {
            switch (_random.Next(20))
            {
                case 0:
                    // Some of the time everything, so that whole tables go.
                    var isAll = _random.Next(3) == 0;
                    var from = isAll ? "0" : RandomHistory.Key(_random.Next(KeyCount))[..3];
                    var to = isAll ? "9" : RandomHistory.Key(_random.Next(KeyCount));
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

        private static bool IsBoundary(DiskOperation operation) =>
            operation.Kind is DiskOperationKind.Sync or DiskOperationKind.SyncDirectory
                or DiskOperationKind.Rename or DiskOperationKind.Delete;

        private void Begin() => _states.Add([.. _model.Select(entry => $"{entry.Key}={entry.Value}")]);
    }
}
