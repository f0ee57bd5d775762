using DynamoActors.Core.Versioning;
using DynamoActors.Simulation.Histories;

namespace DynamoActors.Simulation.Checkers;

internal sealed class NothingIsInvented : Checker
{
    public override int Number => 2;

    public override string Invariant => "No version appears that nobody wrote; no two siblings share a dot";

    public override void Completed(Operation operation)
    {
        if (operation.State == OperationState.Done && operation.Kind is not (OperationKind.List or OperationKind.Explain)) Check(
            operation.Key, operation.Kind == OperationKind.Get ? operation.Read : operation.Stored);
    }

    public override void AtEnd(FinalState final)
    {
        foreach (var key in History.Keys) Check(key, final[key]);
    }

    private void Check(ObjectKey key, VersionedObject? seen)
    {
        // What a counter is made of nobody has written as it is; invariant 27 looks at those.
        if (seen is null || key.Bucket == Workloads.Buckets.Counters) return;
        if (seen.Siblings.Select(sibling => sibling.Dot).Distinct().Count() != seen.Siblings.Length) Fail(
            key, $"two siblings share a dot: {seen}");
        foreach (var sibling in seen.Siblings)
        {
            if (sibling.IsTombstone ? !History.Writes(key).Any(write => write.Kind == OperationKind.Delete || write.Expires)
                : !IsWritten(key, sibling))
                Fail(key, $"nobody wrote {sibling.Dot} (#{Payload.OperationOf(sibling)}, {sibling.Value.Length} bytes)");
            if (!seen.Context.Covers(sibling.Dot)) Fail(key, $"the context of {seen} does not know {sibling.Dot}");
        }
    }

    private bool IsWritten(ObjectKey key, Sibling sibling) =>
        History.Find(Payload.OperationOf(sibling)) is { Kind: OperationKind.Put } write && write.Key == key && write.IsMine(sibling);
}
