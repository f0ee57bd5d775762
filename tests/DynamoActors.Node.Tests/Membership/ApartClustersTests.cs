using DynamoActors.Node.Membership;

namespace DynamoActors.Node.Tests.Membership;

public sealed class ApartClustersTests
{
    [Theory]
    [InlineData(0, 5, "a", 1, 1, "b", true)]
    [InlineData(1, 1, "b", 1, 2, "a", true)]
    [InlineData(1, 2, "b", 1, 2, "a", true)]
    public void The_older_ring_then_the_smaller_cluster_then_the_later_address_gives_way(
        ulong epoch, int members, string first, ulong otherEpoch, int otherMembers, string otherFirst, bool givesWay)
    {
        var own = new ClusterSide(epoch, members, first);
        var other = new ClusterSide(otherEpoch, otherMembers, otherFirst);

        ApartClusters.GivesWay(own, other, counts: false, isCounted: false).ShouldBe(givesWay);
        ApartClusters.GivesWay(other, own, counts: false, isCounted: false).ShouldBe(!givesWay);
    }

    [Fact]
    public void Of_two_equal_sides_the_one_that_counts_the_other_in_vain_gives_way()
    {
        ApartClusters.GivesWay(new ClusterSide(1, 1, "a"), new ClusterSide(1, 1, "b"), counts: true, isCounted: false).ShouldBeTrue();
        ApartClusters.GivesWay(new ClusterSide(1, 1, "b"), new ClusterSide(1, 1, "a"), counts: false, isCounted: true).ShouldBeFalse();
        ApartClusters.GivesWay(new ClusterSide(1, 2, "a"), new ClusterSide(1, 1, "b"), counts: true, isCounted: false).ShouldBeFalse();
    }

    [Fact]
    public void Of_any_two_sides_exactly_one_gives_way()
    {
        ClusterSide[] sides = [new(0, 1, "a"), new(0, 1, "b"), new(0, 2, "a"), new(1, 1, "a"), new(1, 2, "a"), new(2, 1, "b")];
        foreach (var one in sides)
            foreach (var other in sides.Where(side => side != one))
                ApartClusters.GivesWay(one, other, counts: false, isCounted: false).ShouldNotBe(
                    ApartClusters.GivesWay(other, one, counts: false, isCounted: false), $"{one} {other}");
    }
}
