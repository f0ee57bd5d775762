using Akka.Event;
using DynamoActors.Node.HintedHandoff;

namespace DynamoActors.Node.Tests.HintedHandoff;

/// <summary>What a person reads of handoff: each thing once, in the order in which it happened, and an end.</summary>
public sealed class HandoffLogTests
{
    private readonly List<string> _lines = [];
    private readonly HandoffLog _log;

    public HandoffLogTests() => _log = new HandoffLog((level, line) =>
    {
        if (level == LogLevel.InfoLevel) _lines.Add(line);
    });

    [Fact]
    public void An_outage_is_told_from_its_first_hint_to_its_last()
    {
        _log.Keeping("n2", 1);
        _log.Keeping("n2", 900);
        _log.Delivering("n2", 2614, At(10));
        _log.Delivered("n2", 2608, At(12));
        _log.Open.ShouldBe(["n2"]);
        _log.Delivering("n2", 6, At(13));
        _log.Delivered("n2", 6, At(13.5));
        _log.Ended("n2");
        _log.Ended("n2");
        _lines.ShouldBe(["Keeping hints for n2 until it can be reached", "Delivering 2614 hints to n2",
            "Delivered all 2614 hints to n2 in 3.5 s"]);
        _log.Open.ShouldBeEmpty();
    }

    [Fact]
    public void An_owner_that_was_merely_late_is_no_story()
    {
        _log.Delivering("n2", 1, At(1));
        _log.Delivered("n2", 1, At(2));
        _log.Ended("n2");
        _lines.ShouldBeEmpty();
    }

    [Fact]
    public void An_owner_that_goes_again_while_hints_are_delivered_ends_that()
    {
        _log.Found("n2", 1);
        _log.Delivering("n2", 500, At(1));
        _log.Keeping("n2", 400);
        _log.Delivered("n2", 100, At(4));
        _log.Keeping("n2", 401);
        _log.Delivering("n2", 401, At(10));
        _log.Delivered("n2", 401, At(11));
        _log.Ended("n2");
        _lines.ShouldBe(
        [
            "1 hint for n2 kept from before this start", "Delivering 500 hints to n2",
                "Delivering to n2 broke off: 400 hints kept until it can be reached",
            "Delivering 401 hints to n2", "Delivered all 501 hints to n2 in 1.0 s",
        ]);
    }

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);
}
