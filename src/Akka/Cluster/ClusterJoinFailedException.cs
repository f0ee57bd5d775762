using Akka.Actor;

namespace Akka.Cluster;

/// <summary>This node stopped before it had become a member.</summary>
public class ClusterJoinFailedException(string message) : AkkaException(message);
