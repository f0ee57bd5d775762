using DynamoActors.Core.Quorum;

namespace DynamoActors.Core.Tests.Quorum;

public class ReadQuorumTests
{
    [Fact]
    public void Success_is_said_once_when_enough_distinct_nodes_answered()
    {
        var quorum = Asked(required: 2, requiredOwners: 0, owners: 2);
        quorum.Answered(0).ShouldBe(QuorumDecision.Wait);
        quorum.Answered(0).ShouldBe(QuorumDecision.Wait);
        quorum.Missing().ShouldBe(QuorumDecision.Fail("r", 2, 1));
        quorum.Answered(1).ShouldBe(QuorumDecision.Succeed);
        quorum.Answered(1).ShouldBe(QuorumDecision.Wait);
    }

    [Fact]
    public void Only_owners_count_for_pr()
    {
        var quorum = Asked(required: 1, requiredOwners: 1, owners: 1, standIns: 1);
        quorum.Answered(1).ShouldBe(QuorumDecision.Wait);
        quorum.Missing().ShouldBe(QuorumDecision.Fail("pr", 1, 0));
        quorum.Answered(0).ShouldBe(QuorumDecision.Succeed);
    }

    [Fact]
    public void Failure_is_said_as_soon_as_success_is_impossible()
    {
        var quorum = Asked(required: 2, requiredOwners: 0, owners: 2);
        quorum.Failed(0).ShouldBe(QuorumDecision.Fail("r", 2, 0));

        var owners = Asked(required: 1, requiredOwners: 1, owners: 1, standIns: 1);
        owners.Failed(0).ShouldBe(QuorumDecision.Fail("pr", 1, 0));
        owners.IsDecided.ShouldBeTrue();
    }

    [Fact]
    public void A_hedge_asked_in_time_makes_a_failure_good()
    {
        var quorum = Asked(required: 2, requiredOwners: 0, owners: 2);
        quorum.Ask(2, isOwner: true);
        quorum.Failed(0).ShouldBe(QuorumDecision.Wait);
        quorum.Answered(1).ShouldBe(QuorumDecision.Wait);
        quorum.Answered(2).ShouldBe(QuorumDecision.Succeed);
    }

    [Fact]
    public void While_a_partition_moves_the_next_owners_are_heard_too()
    {
        // Owners 0, 1 and 2; of these 2 leaves, and 3 comes in its place.
        var quorum = Moving();
        quorum.Answered(2).ShouldBe(QuorumDecision.Wait);
        quorum.Answered(1).ShouldBe(QuorumDecision.Wait);
        quorum.Missing().ShouldBe(QuorumDecision.Fail("r", 2, 1));
        quorum.Answered(3).ShouldBe(QuorumDecision.Succeed);

        var staying = Moving();
        staying.Answered(0).ShouldBe(QuorumDecision.Wait);
        staying.Answered(1).ShouldBe(QuorumDecision.Succeed);
    }

    [Fact]
    public void It_fails_where_too_few_next_owners_are_left()
    {
        var quorum = Moving();
        quorum.Failed(0).ShouldBe(QuorumDecision.Wait);
        quorum.Failed(3).ShouldBe(QuorumDecision.Fail("r", 2, 0));
    }

    private static ReadQuorum Moving()
    {
        var quorum = new ReadQuorum(required: 2, requiredOwners: 0);
        quorum.RequireNext(required: 2, requiredOwners: 0);
        for (var slot = 0; slot < 4; slot++)
            quorum.Ask(slot, isOwner: true, inOwners: slot != 3, inNext: slot != 2);
        return quorum;
    }

    private static ReadQuorum Asked(int required, int requiredOwners, int owners, int standIns = 0)
    {
        var quorum = new ReadQuorum(required, requiredOwners);
        for (var slot = 0; slot < owners + standIns; slot++)
            quorum.Ask(slot, isOwner: slot < owners);
        return quorum;
    }
}
