using DynamoActors.Node.Membership;

namespace DynamoActors.Node.Tests.Membership;

public sealed class AcquaintanceTests
{
    private static readonly string[] _others = ["node2", "node3"];

    private readonly Acquaintance _acquaintance = new(TimeSpan.FromSeconds(2));
    private readonly HashSet<string> _met = [];

    [Fact]
    public void Who_has_just_started_waits_until_it_has_met_every_other_member()
    {
        NotMet(0).ShouldBe(["node2", "node3"]);
        _met.Add("node3");
        NotMet(1).ShouldBe(["node2"]);
        _met.Add("node2");
        NotMet(1.5).ShouldBeEmpty();
    }

    [Fact]
    public void Who_cannot_be_met_in_time_is_not_waited_for()
    {
        NotMet(10).ShouldBe(["node2", "node3"], "time runs from here");
        NotMet(11.9).ShouldBe(["node2", "node3"]);
        NotMet(12).ShouldBeEmpty();
    }

    [Fact]
    public void Alone_there_is_nobody_to_meet() => _acquaintance.NotMet([], _met.Contains, TimeSpan.Zero).ShouldBeEmpty();

    [Fact]
    public void Who_comes_into_the_ring_later_is_not_waited_for()
    {
        _met.UnionWith(_others);
        NotMet(0).ShouldBeEmpty();
        _acquaintance.NotMet([.. _others, "node4"], _met.Contains, TimeSpan.FromSeconds(1)).ShouldBeEmpty();
    }

    private IReadOnlyList<string> NotMet(double seconds) =>
        _acquaintance.NotMet(_others, _met.Contains, TimeSpan.FromSeconds(seconds));
}
