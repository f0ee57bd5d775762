using Akka.Actor;
using DynamoActors.Node.Messages;
using DynamoActors.Simulation.Engine;

namespace DynamoActors.Simulation.World;

/// <summary>
/// Loses messages, or tells them twice, behind the connection that brought them in order and once. The cluster's own messages are only ever
/// lost: on a connection nothing comes twice, and unlike the store's they are not made to bear it.
/// </summary>
internal sealed class MessageFaults(SimulatedNode node, SimulatedCluster cluster) : IInboundDelivery
{
    // A forwarded put would be written twice: no connection repeats it, and its sender never does.
    private static bool MayComeTwice(object message) =>
        message is not ForwardedPut && message.GetType().Namespace!.StartsWith("DynamoActors", StringComparison.Ordinal);

    /// <summary>Comparisons are refused as by a vnode that is behind with its work; handoffs and read repairs are lost.</summary>
    private static bool TryPutOff(IActorRef recipient, object message, IActorRef sender)
    {
        if (message is DescribeTree describe) sender.Tell(new ReplicaRefused(
            describe.RequestId, describe.Slot, RefusalReason.Overloaded, describe.Epoch), recipient);
        return message is DescribeTree || message is WriteReplica write
            && (write.RequestId == WriteReplica.NoReply || sender is PeerActor { Path.Parent.Name: "askers" });
    }

    /// <summary>So much later a message is told once more.</summary>
    public static readonly TimeSpan AgainMost = TimeSpan.FromSeconds(2);

    public bool Admits(IActorRef recipient, object message, IActorRef sender)
    {
        if (cluster.Simulation.Chance(node.MessageLoss) || node.HearsOfNoRing && message is RingCommitted) return false;
        // Reads shall repair alone; partitions move by comparisons all the same.
        if (cluster.Plan.Repair.ByReads && message is DescribeTree && cluster.Ring?.IsInTransition != true) return false;
        if (node.PutsRepairsOff && TryPutOff(recipient, message, sender)) return false;
        if (cluster.Sabotage.Arriving(node, recipient, message, sender) is not { } arriving) return false;
        if (MayComeTwice(message) && cluster.Simulation.Chance(node.MessageDuplication))
        {
            var delay = cluster.Simulation.Between(TimeSpan.Zero, AgainMost);
            node.Host.Process!.Post("again", delay, () => recipient.Tell(arriving, sender));
        }
        if (ReferenceEquals(arriving, message)) return true;
        recipient.Tell(arriving, sender);
        return false;
    }
}
