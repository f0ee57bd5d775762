using System.Collections.Immutable;
using Akka.Actor;
using DynamoActors.Core.Buckets;
using DynamoActors.Core.Ring;

namespace DynamoActors.Node.Membership;

/// <summary>
/// The committed ring as one node sees it at one moment: who owns what, who can be reached, and where their actors are. Immutable; the
/// members actor makes a new one when anything in it changes.
/// </summary>
internal sealed class RingView(
    PartitionTable table,
    int self,
    ImmutableArray<RingPeer> peers,
    BucketTable buckets,
    RingView? before = null)
{
    private readonly PreferenceLists _lists = new(table, MemberSet.Where(table.Members.Length, member => peers[member].Reachable));
    private readonly ReplicaSet?[] _replicaSets = new ReplicaSet?[table.PartitionCount];
    private readonly ulong[] _since = before is null ? Enumerable.Repeat(table.Epoch, table.PartitionCount).ToArray()
        : ReferenceEquals(before.Table, table) ? before._since : RingSince.Of(table, before.Table, before._since);

    public PartitionTable Table { get; } = table;

    /// <summary>This node's index among the ring's members; -1 where it is not one of them.</summary>
    public int Self { get; } = self;

    /// <summary>By member index.</summary>
    public ImmutableArray<RingPeer> Peers { get; } = peers;

    public MemberSet Reachable => _lists.Reachable;

    public ReadOnlySpan<ushort> Owners(int partition) => Table.Owners(partition);

    public bool IsOwner(int partition) => Self >= 0 && Owners(partition).Contains((ushort)Self);

    /// <summary>Whether this node is to own the partition, and is being brought its data: it takes writes, and is read
    /// beside the owners.</summary>
    public bool IsReceiver(int partition) => Self >= 0 && !IsOwner(partition) && Table.Next(partition).Contains((ushort)Self);

    /// <summary>Whether this node takes the partition's writes.</summary>
    public bool IsHolder(int partition) => IsOwner(partition) || IsReceiver(partition);

    /// <summary>The first ring, as far as this node knows, that had the partition's present owners and next owners: a request by an earlier
    /// one may miss some of them.</summary>
    public ulong Since(int partition) => _since[partition];

    /// <summary>Whether a request by the ring of that epoch asks those whom it should.</summary>
    public bool IsCurrent(int partition, ulong epoch) => epoch >= _since[partition] && epoch <= Table.Epoch;

    /// <summary>
    /// Who takes a partition's requests at present. Remembered for the usual number of owners, since every request needs it; that two
    /// threads may both work it out does no harm.
    /// </summary>
    public ReplicaSet Replicas(int partition, int ownerCount)
    {
        if (ownerCount != Table.ReplicaCount) return new ReplicaSet(
            this, PreferenceList.For(Table, partition, _lists.Reachable, ownerCount));
        return _replicaSets[partition] ??= new ReplicaSet(this, _lists.For(partition));
    }

    /// <summary>The same ring with these members taken for unreachable.</summary>
    public RingView Avoiding(MemberSet busy) =>
        new(Table, Self, [.. Peers.Select((peer, member) => busy.Contains(member) ? peer with { Reachable = false } : peer)],
            buckets, this)
        { Avoided = busy };

    /// <summary>Members that could be reached but are not to be asked more at present.</summary>
    public MemberSet Avoided { get; private init; } = MemberSet.Empty;

    public string NameOf(int member) => Table.Members[member].Name;

    public BucketSettings Bucket(string name) => buckets.Of(name);
}

/// <summary>A ring member as this node reaches it.</summary>
/// <param name="Reachable">Its links are up and it answers.</param>
/// <param name="Incarnation">Of the process that was met last; 0: none was.</param>
/// <param name="Vnodes">By partition.</param>
/// <param name="Coordinators">Any of them takes forwarded requests.</param>
/// <param name="Inspector">Lists keys and finds hints.</param>
internal sealed record RingPeer(string Name, bool Reachable, ulong Incarnation, IActorRef[] Vnodes, IActorRef[] Coordinators,
    IActorRef Inspector)
{
    /// <summary>Of the ring that it knew when it was last heard of.</summary>
    public ulong Epoch { get; init; }
}
