using System.Collections.Immutable;

namespace DynamoActors.Core.Ring;

/// <summary>
/// A ring on its way. A partition that moves has its owners, who are read, and its next owners, who are written too; these become its
/// owners once each has the data of the one whose place it takes.
/// </summary>
/// <remarks>
/// A place in the order counts: a bucket with fewer replicas keeps its keys with the first owners only. So a next owner takes the place of
/// one that goes, and those that stay keep theirs.
/// </remarks>
public sealed partial class PartitionTable
{
    /// <summary>Whether the partition has next owners.</summary>
    public bool IsMoving(int partition) => _next[partition].Length > 0;

    /// <summary>Who will own the partition, in order of preference; empty where it does not move.</summary>
    public ReadOnlySpan<ushort> Next(int partition) => _next[partition];

    /// <summary>The partitions that are still on their way, ascending.</summary>
    public IEnumerable<int> MovingPartitions => Enumerable.Range(0, PartitionCount).Where(IsMoving);

    /// <summary>
    /// What has to be there before the partition's next owners own it, in their order. None where it does
    /// not move. Where fewer copies remain than there were, a quorum of the fewer need not meet one of
    /// the more, so that each takes what all have.
    /// </summary>
    public IEnumerable<RingMove> MovesOf(int partition)
    {
        var (owners, next) = (_owners[partition], _next[partition]);
        for (var position = 0; position < next.Length; position++)
        {
            var replaced = position < owners.Length ? owners[position] : (ushort?)null;
            var isFewer = next.Length < owners.Length;
            if (next[position] == replaced && !isFewer)
                continue;
            var isLost = replaced is { } member && Members[member].State == RingMemberState.Lost;
            yield return new RingMove((ushort)partition, next[position], isLost || isFewer ? null : replaced);
        }
    }

    /// <summary>
    /// The ring that follows, in which these partitions belong to their next owners. A member that leaves is gone with its last partition.
    /// </summary>
    /// <exception cref="ArgumentException">One of them does not move, or there are none.</exception>
    public PartitionTable CompleteMoves(IEnumerable<int> partitions)
    {
        var (owners, next) = ((ushort[][])_owners.Clone(), (ushort[][])_next.Clone());
        foreach (var partition in partitions.Distinct())
        {
            if (!IsMoving(partition))
                throw new ArgumentException($"Partition {partition} does not move in {this}.", nameof(partitions));
            (owners[partition], next[partition]) = (next[partition], []);
        }
        return next.AsSpan().SequenceEqual(_next)
            ? throw new ArgumentException("No partitions to complete were given.", nameof(partitions))
            : Following(Members, owners, next, state => state is RingMemberState.Leaving or RingMemberState.Lost);
    }

    /// <summary>
    /// The ring that follows, in which nothing moves any more: partitions not handed over stay where they are, members that still own some
    /// stay, and members that joined and own none are gone.
    /// </summary>
    /// <exception cref="InvalidOperationException">Nothing moves.</exception>
    public PartitionTable Abort() => IsInTransition
        ? Following(Members, _owners, AllNone(PartitionCount), state => state != RingMemberState.Staying)
        : throw new InvalidOperationException($"Nothing moves in {this}.");

    internal static ushort[][] AllNone(int partitionCount)
    {
        var none = new ushort[partitionCount][];
        Array.Fill(none, []);
        return none;
    }

    /// <summary>The ring of the next epoch.</summary>
    /// <param name="members">In order; the owners are indexes into them.</param>
    /// <param name="isGone">In which states a member is left out that neither owns anything nor is going to.</param>
    internal PartitionTable Following(
        ImmutableArray<RingMember> members, ushort[][] owners, ushort[][] next, Func<RingMemberState, bool> isGone)
    {
        var isHolding = new bool[members.Length];
        foreach (var holder in owners.Concat(next).SelectMany(holders => holders))
            isHolding[holder] = true;
        var isMoving = next.Any(holders => holders.Length > 0);
        var indexes = new ushort[members.Length];
        var staying = ImmutableArray.CreateBuilder<RingMember>(members.Length);
        for (var member = 0; member < members.Length; member++)
        {
            indexes[member] = (ushort)staying.Count;
            if (isHolding[member] || !isGone(members[member].State))
                staying.Add(isMoving ? members[member] : members[member] with { State = RingMemberState.Staying });
        }
        var isSame = staying.Count == members.Length;
        return new PartitionTable(Epoch + 1, ReplicationFactor, staying.DrainToImmutable(), isSame ? owners : Renumbered(owners),
            isSame ? next : Renumbered(next), Cluster, KeyHash)
        {
            MovingSince = !isMoving ? 0 : IsInTransition ? MovingSince : Epoch + 1,
        };

        ushort[][] Renumbered(ushort[][] holders) => Array.ConvertAll(holders, of => Array.ConvertAll(of, member => indexes[member]));
    }
}

/// <summary>One step of a partition's move: a member takes another's place among the owners.</summary>
/// <param name="Partition">Which partition.</param>
/// <param name="Receiver">Who is to have the data, an index into the ring's members. May own the partition already, at another
/// place.</param>
/// <param name="From">Whose place it takes and whose data it needs; null where that one is lost or there was none: all the owners'.</param>
public readonly record struct RingMove(ushort Partition, ushort Receiver, ushort? From);
