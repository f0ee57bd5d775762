using Akka.Actor;
using Akka.Event;

namespace Akka.Cluster;

/// <summary>
/// <c>/system/cluster</c>: holds the actors of this node's cluster. None of them is restarted: what one has lost of the gossip it cannot
/// get back, so a failure takes this node out of the cluster and lets it be seen.
/// </summary>
internal sealed class ClusterDaemon : UntypedActor
{
    private readonly Cluster _cluster;

    public ClusterDaemon(Cluster cluster)
    {
        _cluster = cluster;
        var heartbeat = Context.ActorOf(
            Props.Create(() => new HeartbeatActor(cluster)).WithDispatcher(Context.Props.Dispatcher), ClusterPaths.Heartbeat);
        Context.Watch(Context.ActorOf(
            Props.Create(() => new ClusterCore(cluster, heartbeat)).WithDispatcher(Context.Props.Dispatcher), ClusterPaths.Core));
    }

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(failure =>
    {
        _cluster.System.Log.Error(failure, "Cluster Node [{0}] - the cluster failed and is stopping on this node", _cluster.SelfAddress);
        Self.Tell(PoisonPill.Instance, ActorRefs.NoSender);
        return Directive.Stop;
    });

    protected override void OnReceive(object message)
    {
        if (message is Terminated) Context.Stop(Self);
        else Context.Child(ClusterPaths.Core).Forward(message);
    }

    protected override void PostStop() => _cluster.Shutdown();
}
