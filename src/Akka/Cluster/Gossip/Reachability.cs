using System.Collections.Immutable;

namespace Akka.Cluster;

/// <summary>What one node has observed of others, as of its own count of changes.</summary>
/// <param name="Version">Counts the observer's changes of mind; of two rows of one observer the greater version is the later.</param>
/// <param name="Unreachable">The nodes it cannot reach; every other it deems reachable.</param>
internal sealed record Observations(long Version, ImmutableSortedSet<UniqueAddress> Unreachable);

/// <summary>
/// Who cannot reach whom: a row for each observer. Only the observer changes its row, so rows are merged by taking the later one.
/// An empty row is kept for its version, else an older row could bring a withdrawn observation back. Immutable.
/// </summary>
internal sealed class Reachability
{
    public static readonly Reachability Empty = new(ImmutableSortedDictionary<UniqueAddress, Observations>.Empty);

    public Reachability(ImmutableSortedDictionary<UniqueAddress, Observations> rows)
    {
        Rows = rows;
        AllUnreachable = rows.Values.SelectMany(row => row.Unreachable).ToImmutableSortedSet();
    }

    public ImmutableSortedDictionary<UniqueAddress, Observations> Rows { get; }

    /// <summary>Every node that someone cannot reach.</summary>
    public ImmutableSortedSet<UniqueAddress> AllUnreachable { get; }

    public bool IsReachable(UniqueAddress node) => !AllUnreachable.Contains(node);

    public bool IsReachable(UniqueAddress observer, UniqueAddress subject) =>
        !Rows.TryGetValue(observer, out var row) || !row.Unreachable.Contains(subject);

    public Reachability Unreachable(UniqueAddress observer, UniqueAddress subject)
    {
        var row = Rows.GetValueOrDefault(observer) ?? new Observations(0, []);
        return Changed(observer, row, row.Unreachable.Add(subject));
    }

    public Reachability Reachable(UniqueAddress observer, UniqueAddress subject) =>
        Rows.TryGetValue(observer, out var row) ? Changed(observer, row, row.Unreachable.Remove(subject)) : this;

    /// <summary>Who observes the node as unreachable.</summary>
    public IEnumerable<UniqueAddress> ObserversOf(UniqueAddress subject) =>
        Rows.Where(row => row.Value.Unreachable.Contains(subject)).Select(row => row.Key);

    /// <summary>What is left when only the given nodes observe or are observed.</summary>
    public Reachability Among(IReadOnlySet<UniqueAddress> nodes)
    {
        if (Rows.All(row => nodes.Contains(row.Key) && row.Value.Unreachable.All(nodes.Contains))) return this;
        return new Reachability(Rows
            .Where(row => nodes.Contains(row.Key))
            .ToImmutableSortedDictionary(row => row.Key, row => row.Value with { Unreachable = row.Value.Unreachable.Where(nodes.Contains).ToImmutableSortedSet() }));
    }

    /// <summary>What is left without the observations of the given nodes.</summary>
    public Reachability WithoutObservers(IReadOnlySet<UniqueAddress> observers) =>
        Rows.Keys.Any(observers.Contains) ? new Reachability(Rows.RemoveRange(observers)) : this;

    public Reachability Merge(Reachability that)
    {
        if (ReferenceEquals(this, that)) return this;
        var merged = Rows.ToBuilder();
        foreach (var (observer, row) in that.Rows)
            if (!merged.TryGetValue(observer, out var mine) || mine.Version < row.Version) merged[observer] = row;
        return new Reachability(merged.ToImmutable());
    }

    public bool SameAs(Reachability that) => ReferenceEquals(this, that) ||
        (Rows.Count == that.Rows.Count && Rows.All(row =>
            that.Rows.TryGetValue(row.Key, out var other) && other.Version == row.Value.Version && other.Unreachable.SetEquals(row.Value.Unreachable)));

    public override string ToString() => string.Join("; ", Rows.Where(row => row.Value.Unreachable.Count > 0)
        .Select(row => $"{row.Key} cannot reach {string.Join(", ", row.Value.Unreachable)}"));

    private Reachability Changed(UniqueAddress observer, Observations row, ImmutableSortedSet<UniqueAddress> unreachable) =>
        ReferenceEquals(unreachable, row.Unreachable) ? this : new Reachability(Rows.SetItem(observer, new Observations(row.Version + 1, unreachable)));
}
