using Akka.Actor;

namespace Akka.Cluster;

/// <summary>What the cluster does while its actor system shuts down in order: leave, say so when all is handed over, stop.</summary>
internal static class ClusterShutdownTasks
{
    public static void Add(Cluster cluster, IActorRef daemon)
    {
        var shutdown = CoordinatedShutdown.Get(cluster.System);
        shutdown.AddTask(CoordinatedShutdown.PhaseClusterLeave, "leave", () => Ask(cluster, daemon, CoordinatedShutdown.PhaseClusterLeave, new ClusterCommand.LeaveForShutdown()));
        shutdown.AddTask(CoordinatedShutdown.PhaseClusterExitingDone, "exiting-completed", () => Ask(cluster, daemon, CoordinatedShutdown.PhaseClusterExitingDone, new ClusterCommand.FinishExiting()));
        shutdown.AddTask(CoordinatedShutdown.PhaseClusterShutdown, "wait-shutdown", () =>
        {
            cluster.Shutdown();
            return Task.FromResult(Done.Instance);
        });
    }

    private static Task<Done> Ask(Cluster cluster, IActorRef daemon, string phase, ClusterCommand command)
    {
        if (cluster.IsTerminated || cluster.SelfMember.Status is MemberStatus.Down or MemberStatus.Removed) return Task.FromResult(Done.Instance);
        return daemon.Ask<Done>(command, CoordinatedShutdown.Get(cluster.System).Timeout(phase));
    }
}
