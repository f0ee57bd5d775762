using DynamoActors.Node.Membership;

namespace DynamoActors.Node.Tests.Membership;

public sealed class IdentityCheckTests
{
    private static readonly string[] _others = ["node2", "node3"];
    private static readonly string[] _fourOthers = ["node2", "node3", "node4", "node5"];

    private readonly IdentityCheck _check = new(TimeSpan.FromSeconds(2));

    [Fact]
    public void A_fresh_identity_needs_nobody_s_word() =>
        _check.Decide(isFresh: true, _others, TimeSpan.Zero).ShouldBe(IdentityVerdict.Confirmed);

    [Fact]
    public void Nobody_to_ask_confirms_nothing() =>
        _check.Decide(isFresh: false, [], TimeSpan.Zero).ShouldBe(IdentityVerdict.TakeFresh);

    [Fact]
    public void A_majority_of_the_others_confirms()
    {
        _check.Told("node2");
        _check.Decide(isFresh: false, _fourOthers, TimeSpan.Zero).ShouldBe(IdentityVerdict.Wait);
        _check.Told("node5");
        _check.Decide(isFresh: false, _fourOthers, TimeSpan.Zero).ShouldBe(IdentityVerdict.Wait, "two of four are none");
        _check.Told("node5");
        _check.Decide(isFresh: false, _fourOthers, TimeSpan.Zero).ShouldBe(IdentityVerdict.Wait, "nobody counts twice");
        _check.Told("node3");
        _check.Decide(isFresh: false, _fourOthers, TimeSpan.Zero).ShouldBe(IdentityVerdict.Confirmed);
    }

    [Fact]
    public void Of_two_others_one_is_not_enough_since_the_missing_one_may_know_more()
    {
        _check.Told("node2");
        _check.Decide(isFresh: false, _others, TimeSpan.Zero).ShouldBe(IdentityVerdict.Wait);
        _check.Told("node3");
        _check.Decide(isFresh: false, _others, TimeSpan.Zero).ShouldBe(IdentityVerdict.Confirmed);
    }

    [Fact]
    public void Strangers_to_the_ring_do_not_confirm()
    {
        _check.Told("node8");
        _check.Told("node9");
        _check.Decide(isFresh: false, _others, TimeSpan.Zero).ShouldBe(IdentityVerdict.Wait);
    }

    [Fact]
    public void Where_too_few_can_be_asked_in_time_the_node_stays_writable_under_a_fresh_one()
    {
        _check.Told("node2");
        _check.Decide(isFresh: false, _others, TimeSpan.FromSeconds(10)).ShouldBe(IdentityVerdict.Wait, "time runs from here");
        _check.Decide(isFresh: false, _others, TimeSpan.FromSeconds(11.9)).ShouldBe(IdentityVerdict.Wait);
        _check.Decide(isFresh: false, _others, TimeSpan.FromSeconds(12)).ShouldBe(IdentityVerdict.TakeFresh);
    }

    [Fact]
    public void What_was_said_of_one_identity_says_nothing_of_the_next()
    {
        foreach (string other in _others) _check.Told(other);
        _check.Forget();
        _check.HasTold("node2").ShouldBeFalse();
        _check.Decide(isFresh: false, _others, TimeSpan.Zero).ShouldBe(IdentityVerdict.Wait);
    }
}
