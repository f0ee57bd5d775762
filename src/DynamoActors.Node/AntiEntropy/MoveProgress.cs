using System.Globalization;
using DynamoActors.Node.Requests;

namespace DynamoActors.Node.AntiEntropy;

/// <summary>How far the partitions are that come to this node, how fast, and when they will have arrived; in figures, and as the line that
/// people read wherever they look.</summary>
internal sealed class MoveProgress
{
    private const int BarLength = 20;
    private static readonly TimeSpan _lately = TimeSpan.FromSeconds(10);

    private readonly Queue<(TimeSpan At, long Bytes)> _seen = new();

    public TransfersView Look(string receiver, IReadOnlyList<PlannedExchange> moves, long most, TimeSpan now)
    {
        if (moves.Count == 0)
        {
            _seen.Clear();
            return TransfersView.None;
        }
        double size = MeanSize(moves);
        long bytes = moves.Sum(move => move.BytesMoved);
        long left = LeftOf(moves, size);
        double rate = Rate(bytes, now);
        var arrived = moves.GroupBy(move => move.Partition).Select(of => of.All(move => move.HasArrived)).ToList();
        bool isDone = arrived.TrueForAll(static one => one);
        var time = isDone ? TimeSpan.Zero : rate > 0 ? TimeSpan.FromSeconds(left / rate) : (TimeSpan?)null;
        return new TransfersView([.. moves.Select(move => View(move, receiver, size, now))], bytes, bytes + left, rate, most, time,
            Line(isDone ? 1 : Math.Min(0.99, Part(bytes, left, arrived)), arrived, bytes, bytes + left, rate, time));
    }

    /// <summary>By bytes where they are known, by partitions else.</summary>
    private static double Part(long bytes, long left, List<bool> arrived) =>
        bytes > 0 ? (double)bytes / (bytes + left) : (double)arrived.Count(static one => one) / arrived.Count;

    private static double MeanSize(IReadOnlyList<PlannedExchange> moves) =>
        moves.Sum(move => move.ObjectsMoved) is > 0 and var objects ? (double)moves.Sum(move => move.BytesMoved) / objects : 0;

    /// <summary>What was not looked at yet counts like the others.</summary>
    private static long LeftOf(IReadOnlyList<PlannedExchange> moves, double size)
    {
        var known = moves.Where(move => move.ObjectsLeft is not null).ToList();
        if (known.Count == 0) return 0;
        double all = known.Sum(move => move.ObjectsMoved + (double)move.ObjectsLeft!.Value) / known.Count;
        return (long)(size * (known.Sum(move => (double)move.ObjectsLeft!.Value) + all * (moves.Count - known.Count)));
    }

    private double Rate(long bytes, TimeSpan now)
    {
        if (_seen.Count > 0 && bytes < _seen.Last().Bytes) _seen.Clear();
        _seen.Enqueue((now, bytes));
        while (_seen.Count > 2 && now - _seen.Peek().At > _lately) _seen.Dequeue();
        var (since, before) = _seen.Peek();
        return now > since ? (bytes - before) / (now - since).TotalSeconds : 0;
    }

    private static TransferView View(PlannedExchange move, string receiver, double size, TimeSpan now)
    {
        double seconds = ((move.ArrivedAt ?? now) - (move.StartedAt ?? now)).TotalSeconds;
        double rate = seconds > 0 ? move.BytesMoved / seconds : 0;
        long? left = move.HasArrived ? 0 : move.ObjectsLeft is { } objects && size > 0 ? (long)(size * objects) : null;
        return new TransferView(move.Partition, move.Peer!, receiver, move.ObjectsMoved,
            move.HasArrived ? "arrived" : move.IsUnderWay ? "moving" : "waiting")
        {
            Bytes = move.BytesMoved,
            BytesAll = move.BytesMoved + left,
            BytesPerSecond = rate,
            Left = move.HasArrived ? TimeSpan.Zero : rate > 0 && left is { } some ? TimeSpan.FromSeconds(some / rate) : null,
            LastError = move.HasArrived || move.CanRun ? move.LastError : WaitsFor(move.Peer!),
        };
    }

    /// <summary>Nothing but people decides that a member is lost: docs/decisions/0014.</summary>
    private static string WaitsFor(string peer) =>
        $"{peer} cannot be reached: start it again, or where it is dead for good abort (POST /cluster/plan/abort) and give it up "
        + $"(POST /cluster/force-remove/{peer})";

    private static string Line(double part, List<bool> arrived, long bytes, long all, double rate, TimeSpan? left)
    {
        int filled = (int)(part * BarLength);
        string time = left is { } known ? FormattableString.Invariant($", {known.TotalSeconds:0} s left") : "";
        return string.Create(CultureInfo.InvariantCulture,
            $"[{new string('#', filled)}{new string('.', BarLength - filled)}] {(int)(100 * part)}%, {arrived.Count(static one => one)} of "
            + $"{arrived.Count} partitions, {Size(bytes)} of {Size(all)}, {Size(rate)}/s{time}");
    }

    private static string Size(double bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1 << 20):0.0} MiB");
}
