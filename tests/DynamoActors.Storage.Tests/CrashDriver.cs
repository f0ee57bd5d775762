using DynamoActors.Core.Bytes;
using DynamoActors.Storage.Files;

namespace DynamoActors.Storage.Tests;

/// <summary>
/// Runs a random history, copies the disk as a power cut or a crash of the process would leave it before any of its operations, opens every
/// copy and compares: the store must equal the history up to some batch, not before the last one acknowledged by then and not after the
/// last appended.
/// </summary>
internal sealed class CrashDriver(Func<MemoryFileSystem, IStorageEngine> open, int seed)
{
    private const int KeyCount = 120;

    private readonly List<Cut> _cuts = [];
    private readonly List<uint> _states = [];
    private readonly Random _choices = new(seed * 7919);

    /// <param name="steps">Of the history.</param>
    /// <param name="cuts">How many of the operations to cut at, spread over all.</param>
    public void Run(int steps, int cuts)
    {
        var operations = CountOperations(steps);
        RunHistory(new MemoryFileSystem(), steps, (disk, number, acknowledged) =>
        {
            if (_choices.NextInt64(operations) < cuts)
                _cuts.Add(new Cut(Left(disk), number, acknowledged, _states.Count - 1));
        });
        _cuts.Count.ShouldBeGreaterThan(cuts / 2);
        foreach (var cut in _cuts)
            Check(cut);
    }

    // Where only the process dies, opening finds what was never synced, and has to make it durable itself.
    private MemoryFileSystem Left(MemoryFileSystem disk) =>
        _choices.Next(3) == 0 ? disk.AfterProcessCrash() : disk.AfterPowerLoss(_choices);

    private long CountOperations(int steps)
    {
        long operations = 0;
        RunHistory(new MemoryFileSystem(), steps, (_, number, _) => operations = number);
        return operations;
    }

    private void RunHistory(MemoryFileSystem disk, int steps, Action<MemoryFileSystem, long, int> before)
    {
        var random = new Random(seed);
        var model = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var acknowledged = 0;
        _states.Clear();
        _states.Add(Fingerprint(model.Select(entry => $"{entry.Key}={entry.Value}")));
        disk.Before = operation => before(disk, operation.Number, acknowledged);
        using var engine = open(disk);
        for (var step = 0; step < steps; step++)
        {
            if (Step(random, engine, model))
                acknowledged = _states.Count - 1;
        }
        disk.Before = null;
    }

    /// <summary>True where everything so far is acknowledged.</summary>
    private bool Step(Random random, IStorageEngine engine, SortedDictionary<string, string> model)
    {
        var kind = random.Next(40);
        if (kind is > 0 and < 8)
        {
            engine.Flush();
            return true;
        }
        if (kind == 0)
        {
            var from = RandomHistory.Key(random.Next(KeyCount));
            RandomHistory.Drop(model, from[..4], from);
            Remember(model);
            engine.DropRange(Keys.Bytes(from[..4]), Keys.Bytes(from));
            return true;
        }
        var batch = RandomHistory.Batch(random, model, KeyCount);
        if (random.Next(30) == 0)
        {
            // Large enough to be written from where it is, and to be torn in many places.
            model["big"] = new string((char)('A' + random.Next(26)), 20_000);
            batch.Put(Keys.Bytes("big"), Keys.Bytes(model["big"]));
        }
        Remember(model);
        engine.Append(batch);
        return false;
    }

    private void Remember(SortedDictionary<string, string> model) =>
        _states.Add(Fingerprint(model.Select(entry => $"{entry.Key}={entry.Value}")));

    private void Check(Cut cut)
    {
        var where = $"seed {seed}, cut before operation {cut.Operation}";
        var second = CutWhileOpening(cut.Disk);
        CheckOpens(cut.Disk, cut, where);
        CheckOpens(second, cut, where + ", and again while opening");
    }

    /// <summary>What is left when the power goes once more while a copy of the disk is opened.</summary>
    private MemoryFileSystem CutWhileOpening(MemoryFileSystem disk)
    {
        var copy = disk.AfterProcessCrash();
        MemoryFileSystem? left = null;
        copy.Before = _ =>
        {
            if (left is null || _choices.Next(4) == 0)
                left = copy.AfterPowerLoss(_choices);
        };
        open(copy).Dispose();
        return left!;
    }

    private void CheckOpens(MemoryFileSystem disk, Cut cut, string where)
    {
        List<string> found;
        using (var engine = open(disk))
        {
            found = engine.List();
            var states = _states.GetRange(cut.Acknowledged, cut.Appended - cut.Acknowledged + 1);
            states.ShouldContain(
                Fingerprint(found), $"{where}: {found.Count} entries that are no state from {cut.Acknowledged} to {cut.Appended}");
            engine.Put("written after", "the cut");
            engine.Flush();
        }
        // What opening left behind must not spoil the next opening.
        found.Insert(~found.BinarySearch("written after", StringComparer.Ordinal), "written after=the cut");
        using var again = open(disk.AfterPowerLoss(_choices));
        again.List().ShouldBe(found, where);
    }

    private static uint Fingerprint(IEnumerable<string> entries) =>
        entries.Aggregate(0u, (checksum, entry) => Crc32C.Append(Crc32C.Append(checksum, entry.Length), Keys.Bytes(entry)));

    /// <param name="Acknowledged">The index of the last state that must be there.</param>
    /// <param name="Appended">The index of the last state that may be.</param>
    private sealed record Cut(MemoryFileSystem Disk, long Operation, int Acknowledged, int Appended);
}
