using Akka.Cluster;
using FsCheck.Fluent;
using static Akka.Tests.Clustering.ClusterGenerators;

namespace Akka.Tests.Clustering;

public class GossipLaws
{
    [Fact]
    public void Merge_is_commutative() => Check(Prop.ForAll(Histories(), h => Same(h[0].Merge(h[1]), h[1].Merge(h[0]))));

    [Fact]
    public void Merge_is_associative() => Check(Prop.ForAll(Histories(), h => Same(h[0].Merge(h[1]).Merge(h[2]), h[0].Merge(h[1].Merge(h[2])))));

    [Fact]
    public void Merge_is_idempotent() => Check(Prop.ForAll(Histories(), h => Same(h[0].Merge(h[0]), h[0])));

    [Fact]
    public void Merging_again_adds_nothing() => Check(Prop.ForAll(Histories(), h => Same(h[0].Merge(h[1]).Merge(h[1]), h[0].Merge(h[1]))));

    [Fact]
    public void Equal_versions_mean_equal_states() => Check(Prop.ForAll(Histories(), h =>
        !h[0].Version.IsSameAs(h[1].Version) || SameState(h[0], h[1])));

    [Fact]
    public void The_later_of_two_versions_is_the_merge() => Check(Prop.ForAll(Histories(), h =>
        !h[0].Version.IsBefore(h[1].Version) || Same(h[0].Merge(h[1]), h[1])));

    [Fact]
    public void No_member_is_lost_and_none_comes_back() => Check(Prop.ForAll(Histories(), h =>
    {
        var merged = h[0].Merge(h[1]);
        var known = h[0].Members.Union(h[1].Members).Select(m => m.UniqueAddress);
        return known.All(node => merged.HasMember(node) != merged.Tombstones.ContainsKey(node))
            && h[0].Tombstones.Keys.All(node => !merged.HasMember(node));
    }));

    [Fact]
    public void No_member_steps_back() => Check(Prop.ForAll(Histories(), h =>
    {
        var merged = h[0].Merge(h[1]);
        return h[0].Members.All(m => merged.MemberOf(m.UniqueAddress) is not { } after || ReferenceEquals(Member.HighestPriorityOf(m, after), after) || Alike(m, after));
    }));

    [Fact]
    public void Only_members_have_seen_observe_and_are_observed() => Check(Prop.ForAll(Histories(), h =>
    {
        var merged = h[0].Merge(h[1]);
        return merged.Overview.Seen.All(merged.HasMember)
            && merged.Overview.Reachability.Rows.All(row => merged.HasMember(row.Key) && row.Value.Unreachable.All(merged.HasMember));
    }));

    [Fact]
    public void Nobody_has_seen_what_two_concurrent_changes_became()
    {
        var start = GossipOf(MemberOf(Node(0), MemberStatus.Up), MemberOf(Node(1), MemberStatus.Up));
        var left = start.With(MemberOf(Node(2), MemberStatus.Joining)).ChangedBy(Node(0));
        var right = start.With(MemberOf(Node(3), MemberStatus.Joining)).ChangedBy(Node(1));

        left.Merge(right).Overview.Seen.ShouldBeEmpty();
        left.Merge(right).Members.Count.ShouldBe(4);
    }

    [Fact]
    public void Those_who_have_seen_the_same_version_are_added_up()
    {
        var gossip = GossipOf(MemberOf(Node(0), MemberStatus.Up), MemberOf(Node(1), MemberStatus.Up), MemberOf(Node(2), MemberStatus.Up));

        gossip.MarkSeen(Node(1)).Merge(gossip.MarkSeen(Node(2))).Overview.Seen.ShouldBe([Node(0), Node(1), Node(2)]);
    }

    [Fact]
    public void An_expired_tombstone_goes_together_with_its_count()
    {
        var gossip = GossipOf(MemberOf(Node(0), MemberStatus.Up), MemberOf(Node(1), MemberStatus.Down)).ChangedBy(Node(1)).Without(Node(1), 5000);

        gossip.PruneTombstones(5000).ShouldBeSameAs(gossip);
        var pruned = gossip.PruneTombstones(5001);
        pruned.Tombstones.ShouldBeEmpty();
        pruned.Version.Versions.Keys.ShouldBe([Gossip.ClockName(Node(0))]);
    }

    private static bool Same(Gossip a, Gossip b) => SameState(a, b) && a.Version.IsSameAs(b.Version) && a.Overview.Seen.SetEquals(b.Overview.Seen);

    private static bool SameState(Gossip a, Gossip b) =>
        a.Members.Count == b.Members.Count
        && a.Members.Zip(b.Members).All(pair => Alike(pair.First, pair.Second))
        && a.Overview.Reachability.SameAs(b.Overview.Reachability)
        && a.Tombstones.SequenceEqual(b.Tombstones);

    private static bool Alike(Member a, Member b) => a.UniqueAddress == b.UniqueAddress && a.Status == b.Status && a.UpNumber == b.UpNumber;
}
