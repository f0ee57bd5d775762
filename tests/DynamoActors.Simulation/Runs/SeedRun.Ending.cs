using DynamoActors.Core.Quorum;
using DynamoActors.Core.Versioning;
using DynamoActors.Simulation.Checkers;
using DynamoActors.Simulation.Histories;
using DynamoActors.Simulation.Workloads;

namespace DynamoActors.Simulation.Runs;

// What happens once every fault is over: replicas come to agree, deletions are dropped, and then nothing changes any more.
internal sealed partial class SeedRun
{
    private static readonly TimeSpan _convergenceMost = TimeSpan.FromSeconds(60);

    // A comparison that lost an answer in the last moment of the last fault is given up after twenty seconds.
    private static readonly TimeSpan _agreementMost = TimeSpan.FromSeconds(30);
    private const int RoundsOfAntiEntropyMost = 4;

    private static readonly TimeSpan _recoveryMost = TimeSpan.FromSeconds(5);

    // Every object may have to be moved, by any of the owners.
    private TimeSpan AgreementMost => _agreementMost + (RoundsOfAntiEntropyMost * _plan.Repair.Interval)
        + TimeSpan.FromSeconds(2.0 * _run.History.Keys.Sum(key => HeldBy(key)
            .Sum(held => held?.Siblings.Sum(sibling => sibling.Value.Length) ?? 0)) / _plan.Repair.BytesPerSecond);

    /// <summary>Every fault is over; one node gets several times what it may take, and some seconds later all must serve as ever.</summary>
    private bool Overload()
    {
        if (!_plan.IsTight) return true;
        bool isOver = false;
        _burst.Ask(_reader, _reader.AnyNode(), () => isOver = true);
        if (!Until(() => isOver, _stragglersMost)) return Fail("a request of a burst was never answered");
        if (!Settle(_recoveryMost)) return false;
        var probes = new List<Operation>();
        foreach (var node in _cluster.Nodes)
        {
            _reader.Put(new ObjectKey(Buckets.Siblings, "burst0"), null, Payload.Of(_reader.NextOperation, [], 0), QuorumOverrides.None,
                probes.Add, node: node);
            _reader.Get(new ObjectKey(Buckets.Siblings, "burst0"), QuorumOverrides.None, probes.Add, node);
        }
        if (!Until(() => probes.Count == 2 * _cluster.Nodes.Count, _stragglersMost)) return Fail(
            "a request after a burst was never answered");
        foreach (var checker in _run.Checkers.OfType<OverloadPasses>())
        {
            foreach (var probe in probes) checker.AfterBurst(probe);
            checker.WhenIdle();
        }
        return _run.Violations.Count == 0;
    }

    private bool Converge()
    {
        if (!Until(() => _cluster.Nodes.All(node => node is { IsRunning: true, HasHints: false }), _convergenceMost))
            return Fail(
                $"hints were not handed over within {_convergenceMost} after the last fault: "
                + $"{string.Join(", ", _cluster.Nodes.Where(node => node.IsRunning && node.HasHints).Select(node => node.Name))} still "
                + $"keeps some");
        return _plan.Repair.ByReads ? ConvergeByReads() : ConvergeByAntiEntropy();
    }

    private bool ConvergeByReads()
    {
        // Twice: what the first round repairs is on its way while the round ends.
        if (ReadAll() is null || !Settle(TimeSpan.FromSeconds(5)) || ReadAll() is not { } objects) return false;
        Final = new FinalState(objects);
        return true;
    }

    /// <summary>Nobody reads: owners find what they hold differently by themselves.</summary>
    private bool ConvergeByAntiEntropy()
    {
        var most = AgreementMost;
        if (!Until(() => Differing() is null, most))
            return _run.Violations.Count == 0
                && Fail($"owners still differ {most} after the last fault, with comparisons every {_plan.Repair.Interval}: {Differing()}");
        Final = new FinalState(_run.History.Keys.ToDictionary(key => key, key => HeldBy(key)[0]));
        return true;
    }

    private string? Differing()
    {
        foreach (var key in _run.History.Keys)
            if (HeldBy(key) is var held && held.Any(one => !Equals(
                one, held[0]))) return $"{key}: {string.Join(" / ", held.Select(one => (object?)one ?? "nothing"))}";
        return null;
    }

    private List<VersionedObject?> HeldBy(ObjectKey key)
    {
        int partition = _cluster.Ring!.PartitionOf(key.Bucket, key.Bytes);
        return [.. _cluster.OwnersOf(key.Bucket, key.Bytes).Select(owner => owner.Stored(key.Bucket, key.Bytes, partition))];
    }

    private bool CheckFinal()
    {
        foreach (var checker in _run.Checkers) checker.AtEnd(Final!);
        return _run.Violations.Count == 0;
    }

    /// <summary>Waits until every deletion that all owners hold is dropped; after that, too, none may have come back.</summary>
    private bool Reap()
    {
        if (!_plan.Repair.Reaps) return true;
        long now = _cluster.Nodes.Min(node => node.ClockMilliseconds);
        // A time from a clock that was ahead has to pass first.
        var deleted = _run.History.Keys.Where(key => Final![key] is { } held && held.WithoutExpired(now).IsDeleted
            && held.LatestTime.UnixMilliseconds <= now).ToList();
        var patience = _plan.Repair.DeletedAgeMin + AgreementMost;
        if (!Until(() => deleted.All(key => HeldBy(key).All(held => held is null)), patience))
            return _run.Violations.Count == 0
                && Fail($"deletions that every owner holds were not dropped within {patience}: "
                + $"{string.Join(", ", deleted.Where(key => HeldBy(key).Any(held => held is not null)))}");
        return Settle(_plan.Repair.Interval + TimeSpan.FromSeconds(5));
    }

    /// <summary>Reads answer what was found before, less what was dropped, and write nothing.</summary>
    private bool ReadOnceMore()
    {
        if (!Settle(TimeSpan.FromSeconds(2)) || !_plan.Repair.ByReads && !Until(() => Differing() is null, AgreementMost)) return false;
        long before = Appended();
        if (ReadAll() is not { } objects || !Settle(TimeSpan.FromSeconds(2))) return false;
        foreach (var checker in _run.Checkers.OfType<ConvergedReadsWriteNothing>()) checker.Check(before, Appended());
        foreach (var checker in _run.Checkers.OfType<DeletedStaysDeleted>()) checker.AfterReaping(Final!, new FinalState(objects));
        return _run.Violations.Count == 0;

        long Appended() => _cluster.Nodes.Sum(node => node.ObjectsAppended);
    }

    private Dictionary<ObjectKey, VersionedObject?>? ReadAll()
    {
        var objects = new Dictionary<ObjectKey, VersionedObject?>();
        var keys = new Queue<ObjectKey>(_run.History.Keys.ToList());
        var everybody = new QuorumOverrides(R: QuorumSetting.All);
        int total = keys.Count;
        var deadline = _simulation.Now + _convergenceMost;
        Next();
        return Until(() => objects.Count == total, _convergenceMost) ? objects
            : Refuse($"not every key could be read from all of its owners within {_convergenceMost} after the last fault: {States()}");

        void Next()
        {
            if (_simulation.Now < deadline && keys.TryPeek(out var key)) _reader.Get(key, everybody, Took);
        }

        void Took(Operation read)
        {
            if (read.State == OperationState.Done) objects[keys.Dequeue()] = read.Read;
            Next();
        }

        Dictionary<ObjectKey, VersionedObject?>? Refuse(string why)
        {
            Fail(why);
            return null;
        }
    }
}
