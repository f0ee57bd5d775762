using Akka.Event;

namespace DynamoActors.Node.AntiEntropy;

/// <summary>What a person reads of the partitions that come to this node: that they begin to, every ten seconds how far they are and whom
/// they wait for, and that all have arrived.</summary>
internal sealed class MoveLog(Action<LogLevel, string> write)
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(10);

    private ulong _since;
    private TimeSpan _toldAt;
    private bool _isDone;

    /// <param name="since">With which ring all this moving began; 0: nothing moves.</param>
    public void Look(ulong since, IReadOnlyCollection<PlannedExchange> moves, string progress, TimeSpan now)
    {
        if (since == 0 || moves.Count == 0)
        {
            _since = 0;
            return;
        }
        string partitions = Counted(moves.Select(move => move.Partition).Distinct().Count(), "partition");
        if (since != _since)
        {
            (_since, _toldAt, _isDone) = (since, now, false);
            write(LogLevel.InfoLevel, $"Receiving {partitions} from {Names(moves)}, since ring epoch {since}");
        }
        var missing = moves.Where(move => !move.HasArrived).ToList();
        if (missing.Count == 0)
        {
            if (!_isDone) write(LogLevel.InfoLevel,
                $"All has arrived of {partitions}, {Counted(moves.Sum(move => move.ObjectsMoved), "object")}: the leader hands over");
            _isDone = true;
            return;
        }
        _isDone = false;
        if (now - _toldAt < _interval) return;
        _toldAt = now;
        var apart = missing.Where(move => !move.CanRun).ToList();
        string line = $"Still receiving: {progress}";
        if (apart.Count == 0) write(LogLevel.InfoLevel, line);
        else write(LogLevel.WarningLevel, $"{line}. {Names(apart)} cannot be reached, and {apart.Count} wait for that: bring it back, or "
            + "POST /cluster/plan/abort and plan without it (force-remove where it is dead for good)");
    }

    private static string Names(IEnumerable<PlannedExchange> moves) =>
        string.Join(", ", moves.Select(move => move.Peer!).Distinct().Order(StringComparer.Ordinal));

    private static string Counted(long count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";
}
