using Akka.Event;
using DynamoActors.Node.Membership;

namespace DynamoActors.Node.Tests.Membership;

public sealed class ClockWatchTests
{
    private readonly List<(LogLevel Level, string Line)> _log = [];
    private readonly ClockWatch _watch;

    public ClockWatchTests() => _watch = new ClockWatch((level, line) => _log.Add((level, line)));

    [Fact]
    public void A_clock_that_is_off_is_told_once_with_how_far_in_which_direction_and_what_comes_of_it()
    {
        Look(2.5);
        Look(2.6);
        _log.ShouldBe([(LogLevel.WarningLevel, "The clock of n2 is 2.5 s ahead of this node's: keys expire early")]);
        _log.Clear();
        Look(-86_400, "n3");
        _log.ShouldBe([(LogLevel.WarningLevel, "The clock of n3 is 86400.0 s behind this node's: keys expire early")]);
    }

    [Theory]
    [InlineData(0.999, 0)]
    [InlineData(-0.999, 0)]
    [InlineData(1.4, 0.5)]
    [InlineData(-1.4, 0.5)]
    public void Nothing_is_said_below_a_second_or_where_it_may_be_below(double seconds, double within)
    {
        Look(seconds, within: within);
        _log.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(2.1, 4.1, 2)]
    [InlineData(2.1, 4.3, 3)]
    [InlineData(4.1, 2.1, 2)]
    [InlineData(4.3, 2.1, 3)]
    [InlineData(2.1, -2.1, 3)]
    public void It_is_told_again_when_it_has_doubled_halved_or_changed_sides(double first, double then, int linesWithTheEnd)
    {
        Look(first);
        Look(then);
        Look(0);
        _log.Count.ShouldBe(linesWithTheEnd);
    }

    [Fact]
    public void Its_end_is_told_once_and_not_before_it_is_certain()
    {
        Look(3);
        Look(0.8, within: 0.3);
        _log.Count.ShouldBe(1);
        Look(0.8);
        Look(0.1);
        _log[1..].ShouldBe([(LogLevel.InfoLevel, "The clock of n2 is right again, to within a second")]);
        Look(3);
        _log.Count.ShouldBe(3);
    }

    private void Look(double seconds, string name = "n2", double within = 0) => _watch.Look(
        $"The clock of {name}", TimeSpan.FromSeconds(seconds), "this node's", "keys expire early", TimeSpan.FromSeconds(within));
}
