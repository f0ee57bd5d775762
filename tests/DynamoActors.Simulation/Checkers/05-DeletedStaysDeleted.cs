using DynamoActors.Simulation.Histories;

namespace DynamoActors.Simulation.Checkers;

/// <summary>
/// What an acknowledged write superseded, and above all what a deletion did, is gone for good. That an old tombstone never eats a new write
/// is checked with the first invariant: to it a tombstone is a write like any other.
/// </summary>
internal sealed class DeletedStaysDeleted : Checker
{
    public override int Number => 5;

    public override string Invariant => "A deleted key stays deleted, and what was superseded never comes back";

    /// <summary>Deletions were dropped meanwhile, and nothing was written: what is there must have been there before.</summary>
    public void AfterReaping(FinalState before, FinalState after)
    {
        foreach (var key in History.Keys)
            foreach (var sibling in after[key]?.Siblings ?? [])
                if (before[key]?.Holds(sibling.Dot) != true) Fail(
                    key, $"{sibling.Dot} is there since deletions were dropped, and was not before: {after[key]}");
    }

    public override void AtEnd(FinalState final)
    {
        foreach (var key in History.Keys)
        {
            if (final[key] is not { } left) continue;
            foreach (var write in History.Acknowledged(key))
            {
                if (write.Quorum.AcknowledgementsRequired <= Run.Destroyed.Count) continue;
                foreach (var sibling in left.Siblings)
                    if (write.Stored.Context.Covers(sibling.Dot) && !write.Stored.Holds(sibling.Dot))
                        Fail(key, $"{sibling.Dot} is back, though "
                            + $"{write.Dot}{(write.Kind == OperationKind.Delete ? ", a deletion," : "")} superseded it: {left}");
            }
        }
    }
}
