using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster;
using FsCheck;
using FsCheck.Fluent;

namespace Akka.Tests.Clustering;

/// <summary>Random histories of a small cluster: states that nodes can really reach, because they come about by changes and merges.</summary>
internal static class ClusterGenerators
{
    private static readonly Config _few = Config.QuickThrowOnFailure.WithMaxTest(100).WithEndSize(40);

    public static UniqueAddress Node(int i, int uid = 1) => new(new Address("akka.tcp", "test", "host", 1000 + i), uid);

    public static Member MemberOf(UniqueAddress node, MemberStatus status, int upNumber = Member.NotYetUp) =>
        new(node, upNumber, status, ImmutableHashSet<string>.Empty);

    public static Gossip GossipOf(params Member[] members) => Gossip.Empty.With(members).ChangedBy(Node(0));

    public static void Check(Property property) => FsCheck.Check.One(_few, property);

    /// <summary>The states of three nodes that changed and merged at random.</summary>
    public static Arbitrary<Gossip[]> Histories() => Gen.Choose(0, 1 << 30).ListOf()
        .Select(choices => Replay([.. choices])).ToArbitrary();

    private static Gossip[] Replay(int[] choices)
    {
        var start = GossipOf([.. Enumerable.Range(0, 4).Select(i => MemberOf(Node(i), MemberStatus.Joining))]);
        var states = new[] { start, start, start };
        foreach (int choice in choices)
        {
            int actor = choice % 3;
            int action = choice / 3 % 6;
            int subject = choice / 18 % 4;
            states[actor] = Act(states, actor, action, subject);
        }
        return states;
    }

    private static Gossip Act(Gossip[] states, int actor, int action, int subject)
    {
        var gossip = states[actor];
        var self = Node(actor);
        if (action == 0) return gossip.Merge(states[(actor + 1 + subject % 2) % 3]).MarkSeen(self);
        var node = Node(subject);
        if (gossip.MemberOf(node) is not { } member) return gossip;
        var reachability = gossip.Overview.Reachability;
        var changed = action switch
        {
            1 when gossip.HasMember(self) && node != self => gossip.With(reachability.Unreachable(self, node)),
            2 => gossip.With(reachability.Reachable(self, node)),
            3 => gossip.With(Next(member)),
            4 => member.Status is MemberStatus.Down or MemberStatus.Exiting ? gossip.Without(node, 1000 + actor) : gossip,
            5 => member.Status == MemberStatus.Down ? gossip : gossip.With(member.Copy(MemberStatus.Down)),
            _ => gossip,
        };
        return ReferenceEquals(changed, gossip) ? gossip : changed.ChangedBy(self);
    }

    private static Member Next(Member member) => member.Status switch
    {
        MemberStatus.Joining => member.CopyUp(member.Address.Port!.Value),
        MemberStatus.Up => member.Copy(MemberStatus.Leaving),
        MemberStatus.Leaving => member.Copy(MemberStatus.Exiting),
        _ => member,
    };
}
