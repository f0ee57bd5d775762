using Akka.Actor;
using Akka.Hosting;

namespace Akka.Cluster.Hosting;

public static class AkkaClusterHostingExtensions
{
    /// <summary>Makes this system a node of a cluster.</summary>
    public static AkkaConfigurationBuilder WithClustering(this AkkaConfigurationBuilder builder, ClusterOptions? options = null)
    {
        builder.WithActorRefProvider(ProviderSelection.Cluster.Instance);
        string hocon = options?.ToHocon() ?? "";
        return hocon.Length == 0 ? builder : builder.AddHocon(hocon, HoconAddMode.Prepend);
    }
}
