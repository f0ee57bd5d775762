using System.Collections.Immutable;

namespace DynamoActors.Core.Ring;

/// <summary>On how many distinct nodes and in how many distinct zones a partition's data is.</summary>
public readonly record struct Copies(int Nodes, int Zones)
{
    public static Copies Least(Copies left, Copies right) => new(Math.Min(left.Nodes, right.Nodes), Math.Min(left.Zones, right.Zones));
}

/// <param name="Before">On the owners that are not lost.</param>
/// <param name="During">At any moment while the partition moves: on those or, once it is handed over, on its next owners.</param>
/// <param name="After">On the next owners.</param>
public readonly record struct PartitionSafety(Copies Before, Copies During, Copies After);

/// <summary>The proof that a ring's way loses no copy: for each partition where its data is before, during and after.</summary>
public sealed class PlanSafety
{
    private PlanSafety(ImmutableArray<PartitionSafety> partitions)
    {
        Partitions = partitions;
        Worst = partitions.Aggregate((worst, next) => new PartitionSafety(Copies.Least(worst.Before, next.Before),
            Copies.Least(worst.During, next.During), Copies.Least(worst.After, next.After)));
    }

    public ImmutableArray<PartitionSafety> Partitions { get; }

    /// <summary>Of all partitions, the least of each number.</summary>
    public PartitionSafety Worst { get; }

    /// <summary>Of a ring that is about to move.</summary>
    public static PlanSafety Of(PartitionTable ring) => new([.. Enumerable.Range(0, ring.PartitionCount).Select(partition =>
    {
        var before = On(ring, ring.Owners(partition));
        var after = ring.IsMoving(partition) ? On(ring, ring.Next(partition)) : before;
        return new PartitionSafety(before, Copies.Least(before, after), after);
    })]);

    private static Copies On(PartitionTable ring, ReadOnlySpan<ushort> holders)
    {
        var (nodes, zones) = (0, new HashSet<string>());
        foreach (var holder in holders)
        {
            if (ring.Members[holder].State == RingMemberState.Lost)
                continue;
            nodes++;
            zones.Add(ring.Members[holder].Zone);
        }
        return new Copies(nodes, zones.Count);
    }
}
