using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;

namespace Akka.Cluster;

/// <summary>What the clusters of two nodes say to each other. Any of it may be lost or come twice.</summary>
internal interface IClusterMessage
{
}

/// <summary>Is there a cluster at your node that I may join?</summary>
/// <param name="Settings">What must be equal on all nodes, see <see cref="ClusterSettings.MustAgree"/>.</param>
internal sealed record InitJoin(string Settings) : IClusterMessage, IDeadLetterSuppression;

/// <summary>There is. Yes if the settings agree.</summary>
internal sealed record InitJoinAck(Address From, string Settings) : IClusterMessage, IDeadLetterSuppression;

/// <summary>This node is in no cluster itself yet, or on its way out.</summary>
internal sealed record InitJoinNack(Address From) : IClusterMessage, IDeadLetterSuppression;

/// <summary>Make this incarnation a member. Answered with a <see cref="Welcome"/>, again if it is one already.</summary>
internal sealed record Join(UniqueAddress Node, ImmutableHashSet<string> Roles) : IClusterMessage;

internal sealed record Welcome(UniqueAddress From, Gossip Gossip) : IClusterMessage;

/// <summary>The member has finished leaving and may be removed.</summary>
internal sealed record ExitingConfirmed(UniqueAddress Node) : IClusterMessage, IDeadLetterSuppression;

/// <summary>The sender's version; whoever is ahead sends the other its gossip.</summary>
/// <param name="SeenDigest">Of those who have seen it: equal versions may differ in that.</param>
internal sealed record GossipStatus(UniqueAddress From, VectorClock Version, int SeenDigest) : IClusterMessage, IDeadLetterSuppression;

/// <param name="To">The incarnation it is for: another one at that address does not take it.</param>
internal sealed record GossipEnvelope(UniqueAddress From, UniqueAddress To, Gossip Gossip) : IClusterMessage, IDeadLetterSuppression;

/// <summary>Are you alive?</summary>
internal sealed record Heartbeat(UniqueAddress From, long SequenceNr) : IClusterMessage, IDeadLetterSuppression;

internal sealed record HeartbeatResponse(UniqueAddress From, long SequenceNr) : IClusterMessage, IDeadLetterSuppression;
