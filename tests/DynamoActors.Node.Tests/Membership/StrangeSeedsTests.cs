using DynamoActors.Node.Membership;

namespace DynamoActors.Node.Tests.Membership;

public sealed class StrangeSeedsTests
{
    private readonly StrangeSeeds _seeds = new();

    [Fact]
    public void A_seed_of_another_cluster_is_told_with_both_and_with_what_to_do()
    {
        Complaint(0).ShouldBeNull();
        Refused(1);
        Complaint(2).ShouldBe("The data directory of n1 belongs to the cluster 000000000000abcd of n1, n2, and the seed other:4053 to "
            + "another one. Start it on its own directory (--data), or with the seeds of that cluster (--seed).");
    }

    [Fact]
    public void A_seed_that_refuses_no_more_is_forgotten()
    {
        Refused(1);
        Complaint(10).ShouldNotBeNull();
        Complaint(12).ShouldBeNull();
        Refused(12);
        Complaint(13).ShouldNotBeNull();
    }

    [Fact]
    public void Once_a_seed_has_been_met_a_stranger_at_its_address_makes_nobody_else_unready()
    {
        Refused(1);
        _seeds.Met();
        Complaint(2).ShouldBeNull();
        Refused(3);
        Complaint(3).ShouldBeNull();
    }

    private void Refused(int seconds) => _seeds.Refused("other:4053", TimeSpan.FromSeconds(seconds));

    private string? Complaint(int seconds) => _seeds.Complaint("n1", 0xabcd, ["n1", "n2"], TimeSpan.FromSeconds(seconds));
}
