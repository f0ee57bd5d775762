using Akka.Actor;

namespace Akka.Cluster;

/// <summary>The default: unreachable is temporary, and only <see cref="Cluster.Down"/> declares a member dead.</summary>
public sealed class NoDowning : IDowningProvider
{
    public NoDowning(ActorSystem system, Cluster cluster)
    {
        // Nothing to decide with; the constructor is what every downing provider has.
        _ = system;
        _ = cluster;
    }

    public TimeSpan DownRemovalMargin => TimeSpan.Zero;

    public Props? DowningActorProps => null;
}
