using System.Collections.Immutable;

namespace DynamoActors.Core.Ring;

/// <summary>One place of a preference list: who takes the request, and for which owner.</summary>
/// <param name="Member">Who is asked.</param>
/// <param name="StandsInFor">The owner that it holds a hint for; itself where it is an owner.</param>
public readonly record struct PreferredReplica(ushort Member, ushort StandsInFor)
{
    public bool IsOwner => Member == StandsInFor;
}

/// <summary>One node that takes a write, and where it counts.</summary>
/// <param name="Member">Who is asked.</param>
/// <param name="StandsInFor">The owner, or next owner, that it holds a hint for; itself where it is one.</param>
/// <param name="InOwners">Whether its acknowledgement counts toward the owners' quorum.</param>
/// <param name="InNext">Whether it counts toward the next owners'.</param>
public readonly record struct WriteTarget(ushort Member, ushort StandsInFor, bool InOwners, bool InNext)
{
    public bool IsOwner => Member == StandsInFor;
}

/// <summary>
/// Who takes a partition's requests while these members are reachable (Dynamo paper, 4.6): the reachable owners in order, then for each
/// unreachable owner a stand-in, the next reachable member beyond the owners, clockwise. While the partition moves, writes go
/// to its next owners besides. Immutable.
/// </summary>
public sealed class PreferenceList
{
    private PreferenceList(
        int partition,
        ImmutableArray<ushort> owners,
        ImmutableArray<PreferredReplica> replicas,
        ImmutableArray<ushort> withoutStandIn,
        ImmutableArray<ushort> next,
        ImmutableArray<PreferredReplica> receivers)
    {
        Partition = partition;
        Owners = owners;
        Replicas = replicas;
        WithoutStandIn = withoutStandIn;
        Next = next;
        WriteTargets = [
            .. replicas.Select(replica => new WriteTarget(
                replica.Member, replica.StandsInFor, InOwners: true, InNext: next.Contains(replica.StandsInFor))),
            .. receivers.Select(replica => new WriteTarget(replica.Member, replica.StandsInFor, InOwners: false, InNext: true))];
    }

    public int Partition { get; }

    /// <summary>The owners considered, in order, reachable or not.</summary>
    public ImmutableArray<ushort> Owners { get; }

    /// <summary>The reachable owners in order, then the stand-ins. A replica's index here is its slot in a quorum.</summary>
    public ImmutableArray<PreferredReplica> Replicas { get; }

    /// <summary>
    /// Unreachable owners, and next owners, for which nobody is left to stand in: the coordinator itself keeps their hint, and that copy
    /// does not count.
    /// </summary>
    public ImmutableArray<ushort> WithoutStandIn { get; }

    /// <summary>The next owners considered, in order; empty where the partition does not move.</summary>
    public ImmutableArray<ushort> Next { get; }

    /// <summary>
    /// Who takes a write: <see cref="Replicas"/> in the same slots, and while the partition moves, behind them those of its next owners
    /// that are not among its owners, or their stand-ins. A write needs its quorum among the owners' and among the next owners'.
    /// </summary>
    public ImmutableArray<WriteTarget> WriteTargets { get; }

    /// <param name="ownerCount">Only the first so many owners count (a bucket's smaller N); null: all.</param>
    public static PreferenceList For(PartitionTable table, int partition, MemberSet reachable, int? ownerCount = null)
    {
        var owners = First(table.Owners(partition), ownerCount);
        var next = First(table.Next(partition), ownerCount);
        var replicas = ImmutableArray.CreateBuilder<PreferredReplica>(owners.Length);
        var receivers = ImmutableArray.CreateBuilder<PreferredReplica>();
        var taken = MemberSet.Empty;
        foreach (var owner in owners)
        {
            taken = taken.With(owner);
            if (reachable.Contains(owner))
                replicas.Add(new PreferredReplica(owner, owner));
        }
        foreach (var owner in next)
        {
            taken = taken.With(owner);
            if (reachable.Contains(owner) && !owners.Contains(owner))
                receivers.Add(new PreferredReplica(owner, owner));
        }
        var walk = new ClockwiseWalk(table, partition);
        var withoutStandIn = ImmutableArray.CreateBuilder<ushort>();
        foreach (var owner in owners)
            StandIn(owner, replicas);
        foreach (var owner in next)
            if (!owners.Contains(owner))
                StandIn(owner, receivers);
        return new PreferenceList(partition, [.. owners], replicas.DrainToImmutable(), withoutStandIn.DrainToImmutable(), [.. next],
            receivers.DrainToImmutable());

        void StandIn(ushort owner, ImmutableArray<PreferredReplica>.Builder slots)
        {
            if (reachable.Contains(owner))
                return;
            if (walk.TryNext(reachable, taken, out var standIn))
            {
                slots.Add(new PreferredReplica(standIn, owner));
                taken = taken.With(standIn);
            }
            else
            {
                withoutStandIn.Add(owner);
            }
        }
    }

    private static ReadOnlySpan<ushort> First(ReadOnlySpan<ushort> owners, int? count) =>
        owners[..Math.Min(owners.Length, count ?? owners.Length)];

    /// <summary>
    /// The reachable members that would stand in next, clockwise: none of the owners and next owners considered, nor of
    /// <see cref="WriteTargets"/>.
    /// </summary>
    public IEnumerable<ushort> Beyond(PartitionTable table, MemberSet reachable)
    {
        var taken = MemberSet.Empty;
        foreach (var owner in Owners)
            taken = taken.With(owner);
        foreach (var owner in Next)
            taken = taken.With(owner);
        foreach (var target in WriteTargets)
            taken = taken.With(target.Member);
        for (var walk = new ClockwiseWalk(table, Partition); walk.TryNext(reachable, taken, out var member); taken = taken.With(member))
            yield return member;
    }

    /// <summary>
    /// Passes the owners of the partitions that follow one, each in order, once around the ring; none that leaves the ring: what it kept
    /// for others might not be asked for any more.
    /// </summary>
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
                    if (reachable.Contains(member) && !taken.Contains(member) && table.Members[member].State != RingMemberState.Leaving)
                        return true;
                }
            }
            member = 0;
            return false;
        }
    }
}
