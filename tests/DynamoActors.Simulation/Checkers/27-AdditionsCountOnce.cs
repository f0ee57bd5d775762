using DynamoActors.Core.Counters;
using DynamoActors.Simulation.Histories;

namespace DynamoActors.Simulation.Checkers;

/// <summary>
/// The number that all owners agree on is the sum of all acknowledged additions, and of some of those whose outcome nobody was told. Named
/// ones count once, however often they were sent.
/// </summary>
internal sealed class AdditionsCountOnce : Checker
{
    private const int SumsMost = 1 << 16;

    public override int Number => 27;

    public override string Invariant => "No acknowledged addition to a counter is lost, and none counts twice";

    public override void AtEnd(FinalState final)
    {
        foreach (var key in History.Keys)
        {
            if (key.Bucket != Workloads.Buckets.Counters) continue;
            Int128 value = 0;
            if (final[key] is { } held && !Counter.TryValue(held, out value)) Fail(key, $"it is no counter: {held}");
            Check(key, (long)value);
        }
    }

    private void Check(ObjectKey key, long value)
    {
        long certain = 0;
        List<long> possible = [];
        foreach (var attempts in History.Of(key).Where(operation => operation.Add is not null)
            .GroupBy(operation => operation.Add!.Value.Key ?? UInt128.MaxValue - (UInt128)operation.Id))
        {
            long by = attempts.First().Add!.Value.By;
            // What was acknowledged by no more nodes than have lost their disks may be gone.
            if (attempts.Any(one => one.State == OperationState.Done && one.Quorum.AcknowledgementsRequired > Run.Destroyed.Count))
                certain += by;
            else if (attempts.Any(one => one.State != OperationState.NotDone)) possible.Add(by);
        }
        if (value == certain) return;
        HashSet<long> sums = [certain];
        foreach (long by in possible)
        {
            sums.UnionWith(sums.Select(sum => sum + by).ToArray());
            if (sums.Contains(value)) return;
            if (sums.Count <= SumsMost) continue;
            // Too many to tell apart: what is certain is there, and no more than there can be.
            if (value >= certain && value <= certain + possible.Sum()) return;
            break;
        }
        Fail(key, $"it is {value}; {certain} was acknowledged, and of unknown outcome are {string.Join(", ", possible)}");
    }
}
