using Akka.Actor;

namespace Akka.Cluster;

/// <summary>
/// Decides when unreachable members are declared Down. Named by <c>akka.cluster.downing-provider-class</c> and made with an
/// <see cref="ActorSystem"/> and a <see cref="Cluster"/>.
/// </summary>
public interface IDowningProvider
{
    /// <summary>How long after a Down the member may still be at work.</summary>
    TimeSpan DownRemovalMargin { get; }

    /// <summary>The actor that decides, a child of the cluster's daemon; null for none.</summary>
    Props? DowningActorProps { get; }
}
