using DynamoActors.Node.Membership;
using DynamoActors.Node.Messages;

namespace DynamoActors.Node.Tests.Membership;

public sealed class ClusterEntryTests
{
    private static readonly EntryFacts _facts = new(
        "node1", new HashSet<string>(), [], SeedCount: 3, SeedsMet: 1, IsFirstSeed: true, Waited: TimeSpan.Zero, SeedPatience: Seconds(5));

    private static readonly EntryFacts _withRing = _facts with { RingMembers = new HashSet<string> { "node1", "node2", "node3" } };

    [Fact]
    public void Who_meets_a_cluster_joins_it_whatever_it_remembers()
    {
        EntryPeer[] peers = [Heard("node2"), Heard("node3") with { IsInCluster = true }];

        foreach (var facts in new[] { _facts, _withRing, _facts with { IsFirstSeed = false }, _facts with { SeedCount = 0 } })
            ClusterEntry.Decide(facts with { Peers = peers }).ShouldBe(new EntryDecision.Join("node3"));
    }

    [Fact]
    public void Where_an_earlier_process_of_this_node_has_joined_it_is_taken_out_by_one_that_knows_it()
    {
        EntryPeer[] peers = [Joined("node2") with { Former = FormerLife.Met }, Joined("node3") with { Former = FormerLife.IsMember }];
        ClusterEntry.Decide(_facts with { Peers = peers }).ShouldBe(new EntryDecision.Join("node3"));
    }

    [Fact]
    public void Where_it_may_have_joined_that_is_waited_for()
    {
        EntryPeer[] peers = [Joined("node2"), Joined("node3") with { Former = FormerLife.Met }];
        ClusterEntry.Decide(_withRing with { Peers = peers, Waited = TimeSpan.FromDays(1) }).ShouldBeOfType<EntryDecision.Wait>();
    }

    [Fact]
    public void Whoever_has_been_met_is_heard_before_the_first_is_joined()
    {
        EntryPeer[] peers = [Joined("node2"), Heard("node3") with { IsHeard = false }];
        ClusterEntry.Decide(_facts with { Peers = peers }).ShouldBeOfType<EntryDecision.Wait>();
        ClusterEntry.Decide(_facts with { Peers = peers, Waited = Seconds(1.5) }).ShouldBe(new EntryDecision.Join("node2"));
    }

    [Fact]
    public void Nobody_joins_through_one_that_the_others_hardly_know()
    {
        EntryPeer[] peers = [Joined("node2") with { Together = 1, Former = FormerLife.IsMember }, Joined("node3") with { Together = 2 }];
        ClusterEntry.Decide(_facts with { Peers = peers }).ShouldBe(new EntryDecision.Join("node3"));
        ClusterEntry.Decide(_facts with { Peers = [peers[0], peers[1] with { Together = 1 }] }).ShouldBe(new EntryDecision.Join("node2"));
    }

    private static EntryPeer Joined(string name) => Heard(name) with { IsInCluster = true };

    [Fact]
    public void A_remembered_ring_s_minority_waits_for_ever_and_says_for_whom()
    {
        var alone = ClusterEntry.Decide(_withRing with { Waited = TimeSpan.FromDays(365) });

        alone.ShouldBeOfType<EntryDecision.Wait>().For
            .ShouldBe("1 of the 3 members of the ring are here, 2 are needed; waiting for node2, node3.");
    }

    [Fact]
    public void Two_of_four_are_no_majority() => ClusterEntry
        .Decide(_withRing with
        {
            RingMembers = new HashSet<string> { "node1", "node2", "node3", "node4" },
            Peers = [Heard("node2")],
            Waited = TimeSpan.FromDays(1),
        })
        .ShouldBeOfType<EntryDecision.Wait>().For.ShouldContain("waiting for node3, node4");

    [Fact]
    public void Strangers_to_the_ring_and_those_who_have_said_nothing_do_not_count()
    {
        EntryPeer[] peers = [Heard("node2") with { IsHeard = false }, Heard("node9")];

        ClusterEntry.Decide(_withRing with { Peers = peers, Waited = TimeSpan.FromDays(1) }).ShouldBeOfType<EntryDecision.Wait>();
    }

    [Theory]
    [InlineData("node1", 0, true)]
    [InlineData("node2", 2.9, false)]
    [InlineData("node2", 3, true)]
    [InlineData("node3", 5.9, false)]
    [InlineData("node3", 6, true)]
    public void A_majority_forms_the_cluster_again_in_order_of_name_whatever_the_order_of_seeds(string self, double waited, bool forms)
    {
        var others = new[] { "node1", "node2", "node3" }.Where(name => name != self).Select(Heard);
        var facts = _withRing with { Self = self, IsFirstSeed = false, Peers = [.. others], Waited = Seconds(waited) };

        if (forms) ClusterEntry.Decide(facts).ShouldBeOfType<EntryDecision.Form>();
        else ClusterEntry.Decide(facts).ShouldBe(new EntryDecision.Wait("node1 forms the cluster again."));
    }

    [Theory]
    [InlineData("node2", "node3", 1.4, false)]
    [InlineData("node2", "node3", 1.5, true)]
    [InlineData("node1", "node3", 1.4, false)]
    [InlineData("node1", "node3", 1.5, true)]
    [InlineData("node3", "node1", 4.4, false)]
    [InlineData("node3", "node1", 4.5, true)]
    public void A_majority_waits_a_moment_for_who_starts_with_it_and_not_for_who_is_gone(
        string self, string other, double waited, bool forms)
    {
        var facts = _withRing with { Self = self, IsFirstSeed = false, Peers = [Heard(other)], Waited = Seconds(waited) };

        if (forms) ClusterEntry.Decide(facts).ShouldBeOfType<EntryDecision.Form>();
        else ClusterEntry.Decide(facts).ShouldBeOfType<EntryDecision.Wait>();
    }

    [Theory]
    [InlineData(0, 3, true)]
    [InlineData(0, 2, false)]
    [InlineData(4.9, 1, false)]
    [InlineData(5, 1, true)]
    public void Without_a_ring_the_first_seed_forms_once_all_seeds_are_here_or_its_patience_is_over(double waited, int met, bool forms)
    {
        var decision = ClusterEntry.Decide(_facts with { Waited = Seconds(waited), SeedsMet = met });

        if (forms) decision.ShouldBeOfType<EntryDecision.Form>();
        else decision.ShouldBe(new EntryDecision.Wait($"{met} of 3 seeds are here."));
    }

    [Fact]
    public void Other_seeds_never_form() => ClusterEntry
        .Decide(_facts with { IsFirstSeed = false, SeedsMet = 3, Waited = TimeSpan.FromDays(1) }).ShouldBeOfType<EntryDecision.Wait>();

    [Fact]
    public void Without_seeds_a_node_forms_its_own() =>
        ClusterEntry.Decide(_facts with { SeedCount = 0, IsFirstSeed = false }).ShouldBeOfType<EntryDecision.Form>();

    [Fact]
    public void An_empty_directory_leaves_it_to_who_remembers_a_ring() => ClusterEntry
        .Decide(_facts with { Peers = [Heard("node2") with { Epoch = 1 }], SeedsMet = 3, Waited = TimeSpan.FromDays(1) })
        .ShouldBe(new EntryDecision.Wait("node2 remembers a ring and forms its cluster again."));

    private static EntryPeer Heard(string name) => new(name, IsHeard: true, IsInCluster: false, Epoch: 0);

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
