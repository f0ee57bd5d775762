using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace DynamoActors.Core.Ring;

/// <summary>
/// What becomes of a ring by changes of its members, before anybody commits to it: the ring on its way, what each member gains and loses,
/// and the proof that no copy is lost. Pure: equal rings and changes give equal plans on every node.
/// </summary>
public sealed class RingPlan
{
    private RingPlan(PartitionTable ring, PartitionTable target)
    {
        Ring = ring;
        Target = target;
        Safety = PlanSafety.Of(target);
        var (gains, losses) = (Lists(target.Members.Length), Lists(target.Members.Length));
        foreach (var partition in target.MovingPartitions)
        {
            foreach (var member in target.Next(partition))
                if (!target.Owns(partition, member))
                    gains[member].Add(partition);
            foreach (var member in target.Owners(partition))
                if (!target.Next(partition).Contains(member))
                    losses[member].Add(partition);
        }
        Members = [.. target.Members.Select((member, index) =>
            new PlannedMember(member, target.PartitionsOf(index).Length, [.. gains[index]], [.. losses[index]]))];
    }

    /// <summary>The ring as it is.</summary>
    public PartitionTable Ring { get; }

    /// <summary>The ring to commit: of the next epoch, with next owners for all partitions that move.</summary>
    public PartitionTable Target { get; }

    /// <summary>By index in <see cref="Target"/>.</summary>
    public ImmutableArray<PlannedMember> Members { get; }

    public PlanSafety Safety { get; }

    /// <summary>How many copies of partitions are brought to members that do not have them.</summary>
    public int Moves => Members.Sum(member => member.Gains.Length);

    /// <param name="unreachable">Names of members whose copies are not to be relied on where a last copy is at stake.</param>
    public static bool TryMake(PartitionTable ring, IReadOnlyCollection<RingChange> changes,
        [NotNullWhen(true)] out RingPlan? plan, [NotNullWhen(false)] out PlanRefusal? refusal, IReadOnlySet<string>? unreachable = null)
    {
        plan = null;
        if (ring.IsInTransition)
            refusal = new PlanRefusal(PlanRefusalKind.InTransition, $"{ring.MovingPartitions.Count()} partitions are still on their way to "
                + "what was planned last: wait until they have arrived, or abort.");
        else if (StagedMembers.Of(ring, changes, out refusal) is { } staged && (refusal = Unsafe(ring, staged, unreachable)) is null)
        {
            var isReplacementAlone = changes.Count > 0 && changes.All(change => change is RingChange.Replace);
            var target = TargetOf(ring, staged, isReplacementAlone);
            if (target.IsInTransition || !target.Members.SequenceEqual(ring.Members))
                plan = new RingPlan(ring, target);
            else
                refusal = new PlanRefusal(PlanRefusalKind.NothingToDo,
                    changes.Count == 0 ? "Nothing is staged, and the partitions are where they should be."
                        : "The staged changes say what is so already.");
        }
        return plan is not null;
    }

    private static PlanRefusal? Unsafe(PartitionTable ring, StagedMembers staged, IReadOnlySet<string>? unreachable)
    {
        var lost = staged.Gone.Count(gone => gone.Value == RingMemberState.Lost);
        var (copies, remaining) = (Math.Min(ring.ReplicaCount, ring.Members.Length - lost), staged.Members.Length);
        if (Math.Min(ring.ReplicationFactor, remaining) < copies)
            return new PlanRefusal(PlanRefusalKind.TooFewMembers,
                $"{remaining} of {ring.Members.Length} members would remain, too few for the {copies} copies that there are of each "
                + "partition: let fewer leave, or have others join in the same plan.");
        var last = Enumerable.Range(0, ring.PartitionCount).Where(partition => IsLastCopy(ring, partition, staged, unreachable)).ToArray();
        return last.Length == 0 ? null : new PlanRefusal(PlanRefusalKind.LastCopy,
            $"{last.Length} partitions, the first of them {last[0]}, would be left without a copy that can be reached: bring back one of "
            + $"their owners, {string.Join(", ", ring.Owners(last[0]).ToArray().Select(owner => ring.Members[owner].Name))}, "
            + "or give their data up by saying so.");
    }

    private static bool IsLastCopy(PartitionTable ring, int partition, StagedMembers staged, IReadOnlySet<string>? unreachable)
    {
        var isAnyLost = false;
        foreach (var owner in ring.Owners(partition))
        {
            var name = ring.Members[owner].Name;
            if (staged.GivenUp.Contains(name))
                return false;
            if (staged.Gone.GetValueOrDefault(name) == RingMemberState.Lost)
                isAnyLost = true;
            else if (unreachable?.Contains(name) != true)
                return false;
        }
        return isAnyLost;
    }

    private static PartitionTable TargetOf(PartitionTable ring, StagedMembers staged, bool isReplacementAlone)
    {
        ImmutableArray<RingMember> members = [.. staged.Members
            .Concat(ring.Members.Where(member => staged.Gone.ContainsKey(member.Name))
                .Select(member => member with { State = staged.Gone[member.Name] }))
            .OrderBy(member => member.Name, StringComparer.Ordinal)];
        var indexes = members.Select((member, index) => (member.Name, Index: (ushort)index)).ToDictionary(of => of.Name, of => of.Index);
        var current = ring.Members.Select(member => indexes[member.Name]).ToArray();
        var replaced = ring.Members.Select(member => indexes[staged.Replacements.GetValueOrDefault(member.Name, member.Name)]).ToArray();
        var owners = PartitionTable.AllNone(ring.PartitionCount);
        var next = PartitionTable.AllNone(ring.PartitionCount);
        var assigned = isReplacementAlone ? null : AssignmentPlan.Following(ring, staged);
        var planned = assigned?.Members.Select(member => indexes[member.Name]).ToArray();
        for (var partition = 0; partition < ring.PartitionCount; partition++)
        {
            owners[partition] = Array.ConvertAll(ring.Owners(partition).ToArray(), owner => current[owner]);
            var kept = Array.ConvertAll(ring.Owners(partition).ToArray(), owner => replaced[owner]);
            var wanted = assigned is null ? kept
                : InPlace(kept, Array.ConvertAll(assigned.Owners(partition).ToArray(), owner => planned![owner]));
            if (!wanted.AsSpan().SequenceEqual(owners[partition]))
                next[partition] = wanted;
        }
        return ring.Following(members, owners, next, state => state is RingMemberState.Leaving or RingMemberState.Lost);
    }

    /// <summary>Those that were owners before at the same place as before, where there is such a place.</summary>
    private static ushort[] InPlace(ushort[] before, ushort[] wanted)
    {
        for (var position = 0; position < Math.Min(before.Length, wanted.Length); position++)
            if (Array.IndexOf(wanted, before[position]) is var other and >= 0)
                (wanted[position], wanted[other]) = (wanted[other], wanted[position]);
        return wanted;
    }

    private static List<int>[] Lists(int count) => [.. Enumerable.Range(0, count).Select(_ => new List<int>())];
}

/// <summary>What a plan does to one member.</summary>
/// <param name="Before">How many partitions it owns now.</param>
/// <param name="Gains">Partitions that it is brought, ascending.</param>
/// <param name="Losses">Partitions that it gives away, ascending.</param>
public sealed record PlannedMember(RingMember Member, int Before, ImmutableArray<int> Gains, ImmutableArray<int> Losses)
{
    public int After => Before + Gains.Length - Losses.Length;
}
