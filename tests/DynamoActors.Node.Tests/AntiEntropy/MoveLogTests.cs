using Akka.Event;
using DynamoActors.Node.AntiEntropy;

namespace DynamoActors.Node.Tests.AntiEntropy;

public sealed class MoveLogTests
{
    private readonly List<string> _lines = [];
    private readonly MoveLog _log;
    private readonly PlannedExchange _first = new(1, "n1", turn: 0) { IsMove = true, CanRun = true };
    private readonly PlannedExchange _second = new(2, "n2", turn: 0) { IsMove = true, CanRun = true };

    public MoveLogTests() => _log = new MoveLog((level, line) => _lines.Add($"{level}: {line}"));

    [Fact]
    public void It_tells_once_that_moves_begin_and_once_that_all_has_arrived()
    {
        Look(at: 0);
        Look(at: 1);
        (_first.HasArrived, _second.HasArrived, _second.ObjectsMoved) = (true, true, 1);
        Look(at: 2);
        Look(at: 20);

        _lines.ShouldBe([
            "InfoLevel: Receiving 2 partitions from n1, n2, since ring epoch 4",
            "InfoLevel: All has arrived of 2 partitions, 1 object: the leader hands over"]);
    }

    [Fact]
    public void Every_ten_seconds_it_tells_how_far_they_are_and_warns_of_whom_they_wait_for()
    {
        Look(at: 0);
        _first.HasArrived = true;
        Look(at: 9);
        Look(at: 10);
        _second.CanRun = false;
        Look(at: 21);

        _lines.Count.ShouldBe(3);
        _lines[1].ShouldBe("InfoLevel: Still receiving: [#.] 50%");
        _lines[2].ShouldStartWith("WarningLevel: Still receiving: [#.] 50%");
        _lines[2].ShouldContain("n2 cannot be reached");
        _lines[2].ShouldContain("POST /cluster/plan/abort");
    }

    [Fact]
    public void Another_change_is_told_of_anew()
    {
        Look(at: 0);
        _log.Look(since: 0, [], "", TimeSpan.FromSeconds(1));
        _log.Look(since: 6, [_first], "", TimeSpan.FromSeconds(2));

        _lines[^1].ShouldBe("InfoLevel: Receiving 1 partition from n1, since ring epoch 6");
    }

    private void Look(int at) => _log.Look(since: 4, [_first, _second], "[#.] 50%", TimeSpan.FromSeconds(at));
}
