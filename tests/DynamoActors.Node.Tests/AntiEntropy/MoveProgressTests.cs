using DynamoActors.Node.AntiEntropy;
using DynamoActors.Node.Requests;

namespace DynamoActors.Node.Tests.AntiEntropy;

public sealed class MoveProgressTests
{
    private const int MiB = 1 << 20;

    private readonly MoveProgress _progress = new();
    private readonly PlannedExchange _first = new(1, "n1", turn: 0) { IsMove = true, CanRun = true };
    private readonly PlannedExchange _second = new(2, "n2", turn: 0) { IsMove = true, CanRun = true };

    [Fact]
    public void Nothing_is_told_where_nothing_moves() => _progress.Look("n4", [], most: 9, TimeSpan.Zero).ShouldBe(TransfersView.None);

    [Fact]
    public void What_is_left_is_as_many_objects_as_were_counted_in_the_size_of_those_that_came()
    {
        Look(at: 0).InWords.ShouldBe("[....................] 0%, 0 of 2 partitions, 0.0 MiB of 0.0 MiB, 0.0 MiB/s");
        (_first.IsUnderWay, _first.StartedAt) = (true, TimeSpan.Zero);
        (_first.ObjectsMoved, _first.BytesMoved, _first.ObjectsLeft) = (10, 10 * MiB, 30);

        var view = Look(at: 5);

        // Of the second partition nothing is known: it counts like the first.
        (view.Bytes, view.BytesAll, view.BytesPerSecond).ShouldBe((10 * MiB, 80 * MiB, 2 * MiB));
        view.Left.ShouldBe(TimeSpan.FromSeconds(35));
        view.InWords.ShouldBe("[##..................] 12%, 0 of 2 partitions, 10.0 MiB of 80.0 MiB, 2.0 MiB/s, 35 s left");
        view.Moves.ShouldBe([
            new TransferView(1, "n1", "n4", 10, "moving")
            {
                Bytes = 10 * MiB,
                BytesAll = 40 * MiB,
                BytesPerSecond = 2 * MiB,
                Left = TimeSpan.FromSeconds(15),
            },
            new TransferView(2, "n2", "n4", 0, "waiting")]);
    }

    [Fact]
    public void The_rate_is_of_the_last_ten_seconds()
    {
        Look(at: 0);
        (_first.ObjectsMoved, _first.BytesMoved, _first.ObjectsLeft) = (100, 100 * MiB, 10);
        Look(at: 1).BytesPerSecond.ShouldBe(100 * MiB);
        (_first.ObjectsMoved, _first.BytesMoved) = (120, 120 * MiB);
        Look(at: 11).BytesPerSecond.ShouldBe(2 * MiB);
    }

    [Fact]
    public void All_is_not_said_before_all_has_arrived()
    {
        (_first.HasArrived, _first.ObjectsLeft, _second.ObjectsLeft) = (true, 0, 0);
        (_first.ObjectsMoved, _first.BytesMoved) = (1, MiB);
        Look(at: 0).InWords.ShouldStartWith("[###################.] 99%, 1 of 2 partitions");
        _second.HasArrived = true;
        Look(at: 1).InWords.ShouldStartWith("[####################] 100%, 2 of 2 partitions");
        Look(at: 1).Moves.ShouldAllBe(move => move.State == "arrived" && move.Left == TimeSpan.Zero);
    }

    [Fact]
    public void A_move_says_what_is_in_its_way()
    {
        _first.LastError = "n1 refused: Overloaded";
        _second.CanRun = false;
        Look(at: 0).Moves.Select(move => move.LastError).ShouldBe(["n1 refused: Overloaded",
            "n2 cannot be reached: start it again, or where it is dead for good abort (POST /cluster/plan/abort) and give it up "
            + "(POST /cluster/force-remove/n2)"]);
    }

    private TransfersView Look(int at) => _progress.Look("n4", [_first, _second], most: 9, TimeSpan.FromSeconds(at));
}
