using DynamoActors.Core.Ring;
using DynamoActors.Http.Answers;
using DynamoActors.Node.Requests;
using Copies = DynamoActors.Http.Answers.Copies;

namespace DynamoActors.Http.Operations;

/// <summary><c>/cluster/plan</c>: what is staged for the ring, and what would become of it.</summary>
internal static class PlanPage
{
    public static Plan Of(PlanShown shown) => new(
        shown.Ring.Epoch,
        shown.Ring.MovingPartitions.Count(),
        shown.Staged.Select(change => change.InWords),
        shown.Plan?.Moves ?? 0,
        shown.Plan is null ? [] : shown.Plan.Members.Select(Of),
        shown.Plan is { Safety.Worst: var worst } ? new Safety(Of(worst.Before), Of(worst.During), Of(worst.After)) : null);

    public static Plan Of(PartitionTable ring) => new(ring.Epoch, ring.MovingPartitions.Count(), [], 0, [], null);

    public static Transfers TransfersOf(PartitionTable ring, TransfersView all) => new(
        ring.Epoch, ring.MovingPartitions.Count(), all.InWords, all.Bytes, all.BytesAll, all.BytesPerSecond, all.BytesPerSecondMax,
        all.Left?.TotalSeconds,
        all.Moves.Select(move => new TransferShown(move.Partition, move.From, move.To, move.Objects, move.Bytes, move.BytesAll,
            move.BytesPerSecond, move.Left?.TotalSeconds, move.State, move.LastError)));

    private static PlanNode Of(PlannedMember planned) => new(
        planned.Member.Name, planned.Member.State.ToString().ToLowerInvariant(), planned.Member.Zone, planned.Member.Weight,
        planned.Before, planned.Gains.Length, planned.Losses.Length, planned.After);

    private static Copies Of(Core.Ring.Copies copies) => new(copies.Nodes, copies.Zones);
}
