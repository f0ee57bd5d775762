using Akka.Actor;

namespace Akka.Cluster;

/// <summary>Where the cluster's actors are, on this node and on every other.</summary>
internal static class ClusterPaths
{
    public const string Cluster = "cluster";
    public const string Core = "core";
    public const string Heartbeat = "heartbeat";

    public static IActorRef CoreOf(ExtendedActorSystem system, Address address) => At(system, address, Core);

    public static IActorRef HeartbeatOf(ExtendedActorSystem system, Address address) => At(system, address, Heartbeat);

    private static IActorRef At(ExtendedActorSystem system, Address address, string name) =>
        system.Provider.ResolveActorRef(new RootActorPath(address) / "system" / Cluster / name);
}
