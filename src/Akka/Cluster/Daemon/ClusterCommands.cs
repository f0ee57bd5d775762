using System.Collections.Immutable;
using Akka.Actor;

namespace Akka.Cluster;

/// <summary>What this node's own actors and <see cref="Cluster"/> say to the cluster's daemon. Never leaves the node.</summary>
internal abstract record ClusterCommand : INoSerializationVerificationNeeded
{
    internal sealed record JoinTo(Address Address) : ClusterCommand;

    internal sealed record JoinSeedNodes(ImmutableList<Address> SeedNodes) : ClusterCommand;

    internal sealed record Leave(Address Address) : ClusterCommand;

    internal sealed record Down(Address Address) : ClusterCommand;

    internal sealed record Subscribe(IActorRef Subscriber, ClusterEvent.SubscriptionInitialStateMode Mode, ImmutableHashSet<Type> To) : ClusterCommand;

    /// <param name="From">Null for everything.</param>
    internal sealed record Unsubscribe(IActorRef Subscriber, Type? From) : ClusterCommand;

    internal sealed record SendCurrentState(IActorRef Receiver) : ClusterCommand;

    /// <summary>This node leaves as part of its shutdown; answered with <see cref="Done"/> when it is on its way out.</summary>
    internal sealed record LeaveForShutdown : ClusterCommand;

    /// <summary>This node has finished leaving; answered with <see cref="Done"/> when the others have been told.</summary>
    internal sealed record FinishExiting : ClusterCommand;

    /// <summary>Whom this node finds silent now, of those it watches.</summary>
    internal sealed record SilentNodes(ImmutableSortedSet<UniqueAddress> Nodes) : ClusterCommand;

    /// <summary>Whom to watch, for the heartbeat actor.</summary>
    internal sealed record WatchMembers(ImmutableSortedSet<UniqueAddress> Nodes, ImmutableSortedSet<UniqueAddress> Unreachable) : ClusterCommand;
}
