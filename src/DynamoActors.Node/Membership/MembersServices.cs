using Akka.Actor;
using DynamoActors.Links;
using DynamoActors.Node.Local;
using DynamoActors.Node.Messages;

namespace DynamoActors.Node.Membership;

/// <summary>What <see cref="Members"/> needs of the rest of its node.</summary>
/// <param name="VnodeRefs">This node's vnodes, by partition.</param>
/// <param name="Coordinators">This node's coordinators.</param>
/// <param name="Inspector">This node's own.</param>
/// <param name="Store">Renews identities.</param>
/// <param name="HasHints">Whether this node keeps any for others.</param>
/// <param name="LinksAddress">Where others reach this node's links, once they listen on that port.</param>
internal sealed record MembersServices(
    Switchboard Board, Greeter Greeter, CurrentRing Ring, IActorRef[] VnodeRefs, IActorRef[] Coordinators, IActorRef Inspector,
    IActorRef Store, DotSource Dots, SeenCounters Seen, IdentityGuard Identity, INodeFront Front, Func<int, HostPort> LinksAddress,
    Func<bool> HasHints);

/// <summary>What membership shows and asks of whoever runs the node.</summary>
internal interface INodeFront
{
    void Publish(IReadOnlyList<Requests.NodeView> nodes, Requests.NodeReadiness readiness, string? leader);

    /// <summary>This node is in a cluster of its own beside that of its peers: its actor system shall start again, and join.</summary>
    void RequestRestart(string reason);

    /// <summary>Another node has this one's name: the process shall end.</summary>
    void RequestEnd(string reason);

    /// <summary>This node has left the ring in order: the process shall end, with success.</summary>
    void RequestLeave(string reason);
}
