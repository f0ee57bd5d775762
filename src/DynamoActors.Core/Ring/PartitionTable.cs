using System.Collections.Immutable;

namespace DynamoActors.Core.Ring;

/// <summary>
/// One ring: which members own which partition. Immutable, and the same on every node that holds its epoch.
/// </summary>
public sealed partial class PartitionTable : IEquatable<PartitionTable>
{
    public const int PartitionCountMax = 65_536;
    public const int ReplicationFactorMax = 16;
    public const int MembersMax = 10_000;

    private readonly ushort[][] _owners;
    private readonly ushort[][] _next;
    private readonly int[] _partitionsStart;
    private readonly ushort[] _partitions;

    /// <summary>
    /// Takes the arrays as its own; the caller vouches that owners are distinct and within the members, and the next owners too.
    /// </summary>
    internal PartitionTable(ulong epoch, int replicationFactor, ImmutableArray<RingMember> members, ushort[][] owners, ushort[][] next,
        ulong cluster, KeyHashKind keyHash)
    {
        Epoch = epoch;
        ReplicationFactor = replicationFactor;
        Members = members;
        Cluster = cluster;
        KeyHash = keyHash;
        _owners = owners;
        _next = next;
        ReplicaCount = owners.Min(of => of.Length);
        IsInTransition = next.Any(of => of.Length > 0);
        _partitionsStart = new int[members.Length + 1];
        _partitions = new ushort[owners.Sum(of => of.Length)];
        IndexPartitions();
    }

    /// <summary>Grows by one with each committed ring.</summary>
    public ulong Epoch { get; }

    /// <summary>Drawn with the first ring, and the same in all that follow: what tells this cluster from any other.</summary>
    public ulong Cluster { get; }

    /// <summary>Decides which partition a key is in.</summary>
    public KeyHashKind KeyHash { get; }

    public int PartitionCount => _owners.Length;

    /// <summary>How many replicas a partition should have (the paper's N).</summary>
    public int ReplicationFactor { get; }

    /// <summary>In ordinal order of their names.</summary>
    public ImmutableArray<RingMember> Members { get; }

    /// <summary>
    /// How many replicas every partition has: the replication factor, or all members where there are fewer; less while members that were
    /// missing are still being brought their data.
    /// </summary>
    public int ReplicaCount { get; }

    /// <summary>Whether any partition is still on its way to other owners.</summary>
    public bool IsInTransition { get; }

    /// <summary>The epoch of the ring that all this moving began with; 0: nothing moves.</summary>
    public ulong MovingSince { get; internal init; }

    /// <summary>The members that own the partition, as indexes into <see cref="Members"/>, in order of preference.</summary>
    public ReadOnlySpan<ushort> Owners(int partition) => _owners[partition];

    /// <summary>The partitions that a member owns, ascending.</summary>
    public ReadOnlySpan<ushort> PartitionsOf(int member) =>
        _partitions.AsSpan(_partitionsStart[member], _partitionsStart[member + 1] - _partitionsStart[member]);

    /// <summary>At which position the member owns the partition; -1 where it does not.</summary>
    public int PositionOf(int partition, int member) => Owners(partition).IndexOf((ushort)member);

    public bool Owns(int partition, int member) => PositionOf(partition, member) >= 0;

    public int PartitionOf(string bucket, ReadOnlySpan<byte> key) => Ring.KeyHash.Of(bucket, key, KeyHash).Partition(PartitionCount);

    /// <summary>The member's index; -1 where there is none of that name.</summary>
    public int MemberIndex(string name)
    {
        var (low, high) = (0, Members.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = string.CompareOrdinal(Members[middle].Name, name);
            if (order == 0)
                return middle;
            if (order < 0)
                low = middle + 1;
            else
                high = middle - 1;
        }
        return -1;
    }

    /// <summary>The first ring of another cluster, with the same members and owners; nothing of it moves.</summary>
    public PartitionTable OfCluster(ulong cluster) =>
        new(epoch: 1, ReplicationFactor, Members, _owners, AllNone(PartitionCount), cluster, KeyHash);

    public bool Equals(PartitionTable? other) =>
        ReferenceEquals(this, other)
        || (other is not null && Epoch == other.Epoch && PartitionCount == other.PartitionCount
            && ReplicationFactor == other.ReplicationFactor && Cluster == other.Cluster && KeyHash == other.KeyHash
            && MovingSince == other.MovingSince && Members.SequenceEqual(other.Members)
            && AreEqual(_owners, other._owners) && AreEqual(_next, other._next));

    public override bool Equals(object? obj) => Equals(obj as PartitionTable);

    public override int GetHashCode() => HashCode.Combine(Epoch, PartitionCount, ReplicationFactor, Members.Length);

    public override string ToString() => $"ring {Epoch}: {PartitionCount} partitions × {ReplicaCount} over {Members.Length} members";

    private static bool AreEqual(ushort[][] left, ushort[][] right)
    {
        for (var partition = 0; partition < left.Length; partition++)
            if (!left[partition].AsSpan().SequenceEqual(right[partition]))
                return false;
        return true;
    }

    private void IndexPartitions()
    {
        foreach (var owners in _owners)
            foreach (var owner in owners)
                _partitionsStart[owner + 1]++;
        for (var member = 0; member < Members.Length; member++)
            _partitionsStart[member + 1] += _partitionsStart[member];
        var next = _partitionsStart.AsSpan(0, Members.Length).ToArray();
        for (var partition = 0; partition < _owners.Length; partition++)
            foreach (var owner in _owners[partition])
                _partitions[next[owner]++] = (ushort)partition;
    }
}
