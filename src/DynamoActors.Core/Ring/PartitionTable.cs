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

    private readonly ushort[] _owners;
    private readonly int[] _partitionsStart;
    private readonly ushort[] _partitions;

    /// <summary>Takes the arrays as its own; the caller vouches that owners are distinct and within the members.</summary>
    internal PartitionTable(ulong epoch, int partitionCount, int replicationFactor, ImmutableArray<RingMember> members, ushort[] owners,
        ulong cluster, KeyHashKind keyHash)
    {
        Epoch = epoch;
        PartitionCount = partitionCount;
        ReplicationFactor = replicationFactor;
        Members = members;
        Cluster = cluster;
        KeyHash = keyHash;
        _owners = owners;
        _partitionsStart = new int[members.Length + 1];
        _partitions = new ushort[owners.Length];
        IndexPartitions();
    }

    /// <summary>Grows by one with each committed ring.</summary>
    public ulong Epoch { get; }

    /// <summary>Drawn with the first ring, and the same in all that follow: what tells this cluster from any other.</summary>
    public ulong Cluster { get; }

    /// <summary>Decides which partition a key is in.</summary>
    public KeyHashKind KeyHash { get; }

    public int PartitionCount { get; }

    /// <summary>How many replicas a partition should have (the paper's N).</summary>
    public int ReplicationFactor { get; }

    /// <summary>In ordinal order of their names.</summary>
    public ImmutableArray<RingMember> Members { get; }

    /// <summary>How many replicas a partition has: the replication factor, or all members where there are fewer.</summary>
    public int ReplicaCount => Math.Min(ReplicationFactor, Members.Length);

    /// <summary>The members that own the partition, as indexes into <see cref="Members"/>, in order of preference.</summary>
    public ReadOnlySpan<ushort> Owners(int partition) => _owners.AsSpan(partition * ReplicaCount, ReplicaCount);

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

    public bool Equals(PartitionTable? other) =>
        ReferenceEquals(this, other)
        || (other is not null && Epoch == other.Epoch && PartitionCount == other.PartitionCount
            && ReplicationFactor == other.ReplicationFactor && Cluster == other.Cluster && KeyHash == other.KeyHash
            && Members.SequenceEqual(other.Members) && _owners.AsSpan().SequenceEqual(other._owners));

    public override bool Equals(object? obj) => Equals(obj as PartitionTable);

    public override int GetHashCode() => HashCode.Combine(Epoch, PartitionCount, ReplicationFactor, Members.Length);

    public override string ToString() => $"ring {Epoch}: {PartitionCount} partitions × {ReplicaCount} over {Members.Length} members";

    private void IndexPartitions()
    {
        foreach (var owner in _owners)
            _partitionsStart[owner + 1]++;
        for (var member = 0; member < Members.Length; member++)
            _partitionsStart[member + 1] += _partitionsStart[member];
        var next = _partitionsStart.AsSpan(0, Members.Length).ToArray();
        for (var slot = 0; slot < _owners.Length; slot++)
            _partitions[next[_owners[slot]]++] = (ushort)(slot / ReplicaCount);
    }
}
