using System.Collections.Immutable;

namespace Akka.Cluster;

/// <summary>
/// How many changes of each node a state contains. One clock is before another when it counts no more of any node and less of
/// some; two clocks are concurrent when each counts something that the other lacks. Immutable.
/// </summary>
public sealed class VectorClock : IEquatable<VectorClock>
{
    private static readonly VectorClock _empty = new(ImmutableSortedDictionary<Node, long>.Empty);

    private VectorClock(ImmutableSortedDictionary<Node, long> versions) => Versions = versions;

    public ImmutableSortedDictionary<Node, long> Versions { get; }

    public static VectorClock Create() => _empty;

    public static VectorClock Create(ImmutableSortedDictionary<Node, long> seedValues) => new(seedValues);

    /// <summary>Counts one more change of the node.</summary>
    public VectorClock Increment(Node node) => new(Versions.SetItem(node, Versions.GetValueOrDefault(node) + 1));

    /// <summary>The least clock that is not before either.</summary>
    public VectorClock Merge(VectorClock that)
    {
        var merged = Versions.ToBuilder();
        foreach (var (node, count) in that.Versions)
            if (count > merged.GetValueOrDefault(node)) merged[node] = count;
        return new VectorClock(merged.ToImmutable());
    }

    /// <summary>Forgets a node whose changes no longer tell states apart.</summary>
    public VectorClock Prune(Node removedNode) => new(Versions.Remove(removedNode));

    public Ordering CompareTo(VectorClock that)
    {
        if (ReferenceEquals(this, that)) return Ordering.Same;
        bool lacks = that.Versions.Any(v => Versions.GetValueOrDefault(v.Key) < v.Value);
        bool exceeds = Versions.Any(v => that.Versions.GetValueOrDefault(v.Key) < v.Value);
        return (lacks, exceeds) switch
        {
            (false, false) => Ordering.Same,
            (true, false) => Ordering.Before,
            (false, true) => Ordering.After,
            _ => Ordering.Concurrent,
        };
    }

    public bool IsBefore(VectorClock that) => CompareTo(that) == Ordering.Before;

    public bool IsAfter(VectorClock that) => CompareTo(that) == Ordering.After;

    public bool IsSameAs(VectorClock that) => CompareTo(that) == Ordering.Same;

    public bool IsConcurrentWith(VectorClock that) => CompareTo(that) == Ordering.Concurrent;

    public bool Equals(VectorClock? other) => other is not null && IsSameAs(other);

    public override bool Equals(object? obj) => Equals(obj as VectorClock);

    public override int GetHashCode() => Versions.Aggregate(0, (hash, v) => HashCode.Combine(hash, v.Key, v.Value));

    public override string ToString() => $"VectorClock({string.Join(", ", Versions.Select(v => $"{v.Key} -> {v.Value}"))})";

    public enum Ordering
    {
        After = 0,
        Before = 1,
        Same = 2,
        Concurrent = 3,
    }

    /// <summary>Whose changes are counted. Compared by its text alone.</summary>
    public class Node(string value) : IComparable<Node>, IEquatable<Node>
    {
        private readonly string _value = value;

        public static Node Create(string name) => new(name);

        public int CompareTo(Node? other) => other is null ? 1 : string.CompareOrdinal(_value, other._value);

        public bool Equals(Node? other) => other is not null && _value == other._value;

        public override bool Equals(object? obj) => Equals(obj as Node);

        public override int GetHashCode() => _value.GetHashCode(StringComparison.Ordinal);

        public override string ToString() => _value;
    }
}
