using System.Collections.Immutable;

namespace DynamoActors.Core.Ring;

/// <summary>One place of a preference list: who takes the request, and for which owner.</summary>
/// <param name="Member">Who is asked.</param>
/// <param name="StandsInFor">The owner that it holds a hint for; itself where it is an owner.</param>
public readonly record struct PreferredReplica(ushort Member, ushort StandsInFor)
{
    public bool IsOwner => Member == StandsInFor;
}

/// <summary>
/// Who takes a partition's requests while these members are reachable (Dynamo paper, 4.6): the reachable owners in order, then for each
/// unreachable owner a stand-in, the next reachable member beyond the owners, clockwise. Immutable.
/// </summary>
public sealed class PreferenceList
{
    private PreferenceList(
        int partition,
        ImmutableArray<ushort> owners,
        ImmutableArray<PreferredReplica> replicas,
        ImmutableArray<ushort> withoutStandIn)
    {
        Partition = partition;
        Owners = owners;
        Replicas = replicas;
        WithoutStandIn = withoutStandIn;
    }

    public int Partition { get; }

    /// <summary>The owners considered, in order, reachable or not.</summary>
    public ImmutableArray<ushort> Owners { get; }

    /// <summary>The reachable owners in order, then the stand-ins. A replica's index here is its slot in a quorum.</summary>
    public ImmutableArray<PreferredReplica> Replicas { get; }

    /// <summary>
    /// Unreachable owners for which nobody is left to stand in: the coordinator itself keeps their hint, and that copy does not count.
    /// </summary>
    public ImmutableArray<ushort> WithoutStandIn { get; }

    /// <param name="ownerCount">Only the first so many owners count (a bucket's smaller N); null: all.</param>
    public static PreferenceList For(PartitionTable table, int partition, MemberSet reachable, int? ownerCount = null)
    {
        var owners = table.Owners(partition);
        owners = owners[..Math.Min(owners.Length, ownerCount ?? owners.Length)];
        var replicas = ImmutableArray.CreateBuilder<PreferredReplica>(owners.Length);
        foreach (var owner in owners)
            if (reachable.Contains(owner))
                replicas.Add(new PreferredReplica(owner, owner));
        var withoutStandIn = ImmutableArray<ushort>.Empty;
        if (replicas.Count < owners.Length)
            withoutStandIn = AddStandIns(table, partition, reachable, owners, replicas);
        return new PreferenceList(partition, [.. owners], replicas.DrainToImmutable(), withoutStandIn);
    }

    /// <summary>
    /// The reachable members that would stand in next, clockwise: none of the owners considered, nor of <see cref="Replicas"/>.
    /// </summary>
    public IEnumerable<ushort> Beyond(PartitionTable table, MemberSet reachable)
    {
        var taken = MemberSet.Empty;
        foreach (var owner in Owners)
            taken = taken.With(owner);
        foreach (var replica in Replicas)
            taken = taken.With(replica.Member);
        for (var walk = new ClockwiseWalk(table, Partition); walk.TryNext(reachable, taken, out var member); taken = taken.With(member))
            yield return member;
    }

    /// <summary>Adds a stand-in for each unreachable owner, as long as there are any; the owners left without.</summary>
    private static ImmutableArray<ushort> AddStandIns(
        PartitionTable table,
        int partition,
        MemberSet reachable,
        ReadOnlySpan<ushort> owners,
        ImmutableArray<PreferredReplica>.Builder replicas)
    {
        var withoutStandIn = ImmutableArray.CreateBuilder<ushort>();
        var taken = MemberSet.Empty;
        foreach (var owner in owners)
            taken = taken.With(owner);
        var walk = new ClockwiseWalk(table, partition);
        foreach (var owner in owners)
        {
            if (reachable.Contains(owner))
                continue;
            if (walk.TryNext(reachable, taken, out var standIn))
            {
                replicas.Add(new PreferredReplica(standIn, owner));
                taken = taken.With(standIn);
            }
            else
            {
                withoutStandIn.Add(owner);
            }
        }
        return withoutStandIn.DrainToImmutable();
    }

    /// <summary>Passes the owners of the partitions that follow one, each in order, once around the ring.</summary>
    private struct ClockwiseWalk(PartitionTable table, int start)
    {
        private int _step = 1;
        private int _position;

        public bool TryNext(MemberSet reachable, MemberSet taken, out ushort member)
        {
            for (; _step <= table.PartitionCount; _step++, _position = 0)
            {
                var owners = table.Owners((start + _step) % table.PartitionCount);
                while (_position < owners.Length)
                {
                    member = owners[_position++];
                    if (reachable.Contains(member) && !taken.Contains(member))
                        return true;
                }
            }
            member = 0;
            return false;
        }
    }
}
