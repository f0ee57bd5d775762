using Akka.Actor;
using Akka.Cluster;

namespace DynamoActors.Node.Ring;

/// <summary>
/// The other members of the cluster and what each has said of itself. An incarnation that is gone takes along what it said: the next one on the
/// same address is a stranger until it says hello.
/// </summary>
internal sealed class PeerDirectory
{
    private readonly SortedDictionary<UniqueAddress, Peer> _peers = [];

    public IEnumerable<Peer> All => _peers.Values;

    /// <summary>Members that take part: not on their way out, and not silent.</summary>
    public IEnumerable<Peer> Reachable => _peers.Values.Where(peer => peer.IsReachable);

    /// <summary>True where something changed.</summary>
    public bool Seen(Member member)
    {
        if (_peers.TryGetValue(member.UniqueAddress, out var known))
        {
            if (known.Status == member.Status) return false;
            known.Status = member.Status;
            return true;
        }
        _peers.Add(member.UniqueAddress, new Peer(member.UniqueAddress) { Status = member.Status });
        return true;
    }

    public bool Removed(Member member) => _peers.Remove(member.UniqueAddress);

    /// <summary>Nobody's failure detector has given it up (any more). True where it was silent.</summary>
    public bool Reached(Member member)
    {
        Seen(member);
        var peer = _peers[member.UniqueAddress];
        peer.DoubtedSince = null;
        return peer.IsSilent && !(peer.IsSilent = false);
    }

    /// <summary>Some node's failure detector has given it up. True where it is silent at once: it has not said hello here, so it will not be missed.</summary>
    public bool Doubted(Member member, TimeSpan now)
    {
        Seen(member);
        var peer = _peers[member.UniqueAddress];
        peer.DoubtedSince ??= now;
        return peer.Hello is null && !peer.IsSilent && (peer.IsSilent = true);
    }

    /// <summary>That very incarnation of the node on the address; null where the cluster does not know it (yet, or any more).</summary>
    public Peer? Find(Address address, int incarnation) => _peers.GetValueOrDefault(new UniqueAddress(address, incarnation));

    /// <summary>A member on that address; null where the cluster knows none.</summary>
    public Peer? At(Address address) => _peers.Values.LastOrDefault(peer => peer.Id.Address.Equals(address) && peer.Status != MemberStatus.Down);

    public Peer? Named(string name) => _peers.Values.LastOrDefault(peer => peer.Hello?.Member.Name == name);

    /// <summary>Everybody is to be asked again.</summary>
    public void ForgetAcknowledgements()
    {
        foreach (var peer in _peers.Values) peer.Acknowledged = false;
    }
}

internal sealed class Peer(UniqueAddress id)
{
    public UniqueAddress Id { get; } = id;
    public MemberStatus Status { get; set; }

    /// <summary>
    /// When a failure detector gave it up, or later, when it answered this node in spite of that. The cluster counts a node as unreachable if any one member
    /// cannot reach it; whether this one can, its answers tell. Null: nobody has given it up.
    /// </summary>
    public TimeSpan? DoubtedSince { get; set; }

    /// <summary>When it was last greeted because of that.</summary>
    public TimeSpan GreetedAt { get; set; }

    /// <summary>It was given up, and does not answer here.</summary>
    public bool IsSilent { get; set; }

    /// <summary>What it said of itself; null: nothing yet.</summary>
    public Hello? Hello { get; set; }

    /// <summary>It knows who we are, and has told what it saw of our identity.</summary>
    public bool Acknowledged { get; set; }

    /// <summary>The last change of bucket settings made here that it has, durably.</summary>
    public ulong ChangesTaken { get; set; }

    /// <summary>The last one that it was told of, and when.</summary>
    public ulong ChangesSent { get; set; }

    public TimeSpan ChangesSentAt { get; set; }

    /// <summary>Its actors, once it said hello.</summary>
    public RingPeer? Refs { get; set; }

    public bool IsReachable => !IsSilent && Status is MemberStatus.Up or MemberStatus.Joining or MemberStatus.WeaklyUp or MemberStatus.Leaving;
}
