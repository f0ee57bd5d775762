using DynamoActors.Simulation.Nemesis;

namespace DynamoActors.Simulation.Runs;

/// <summary>By what the replicas of a run come to agree again, and when its deletions may be dropped.</summary>
/// <param name="ByReads">Every key is read from all owners in the end, and no comparison is answered; otherwise nothing is read, and
/// anti-entropy does it alone.</param>
/// <param name="Interval">Of anti-entropy.</param>
/// <param name="DeletedAgeMin">Longer than any message is under way while all nodes can be reached: what the setting is for.</param>
/// <param name="HintBytesMax">Kept for one owner. In some runs next to nothing: what is not kept is left to anti-entropy.</param>
/// <param name="BytesPerSecond">That comparisons may move. In the same runs so few that replicas differ for a while.</param>
internal sealed record RepairPlan(bool ByReads, TimeSpan Interval, TimeSpan DeletedAgeMin, long HintBytesMax, long BytesPerSecond)
{
    private const long HintBytesUsual = 16 << 20;
    private const long HintBytesFew = 64;
    private const long BytesPerSecondUsual = 32 << 20;
    private const long BytesPerSecondFew = 8 * 1024;

    private static readonly TimeSpan _never = TimeSpan.FromHours(1);

    // A request's two seconds, and those until a node that stands still is taken for unreachable.
    private static readonly TimeSpan _messagesLateUsual = TimeSpan.FromSeconds(8);

    public static readonly RepairPlan None = new(ByReads: true, _never, _never, HintBytesUsual, BytesPerSecondUsual);

    /// <summary>Deletions are dropped while the run lasts.</summary>
    public bool Reaps => DeletedAgeMin < _never;

    /// <summary>There is room for all hints.</summary>
    public bool KeepsHints => HintBytesMax == HintBytesUsual;

    public static RepairPlan Draw(Random random, FaultPlan faults)
    {
        // The proof is put to the test.
        if (faults.IsNeglect) return new RepairPlan(ByReads: false, TimeSpan.FromSeconds(1 + random.Next(3)),
            _messagesLateUsual + faults.MessagesLate, HintBytesFew, BytesPerSecondUsual);
        if (random.Next(3) == 0) return None;
        var interval = TimeSpan.FromSeconds(1 + random.Next(8));
        var age = random.Next(4) == 0 ? _never : _messagesLateUsual + faults.MessagesLate;
        return random.Next(3) == 0
            ? new RepairPlan(ByReads: false, interval, age, HintBytesFew, BytesPerSecondFew)
            : new RepairPlan(ByReads: false, interval, age, HintBytesUsual, BytesPerSecondUsual);
    }

    public override string ToString() => ByReads ? "repaired by reads"
        : $"repaired by anti-entropy every {Interval.TotalSeconds:0} s, deletions dropped after {DeletedAgeMin.TotalSeconds:0} s, "
            + $"{HintBytesMax} bytes of hints, {BytesPerSecond} bytes compared a second";
}
