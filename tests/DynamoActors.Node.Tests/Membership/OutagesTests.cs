using DynamoActors.Node.Membership;

namespace DynamoActors.Node.Tests.Membership;

/// <summary>What a person reads of other nodes that go and come.</summary>
public sealed class OutagesTests
{
    private readonly List<string> _lines = [];
    private readonly Outages _outages;

    public OutagesTests() => _outages = new Outages((level, line) => _lines.Add($"{level} {line}"));

    [Fact]
    public void A_node_that_was_silent_for_a_while_can_be_reached_again()
    {
        Reached(1, at: 0);
        Lost("nothing heard for 3 s", at: 1);
        Lost("it closed the connection", at: 2);
        Reached(1, at: 3);
        Reached(1, at: 4);
        _lines.ShouldBe([
            "InfoLevel n2 can be reached",
            "WarningLevel n2 cannot be reached (nothing heard for 3 s): requests go on with the other replicas",
            "InfoLevel n2 can be reached again, after 2.0 s",
        ]);
    }

    [Fact]
    public void A_node_that_was_killed_was_started_again()
    {
        Reached(1, at: 0);
        Lost("it closed the connection", at: 1);
        Reached(2, at: 5);
        _lines.Last().ShouldBe("InfoLevel n2 was started again and can be reached, after 4.0 s");
    }

    [Fact]
    public void A_node_that_stops_in_order_says_so()
    {
        Reached(1, at: 0);
        _outages.Lost("n2", isOrderly: true, "it closed the connection", TimeSpan.FromSeconds(1));
        _lines.Last().ShouldBe("InfoLevel n2 is stopping: requests go on with the other replicas");
    }

    [Fact]
    public void Who_was_never_met_is_not_missed()
    {
        Lost("it closed the connection", at: 1);
        _lines.ShouldBeEmpty();
    }

    private void Reached(ulong incarnation, int at) => _outages.Reached("n2", incarnation, TimeSpan.FromSeconds(at));

    private void Lost(string reason, int at) => _outages.Lost("n2", isOrderly: false, reason, TimeSpan.FromSeconds(at));
}
