using DynamoActors.Http.Answers;

namespace DynamoActors.Http.Status;

/// <summary>What somebody on call has to know first, in sentences.</summary>
/// <param name="IsGrave">Something is away, failing or lost touch; else it is on its way to being well by itself.</param>
internal sealed record Verdict(bool IsGrave, string Text)
{
    private const double ClockSecondsMax = 1;

    /// <summary>None: all is well.</summary>
    public static IReadOnlyList<Verdict> Of(Sight sight) =>
        [.. OfReaching(sight).Concat(OfHints(sight)).Concat(OfStorage(sight)).Concat(OfTheRing(sight)).OrderBy(one => !one.IsGrave)];

    private static IEnumerable<Verdict> OfReaching(Sight sight)
    {
        if (sight.NotReady is { } reason) yield return new Verdict(true, $"{sight.Node} is not ready: {reason}");
        foreach (var node in sight.Nodes)
        {
            if (!node.Member.Reachable) yield return new Verdict(true, $"{node.Name} cannot be reached from {sight.Node}.");
            else if (node.Facts is null) yield return new Verdict(true, $"{node.Name} does not say how it is.");
            else if (!node.Facts.Cluster.Ready && node.Name != sight.Node) yield return new Verdict(true, $"{node.Name} is not ready.");
            if (Math.Abs(node.Member.ClockAhead ?? 0) >= ClockSecondsMax)
                yield return new Verdict(true,
                    $"The clock of {node.Name} is off by {Figures.Time(Math.Abs(node.Member.ClockAhead!.Value))}.");
        }

        foreach (var from in sight.Nodes.Where(node => node.Name != sight.Node))
            foreach (var to in sight.Nodes.Where(node => node.Member.Reachable && from.Reaches(node.Name) == false))
                yield return new Verdict(true, $"{from.Name} cannot reach {to.Name}.");
    }

    private static IEnumerable<Verdict> OfHints(Sight sight) =>
        from node in sight.Nodes
        from hints in node.Facts?.Statistics.Hints ?? []
        where hints.Count > 0
        group hints by hints.Target into waiting
        let oldest = waiting.Select(one => Figures.Since(one.Since, sight.Now)).Max()
        select new Verdict(false, $"{waiting.Key} has missed {Figures.Count(waiting.Sum(one => one.Count))} writes, which wait for it as "
            + $"hints{(oldest is { } age ? $"; the oldest for {Figures.Time(age.TotalSeconds)}" : "")}.");

    private static IEnumerable<Verdict> OfStorage(Sight sight)
    {
        foreach (var node in sight.Nodes)
        {
            if (node.Facts?.Statistics.Storage is not { } storage) continue;
            if (storage.BackgroundFailure is { } failure) yield return new Verdict(true, $"The storage of {node.Name} fails: {failure}");
            if (storage.WritePressure >= 1) yield return new Verdict(true, $"{node.Name} refuses writes: its compaction is behind.");
        }
    }

    private static IEnumerable<Verdict> OfTheRing(Sight sight)
    {
        if (sight.Ring?.Moving.Count() is > 0 and var moving)
            yield return new Verdict(false, $"{moving} of {sight.Ring.Partitions} partitions are on their way to other owners.");
        foreach (var behind in sight.Nodes.Where(node => node.Facts is { } facts && facts.Cluster.RingEpoch != sight.Ring?.Epoch))
            yield return new Verdict(false, $"{behind.Name} goes by ring {behind.Facts!.Cluster.RingEpoch}, {sight.Node} by "
                + $"{sight.Ring?.Epoch}.");
    }
}
