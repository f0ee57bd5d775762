using DynamoActors.Core.Versioning;
using DynamoActors.Simulation.Histories;

namespace DynamoActors.Simulation.Checkers;

/// <summary>
/// The final siblings are exactly the acknowledged versions that nothing superseded, plus possibly versions whose outcome is unknown. An
/// acknowledged version may be missing only where a write exists that could have superseded it: its context covered it, or it replaced what
/// was there.
/// </summary>
internal sealed class AcknowledgedWritesSurvive : Checker
{
    public override int Number => 1;

    public override string Invariant => "Every acknowledged write is readable, or superseded by a write whose context covered it";

    public override void AtEnd(FinalState final)
    {
        foreach (var key in History.Keys)
        {
            if (Run.IsLatestOnly(key)) CheckLatest(key, final[key]);
            else foreach (var write in History.Acknowledged(key)) Check(write, final[key]);
        }
    }

    private void Check(Operation write, VersionedObject? final)
    {
        if (write.Quorum.AcknowledgementsRequired <= Run.Destroyed.Count || final is not null && final.Holds(write.Dot)) return;
        // A deletion, or an expired version, that was removed because every owner had it.
        if (History.DropsOf(write.Key).Any(dropped => dropped.Holds(write.Dot))) return;
        if (final?.Context.Covers(write.Dot) != true && !History.WasDropped(write.Key, write.Dot))
            Fail(write.Key, $"{write.Dot} was acknowledged and is gone without a trace: {(object?)final ?? "nothing"} is left");
        else if (!History.Writes(write.Key).Any(other => CouldSupersede(other, write)))
            Fail(write.Key,
                $"{write.Dot} was acknowledged and is gone, though no write was ever made with a context that covers it: {final} is left");
    }

    private static bool CouldSupersede(Operation other, Operation write) =>
        other != write && other.State != OperationState.NotDone
        && (other.Context is { } context ? context.Covers(write.Dot) : !other.IsBefore(write));

    // Of the versions of a last-write-wins bucket the greatest time stays, and no other.
    private void CheckLatest(ObjectKey key, VersionedObject? final)
    {
        var counted = History.Acknowledged(key)
            .Where(write => write.Quorum.AcknowledgementsRequired > Run.Destroyed.Count && !History.WasDropped(key, write.Dot)).ToList();
        if (counted.Count == 0) return;
        var latest = counted.Select(write => write.Stored.Siblings.First(write.IsMine)).MaxBy(sibling => (sibling.Time, sibling.Dot))!;
        if (final is null || final.Siblings.Length != 1)
            Fail(key, $"a last-write-wins key must hold one version; it holds {(object?)final ?? "nothing"}");
        else if ((final.Siblings[0].Time, final.Siblings[0].Dot).CompareTo((latest.Time, latest.Dot)) < 0)
            Fail(key, $"{latest.Dot} of {latest.Time} was acknowledged, but {final.Siblings[0].Dot} of {final.Siblings[0].Time} is what "
                + $"is left");
    }
}
