using DynamoActors.Core.Quorum;

namespace DynamoActors.Core.Tests.Quorum;

public class WriteQuorumTests
{
    [Fact]
    public void Success_is_said_once_when_enough_distinct_nodes_acknowledged()
    {
        var quorum = Asked(required: 2, requiredOwners: 0, owners: 3);
        quorum.Acknowledged(1).ShouldBe(QuorumDecision.Wait);
        quorum.Acknowledged(1).ShouldBe(QuorumDecision.Wait);
        quorum.Acknowledged(2).ShouldBe(QuorumDecision.Succeed);
        quorum.IsDecided.ShouldBeTrue();
        quorum.Acknowledged(0).ShouldBe(QuorumDecision.Wait);
    }

    [Fact]
    public void Success_needs_the_coordinating_replica_itself()
    {
        var quorum = Asked(required: 2, requiredOwners: 0, owners: 3, selfSlot: 0);
        quorum.Acknowledged(1).ShouldBe(QuorumDecision.Wait);
        quorum.Acknowledged(2).ShouldBe(QuorumDecision.Wait);
        quorum.Missing().ShouldBe(QuorumDecision.Fail("self", 1, 0));
        quorum.Acknowledged(0).ShouldBe(QuorumDecision.Succeed);
    }

    [Fact]
    public void The_coordinating_replica_that_fails_fails_the_write_at_once()
    {
        var quorum = Asked(required: 2, requiredOwners: 0, owners: 3, selfSlot: 0);
        quorum.Failed(0).ShouldBe(QuorumDecision.Fail("self", 1, 0));
        quorum.Acknowledged(1).ShouldBe(QuorumDecision.Wait);
    }

    [Fact]
    public void Only_owners_count_for_pw()
    {
        var quorum = Asked(required: 2, requiredOwners: 2, owners: 2, standIns: 1);
        quorum.Acknowledged(2).ShouldBe(QuorumDecision.Wait);
        quorum.Acknowledged(0).ShouldBe(QuorumDecision.Wait);
        quorum.Acknowledged(1).ShouldBe(QuorumDecision.Succeed);
    }

    [Fact]
    public void Failure_is_said_as_soon_as_success_is_impossible()
    {
        var quorum = Asked(required: 2, requiredOwners: 0, owners: 3);
        quorum.Acknowledged(0).ShouldBe(QuorumDecision.Wait);
        quorum.Failed(1).ShouldBe(QuorumDecision.Wait);
        quorum.Pending.ShouldBe(0b100UL);
        quorum.Failed(1).ShouldBe(QuorumDecision.Wait);
        quorum.Failed(2).ShouldBe(QuorumDecision.Fail("w", 2, 1));

        var owners = Asked(required: 2, requiredOwners: 2, owners: 2, standIns: 1);
        owners.Acknowledged(2).ShouldBe(QuorumDecision.Wait);
        owners.Failed(1).ShouldBe(QuorumDecision.Fail("pw", 2, 0));
    }

    [Fact]
    public void A_stand_in_asked_in_time_makes_a_failure_good()
    {
        var quorum = Asked(required: 2, requiredOwners: 0, owners: 2);
        quorum.Acknowledged(0);
        quorum.Ask(2, isOwner: false);
        quorum.Failed(1).ShouldBe(QuorumDecision.Wait);
        quorum.Acknowledged(2).ShouldBe(QuorumDecision.Succeed);
    }

    [Fact]
    public void A_node_given_up_that_acknowledges_after_all_counts()
    {
        var quorum = Asked(required: 2, requiredOwners: 0, owners: 3);
        quorum.Failed(1);
        quorum.Acknowledged(0).ShouldBe(QuorumDecision.Wait);
        quorum.Acknowledged(1).ShouldBe(QuorumDecision.Succeed);
    }

    [Fact]
    public void A_reply_of_a_slot_never_asked_is_a_mistake_of_the_caller()
    {
        var quorum = Asked(required: 1, requiredOwners: 0, owners: 1);
        Should.Throw<ArgumentException>(() => quorum.Acknowledged(1));
        Should.Throw<ArgumentException>(() => quorum.Failed(63));
        Should.Throw<ArgumentOutOfRangeException>(() => quorum.Ask(64, isOwner: true));
        Should.Throw<ArgumentOutOfRangeException>(() => quorum.Ask(-1, isOwner: true));
    }

    [Fact]
    public void A_reset_quorum_remembers_nothing()
    {
        var quorum = Asked(required: 1, requiredOwners: 0, owners: 1);
        quorum.Acknowledged(0);
        quorum.Reset(2, 0);
        quorum.IsDecided.ShouldBeFalse();
        quorum.HasAcknowledged(0).ShouldBeFalse();
        Should.Throw<ArgumentException>(() => quorum.Acknowledged(0));
    }

