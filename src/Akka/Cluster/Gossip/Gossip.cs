using System.Collections.Immutable;

namespace Akka.Cluster;

/// <summary>
/// The cluster's state as one node knows it: its members, what is known of their reachability, who has seen this version, and who
/// has been removed. Nodes exchange it until all hold the same.
///
/// Invariants: members, tombstones and observers are distinct incarnations; nobody is both a member and a tombstone; only members
/// observe, are observed and have seen. Every change by a node counts in the version under that node's name, and merging is a
/// least upper bound, so that equal versions mean equal states. Immutable.
/// </summary>
internal sealed class Gossip
{
    public static readonly Gossip Empty = new([], GossipOverview.Empty, VectorClock.Create(), ImmutableSortedDictionary<UniqueAddress, long>.Empty);

    private ImmutableDictionary<UniqueAddress, Member>? _byNode;

    public Gossip(
        ImmutableSortedSet<Member> members, GossipOverview overview, VectorClock version, ImmutableSortedDictionary<UniqueAddress, long> tombstones)
    {
        Members = members;
        Overview = overview;
        Version = version;
        Tombstones = tombstones;
    }

    public ImmutableSortedSet<Member> Members { get; }

    public GossipOverview Overview { get; }

    public VectorClock Version { get; }

    /// <summary>When each removed incarnation was removed, in milliseconds since 1970: without it, a late gossip would bring the member back.</summary>
    public ImmutableSortedDictionary<UniqueAddress, long> Tombstones { get; }

    /// <summary>The name under which a node's changes are counted. Holds the incarnation: a restarted node counts from one again.</summary>
    public static VectorClock.Node ClockName(UniqueAddress node) => VectorClock.Node.Create(node.ToString());

    public Member? MemberOf(UniqueAddress node) => ByNode.GetValueOrDefault(node);

    public bool HasMember(UniqueAddress node) => ByNode.ContainsKey(node);

    public bool SeenBy(UniqueAddress node) => Overview.Seen.Contains(node);

    /// <summary>Adds the member, or puts it in place of what is known of the same incarnation.</summary>
    public Gossip With(Member member) => Copy(members: Members.Remove(member).Add(member));

    public Gossip With(IEnumerable<Member> members) => members.Aggregate(this, (gossip, member) => gossip.With(member));

    public Gossip With(Reachability reachability) => Copy(overview: Overview with { Reachability = reachability });

    /// <summary>The member is gone, with all that it observed and all that was observed of it.</summary>
    public Gossip Without(UniqueAddress node, long nowMilliseconds)
    {
        var members = Members.Where(m => m.UniqueAddress != node).ToImmutableSortedSet();
        return new Gossip(members, Among(members, Overview), Version, Tombstones.SetItem(node, nowMilliseconds));
    }

    /// <summary>A change made by <paramref name="by"/>: it has seen the result, and nobody else has.</summary>
    public Gossip ChangedBy(UniqueAddress by) =>
        Copy(version: Version.Increment(ClockName(by)), overview: Overview with { Seen = HasMember(by) ? [by] : [] });

    public Gossip MarkSeen(UniqueAddress node) =>
        SeenBy(node) || !HasMember(node) ? this : Copy(overview: Overview with { Seen = Overview.Seen.Add(node) });

    /// <summary>
    /// The least state that contains both. Commutative, associative and idempotent; loses no member that is not in a tombstone.
    /// Seen by those who had seen a side that already was the result.
    /// </summary>
    public Gossip Merge(Gossip that)
    {
        var version = Version.Merge(that.Version);
        var tombstones = Union(Tombstones, that.Tombstones);
        var members = Members.Concat(that.Members)
            .Where(m => !tombstones.ContainsKey(m.UniqueAddress))
            .GroupBy(m => m.UniqueAddress)
            .Select(views => views.Aggregate(Member.HighestPriorityOf))
            .ToImmutableSortedSet();
        var seen = (version.IsSameAs(Version) ? Overview.Seen : []).Union(version.IsSameAs(that.Version) ? that.Overview.Seen : []);
        var overview = new GossipOverview(seen, Overview.Reachability.Merge(that.Overview.Reachability));
        return new Gossip(members, Among(members, overview), version, tombstones);
    }

    /// <summary>Forgets those removed before the given time, together with their changes, which by then everybody has.</summary>
    public Gossip PruneTombstones(long removedBeforeMilliseconds)
    {
        var expired = Tombstones.Where(t => t.Value < removedBeforeMilliseconds).Select(t => t.Key).ToArray();
        if (expired.Length == 0) return this;
        var version = expired.Aggregate(Version, (clock, node) => clock.Prune(ClockName(node)));
        return new Gossip(Members, Overview, version, Tombstones.RemoveRange(expired));
    }

    public override string ToString() =>
        $"Gossip(members = [{string.Join(", ", Members)}], seen = [{string.Join(", ", Overview.Seen)}], {Overview.Reachability}, {Version})";

    private ImmutableDictionary<UniqueAddress, Member> ByNode => _byNode ??= Members.ToImmutableDictionary(m => m.UniqueAddress);

    private Gossip Copy(ImmutableSortedSet<Member>? members = null, GossipOverview? overview = null, VectorClock? version = null) =>
        new(members ?? Members, overview ?? Overview, version ?? Version, Tombstones);

    private static GossipOverview Among(ImmutableSortedSet<Member> members, GossipOverview overview)
    {
        var nodes = members.Select(m => m.UniqueAddress).ToHashSet();
        return new GossipOverview(overview.Seen.Where(nodes.Contains).ToImmutableSortedSet(), overview.Reachability.Among(nodes));
    }

    private static ImmutableSortedDictionary<UniqueAddress, long> Union(
        ImmutableSortedDictionary<UniqueAddress, long> a, ImmutableSortedDictionary<UniqueAddress, long> b)
    {
        if (b.Count == 0 || ReferenceEquals(a, b)) return a;
        var union = a.ToBuilder();
        foreach (var (node, removed) in b)
            union[node] = Math.Max(removed, union.GetValueOrDefault(node));
        return union.ToImmutable();
    }
}
