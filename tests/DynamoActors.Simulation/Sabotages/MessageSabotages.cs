using Akka.Actor;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Messages;
using DynamoActors.Simulation.World;

namespace DynamoActors.Simulation.Sabotages;

internal sealed class EarlyAcknowledgement : Sabotage
{
    private static readonly TimeSpan _later = TimeSpan.FromSeconds(1);

    public override string Name => "early-acknowledgement";

    public override string Description => "a replica acknowledges a write, and stores it a second later";

    public override object? Arriving(SimulatedNode node, IActorRef recipient, object message, IActorRef? sender)
    {
        if (message is not WriteReplica write || write.RequestId == WriteReplica.NoReply) return message;
        sender!.Tell(new ReplicaWritten(write.RequestId, write.Slot, Uncovered: null), recipient);
        node.Host.Process!.Post("later", _later, () => recipient.Tell(write, sender));
        return null;
    }
}

internal sealed class NoRepair : Sabotage
{
    public override string Name => "no-repair";

    public override string Description => "reads never repair another node's replica";

    public override object? Arriving(SimulatedNode node, IActorRef recipient, object message, IActorRef? sender) =>
        message is WriteReplica { RequestId: WriteReplica.NoReply } ? null : message;
}

/// <summary>A copy's time to live begins when the copy arrives.</summary>
internal sealed class ExpiryOfCopies : Sabotage
{
    public override string Name => "expiry-of-copies";

    public override string Description => "a replica counts the time to live from when it got its copy";

    public override object? Arriving(SimulatedNode node, IActorRef recipient, object message, IActorRef? sender)
    {
        if (message is not WriteReplica write) return message;
        var held = VersionedObjectCodec.Decode(write.Encoded);
        if (held.Siblings.All(sibling => sibling.ExpiresAtUnixMilliseconds is null)) return message;
        var copies = held.Siblings.Select(sibling => sibling
            with
        {
            ExpiresAtUnixMilliseconds = sibling.ExpiresAtUnixMilliseconds - sibling.Time.UnixMilliseconds
            + node.ClockMilliseconds
        });
        return new WriteReplica(write.RequestId, write.Slot, write.Epoch, write.Lww, write.ReportUncovered, write.Key,
            VersionedObjectCodec.Encode(VersionedObject.Of(held.Context, [.. copies])), write.StandsInFor);
    }
}

internal sealed class HintsForEver : Sabotage
{
    public override string Name => "hints-for-ever";

    public override string Description => "a stand-in keeps its copy without the expiry";

    public override object? Arriving(SimulatedNode node, IActorRef recipient, object message, IActorRef? sender)
    {
        if (message is not WriteReplica { StandsInFor: not null } write) return message;
        var held = VersionedObjectCodec.Decode(write.Encoded);
        if (held.Siblings.All(sibling => sibling.ExpiresAtUnixMilliseconds is null)) return message;
        var kept = held.Siblings.Select(sibling => sibling with { ExpiresAtUnixMilliseconds = null });
        return new WriteReplica(write.RequestId, write.Slot, write.Epoch, write.Lww, write.ReportUncovered, write.Key,
            VersionedObjectCodec.Encode(VersionedObject.Of(held.Context, [.. kept])), write.StandsInFor);
    }
}

/// <summary>What a stand-in acknowledges arrives as if an owner had: the first one, or the second where the first coordinates.</summary>
internal sealed class StandInAsOwner : Sabotage
{
    private readonly HashSet<(string Coordinator, long Request, byte Slot)> _byStandIns = [];

    public override string Name => "stand-in-as-owner";

    public override string Description => "a coordinator counts a stand-in as an owner";

    public override object? Arriving(SimulatedNode node, IActorRef recipient, object message, IActorRef? sender)
    {
        switch (message)
        {
            case WriteReplica { StandsInFor: not null } write:
                _byStandIns.Add((((PeerActor)sender!).Peer + sender.Path.Name, write.RequestId, write.Slot));
                return message;
            case ReplicaWritten written when _byStandIns.Contains(
                (node.Name + recipient.Path.Name, written.RequestId, written.Slot)):
                recipient.Tell(new ReplicaWritten(written.RequestId, 0, written.Uncovered), sender ?? ActorRefs.NoSender);
                return new ReplicaWritten(written.RequestId, 1, written.Uncovered);
            default:
                return message;
        }
    }
}

internal sealed class DoubledAddition : Sabotage
{
    private long _requestId = 1L << 40;

    public override string Name => "doubled-addition";

    public override string Description => "an addition that is handed on to an owner is made twice there";

    public override object? Arriving(SimulatedNode node, IActorRef recipient, object message, IActorRef? sender)
    {
        if (message is ForwardedPut { Add.Key: null } put) recipient.Tell(put with { RequestId = _requestId++ }, sender);
        return message;
    }
}
