using DynamoActors.Core.Ring;
using DynamoActors.Node.Requests;
using DynamoActors.Simulation.Checkers;
using DynamoActors.Simulation.World;
using DynamoActors.Storage.Files;

namespace DynamoActors.Simulation.Nemesis;

/// <summary>
/// Members leave in order, or are given up with their disks, and come back as new ones, while clients work; in the middle of it nodes are
/// killed or cut off, changes are aborted, and every command is given again and again, to any node.
/// </summary>
internal sealed class RingChanges : Ordeal
{
    public const string Kind = "ring";

    /// <summary>One can go, and every partition has all its replicas.</summary>
    private const int NodesLeast = 4;

    /// <summary>Among more, a node that was given up sometimes stays Down in Akka.Cluster, which has each watched by five others.</summary>
    private const int NodesMost = 6;

    private static readonly TimeSpan _changeMost = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan _commandInterval = TimeSpan.FromMilliseconds(700);

    public override string Name => "ring changes";

    public static int NodesOf(int seed) => new Random(seed ^ 0x4E0D).Next(NodesLeast, NodesMost + 1);

    private PartitionTable Ring => Run.Cluster.Ring!;

    protected override IEnumerable<Step> Steps()
    {
        for (int times = 1 + Random.Next(3); times > 0; times--)
        {
            var node = AnyNode(Run);
            bool isDead = Random.Next(3) == 0;
            if (isDead)
            {
                Note($"{node.Name} is lost for good");
                Run.Destroyed.Add(node);
                node.LosePower();
                yield return For(0, 5);
            }
            // What a dead node gives away by its new weight would wait for it.
            if (!isDead && Random.Next(4) == 0) Describe();
            foreach (var step in Change(isDead ? new PlanRequest.ForceRemove(node.Name, DataLoss: false) : new PlanRequest.Leave(node.Name),
                node, () => Ring.MemberIndex(node.Name) < 0 && !Ring.IsInTransition)) yield return step;
            if (Ring.MemberIndex(node.Name) >= 0) yield break;
            node.KillProcess();
            yield return Until(() => Run.Cluster.Nodes.All(other => !other.IsRunning
                || !other.ClusterMembers.ContainsKey(node.Host.Address)), _changeMost,
                () => Failed($"{node.Name} is out of the ring, and not out of the cluster: {Memberships()}"));
            bool comesAsGhost = !isDead && Random.Next(3) == 0;
            if (comesAsGhost)
            {
                Note($"{node.Name} comes back with what it had");
                Start(node);
                // Where it knows only that it was about to leave, it ends as one that has left.
                yield return Until(() => !node.IsRunning || node.Door?.Readiness.IsRemoved == true, _changeMost,
                    () => Failed($"{node.Name}, which is no member any more, is not told so: {node.Door?.Readiness.Reason}"));
                node.KillProcess();
            }
            node.Replace(new MemoryFileSystem());
            Start(node);
            yield return For(0, 3);
            foreach (var step in Change(new PlanRequest.Join(node.Name), node,
                () => Ring.MemberIndex(node.Name) is >= 0 and var member && !Ring.IsInTransition && Ring.PartitionsOf(member).Length > 0))
                yield return step;
        }
    }

    /// <summary>Until it is so the change is staged and committed, by anybody, again and again: it may have been aborted.</summary>
    private IEnumerable<Step> Change(PlanRequest change, SimulatedNode about, Func<bool> isDone)
    {
        Note($"{change}");
        bool isOver = false;
        Command();
        if (Random.Next(3) > 0)
        {
            yield return For(0, 3);
            foreach (var step in Trouble(about, mayReturn: change is not PlanRequest.Leave)) yield return step;
        }
        if (Random.Next(4) == 0)
        {
            Note("abort");
            Tell(AnyRunning(), new PlanRequest.Abort());
        }
        yield return Until(isDone, _changeMost, () => Failed($"{change} is not done after {_changeMost}: {Ring}, "
            + $"{Ring.MovingPartitions.Count()} partitions are on their way; {Memberships()}"));
        isOver = true;

        void Command()
        {
            if (isOver || isDone()) return;
            if (!Ring.IsInTransition && AnyRunning() is { } via)
            {
                Tell(via, change);
                Tell(via, new PlanRequest.Commit());
                // Somebody else wants something else at the same moment: one of the two comes first.
                if (Random.Next(2) == 0 && AnyRunning() is { } other && other != via && Run.Destroyed.All(lost => lost.IsRunning))
                {
                    Tell(other, new PlanRequest.Weigh(AnyNode(Run).Name, 1 + Random.Next(3)));
                    Tell(other, new PlanRequest.Commit());
                }
            }
            Run.Cluster.Simulation.After(_commandInterval, Command);
        }
    }

    /// <param name="mayReturn">Who left while it was down must not come back by itself.</param>
    private IEnumerable<Step> Trouble(SimulatedNode about, bool mayReturn)
    {
        var node = Random.Next(2) == 0 && about.IsRunning ? about : AnyNode(Run);
        if (!node.IsRunning) yield break;
        if (Random.Next(2) == 0)
        {
            Stop(node);
            yield return For(0, 6);
            if (Ring.MemberIndex(node.Name) >= 0 || node != about || mayReturn) Start(node);
        }
        else
        {
            var other = AnyNode(Run);
            var apart = Random.Next(2) == 0 || other == node ? new[] { node } : [node, other];
            CutOff(apart, isCut: true);
            yield return For(1, 10);
            CutOff(apart, isCut: false);
        }
    }

    private void Describe()
    {
        if (AnyRunning() is not { } via) return;
        PlanRequest request = Random.Next(2) == 0 ? new PlanRequest.Weigh(AnyNode(Run).Name, 1 + Random.Next(3))
            : new PlanRequest.PlaceIn(AnyNode(Run).Name, $"zone{Random.Next(3)}");
        Note($"{request}");
        Tell(via, request);
        Tell(via, new PlanRequest.Commit());
    }

    // Ready or not: who is cut off gets commands, too.
    private SimulatedNode? AnyRunning()
    {
        var running = Run.Cluster.Nodes.Where(node => node is { IsRunning: true, Door.Ring: not null }).ToList();
        return running.Count == 0 ? null : running[Random.Next(running.Count)];
    }

    // Nobody waits for the answer: what comes of it is seen in the ring.
    private static void Tell(SimulatedNode? via, PlanRequest request) => _ = via?.Door?.PlanAsync(request);

    private void Failed(string what) => Run.CheckerOf<RingsArrive>().Noticed(what);
}