    [Fact]
    public void Replies_allocate_nothing()
    {
        var quorum = new WriteQuorum();
        Round();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 1000; round++)
            Round();
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);

        void Round()
        {
            quorum.Reset(2, 1, selfSlot: 0);
            quorum.Ask(0, isOwner: true);
            quorum.Ask(1, isOwner: false);
            quorum.Acknowledged(0);
            quorum.Failed(1);
        }
    }

    /// <summary>
    /// Every order of replies: decided once, success exactly where a count of distinct nodes says so, failure exactly where it never can.
    /// </summary>
    [Fact]
    public void Any_sequence_of_replies_is_decided_as_counting_decides() => Property.ForAllScripts(1 << 20, script =>
    {
        if (script.Length == 0)
            return;
        var (w, pw, self) = (1 + (script[0] % 4), script[0] / 4 % 3, (script[0] / 12 % 2) - 1);
        const int owners = 3, slots = 5;
        var quorum = Asked(w, pw, owners, standIns: slots - owners, selfSlot: self);
        var (acknowledged, failed) = (new HashSet<int>(), new HashSet<int>());
        var decided = false;
        foreach (var step in script)
        {
            var slot = step % slots;
            var decision = step / slots % 2 == 0 ? Acknowledge(slot) : Fail(slot);
            var pending = Enumerable.Range(0, slots).Except(acknowledged).Except(failed);
            var expected = decided ? QuorumStatus.Wait
                : IsEnough(acknowledged) ? QuorumStatus.Succeed
                : IsEnough([.. acknowledged, .. pending]) ? QuorumStatus.Wait
                : QuorumStatus.Fail;
            decision.Status.ShouldBe(expected);
            decided |= expected != QuorumStatus.Wait;
        }

        bool IsEnough(HashSet<int> nodes) =>
            nodes.Count >= w && nodes.Count(node => node < owners) >= pw && (self < 0 || nodes.Contains(self));

        QuorumDecision Acknowledge(int slot)
        {
            acknowledged.Add(slot);
            return quorum.Acknowledged(slot);
        }

        QuorumDecision Fail(int slot)
        {
            failed.Add(slot);
            return quorum.Failed(slot);
        }
    });

    [Fact]
    public void A_write_to_a_partition_that_moves_needs_both_quorums()
    {
        // Owners 0, 1, 2; the next owners are 1, 2 and 3, which takes the place of 0.
        var quorum = Moving();
        quorum.Acknowledged(0).ShouldBe(QuorumDecision.Wait);
        quorum.Acknowledged(1).ShouldBe(QuorumDecision.Wait);
        quorum.Missing().ShouldBe(QuorumDecision.Fail("w", 2, 1));
        (quorum.StandInsWanted, quorum.StandInsWantedFor).ShouldBe((1, 0b1110UL));
        quorum.Acknowledged(3).ShouldBe(QuorumDecision.Succeed);

        quorum = Moving();
        quorum.Acknowledged(3).ShouldBe(QuorumDecision.Wait);
        quorum.Acknowledged(1).ShouldBe(QuorumDecision.Wait);
        quorum.StandInsWantedFor.ShouldBe(0b0111UL);
        quorum.Acknowledged(2).ShouldBe(QuorumDecision.Succeed);

        quorum = Moving();
        quorum.Failed(3).ShouldBe(QuorumDecision.Wait);
        quorum.Acknowledged(0).ShouldBe(QuorumDecision.Wait);
        quorum.Failed(2).ShouldBe(QuorumDecision.Fail("w", 2, 0));
    }

    /// <summary>Every order of replies: success exactly where each of the two sets has its own.</summary>
    [Fact]
    public void Any_sequence_of_replies_of_a_moving_partition_is_decided_as_counting_decides() => Property.ForAllScripts(1 << 20, script =>
    {
        var quorum = new WriteQuorum(2, 1);
        quorum.RequireNext(2, 1);
        // 5 is a stand-in for an owner that stays, and counts in both; 6 for one that goes.
        bool[] owner = [true, true, true, true, true, false, false];
        bool[] inOwners = [true, true, true, false, false, true, true], inNext = [false, true, false, true, true, true, false];
        for (var slot = 0; slot < owner.Length; slot++)
            quorum.Ask(slot, owner[slot], inOwners[slot], inNext[slot]);
        var (acknowledged, failed, decided) = (new HashSet<int>(), new HashSet<int>(), false);
        foreach (var step in script)
        {
            var slot = step % owner.Length;
            (step / owner.Length % 2 == 0 ? acknowledged : failed).Add(slot);
            var decision = step / owner.Length % 2 == 0 ? quorum.Acknowledged(slot) : quorum.Failed(slot);
            var expected = decided ? QuorumStatus.Wait
                : IsEnough(acknowledged) ? QuorumStatus.Succeed
                : IsEnough([.. acknowledged, .. Enumerable.Range(0, owner.Length).Except(failed)]) ? QuorumStatus.Wait
                : QuorumStatus.Fail;
            decision.Status.ShouldBe(expected);
            decided |= expected != QuorumStatus.Wait;
        }

        bool IsEnough(HashSet<int> nodes) => IsEnoughOf(nodes, inOwners) && IsEnoughOf(nodes, inNext);

        bool IsEnoughOf(HashSet<int> nodes, bool[] within) =>
            nodes.Count(node => within[node]) >= 2 && nodes.Any(node => within[node] && owner[node]);
    });

    private static WriteQuorum Moving()
    {
        var quorum = new WriteQuorum(2, 0);
        quorum.RequireNext(2, 0);
        for (var slot = 0; slot < 4; slot++)
            quorum.Ask(slot, isOwner: true, inOwners: slot < 3, inNext: slot > 0);
        return quorum;
    }

    private static WriteQuorum Asked(int required, int requiredOwners, int owners, int standIns = 0, int selfSlot = -1)
    {
        var quorum = new WriteQuorum(required, requiredOwners, selfSlot);
        for (var slot = 0; slot < owners + standIns; slot++)
            quorum.Ask(slot, isOwner: slot < owners);
        return quorum;
    }
}
