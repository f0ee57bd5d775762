using DynamoActors.Core.Quorum;
using DynamoActors.Core.Ring;
using DynamoActors.Node.Requests;
using DynamoActors.Simulation.Checkers;
using DynamoActors.Simulation.World;
using DynamoActors.Storage.Files;

namespace DynamoActors.Simulation.Nemesis;

/// <summary>
/// Members leave in order, one or two at once, or are given up with their disks, and come back as new ones, or take another's place, while
/// clients work; in the middle of it nodes are killed, cut off, or hear of no new ring, changes are aborted, and every command is given
/// again and again, to any node.
/// </summary>
internal sealed class RingChanges : Ordeal
{
    public const string Kind = "ring";

    /// <summary>One can go, and every partition has all its replicas.</summary>
    private const int NodesLeast = 4;

    private const int NodesMost = 9;

    private static readonly TimeSpan _changeMost = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan _commandInterval = TimeSpan.FromMilliseconds(700);
    private static readonly TimeSpan _lateMost = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _lateInterval = TimeSpan.FromMilliseconds(50);

    public override string Name => "ring changes";

    public static int NodesOf(int seed) => new Random(seed ^ 0x4E0D).Next(NodesLeast, NodesMost + 1);

    private PartitionTable Ring => Run.Cluster.Ring!;

    protected override IEnumerable<Step> Steps()
    {
        for (int times = 1 + Random.Next(3); times > 0; times--)
        {
            bool isDead = Random.Next(3) == 0;
            var going = Going(isDead ? 1 : 2);
            if (going.Length > 1 && Random.Next(2) == 0) KeepLate(going);
            if (isDead)
                foreach (var step in Dies(going[0])) yield return step;
            // What a dead node gives away by its new weight would wait for it.
            else if (Random.Next(4) == 0) Describe();
            var how = going.Select(node => isDead ? (PlanRequest)new PlanRequest.ForceRemove(node.Name, DataLoss: false)
                : new PlanRequest.Leave(node.Name));
            foreach (var step in GoOut(going, [.. how], isDead)) yield return step;
            if (going.Any(IsMember)) yield break;
            // Of four, three are members now: one of them has its place taken.
            if (Random.Next(3) == 0)
            {
                var (newcomer, replaced) = (going[0], Going(1, beside: going)[0]);
                foreach (var step in ComesAsNew(newcomer)) yield return step;
                bool isLost = !isDead && Random.Next(2) == 0;
                if (isLost)
                    foreach (var step in Dies(replaced)) yield return step;
                // Where it was aborted halfway both are members, and one of them goes like any other.
                foreach (var step in GoOut([replaced], [new PlanRequest.Replace(replaced.Name, newcomer.Name, isLost, DataLoss: false),
                    isLost ? new PlanRequest.ForceRemove(replaced.Name, DataLoss: false) : new PlanRequest.Leave(replaced.Name)],
                    isLost)) yield return step;
                if (IsMember(replaced)) yield break;
                going = [.. going.Where(node => !IsMember(node)), replaced];
            }
            foreach (var node in going)
            {
                foreach (var step in ComesAsNew(node)) yield return step;
                foreach (var step in Change([new PlanRequest.Join(node.Name)], [node], mayReturn: true,
                    () => IsMember(node) && !Ring.IsInTransition && Ring.PartitionsOf(Ring.MemberIndex(node.Name)).Length > 0))
                    yield return step;
            }
        }
    }

    private bool IsMember(SimulatedNode node) => Ring.MemberIndex(node.Name) >= 0;

    /// <summary>Some of the members; two owners of one partition only where enough remain.</summary>
    private SimulatedNode[] Going(int most, params SimulatedNode[] beside)
    {
        var members = (most > 1 && Run.Cluster.Nodes.Count > NodesLeast && Random.Next(3) == 0
            ? OwnersOf(Random.Next(Ring.PartitionCount)) : Run.Cluster.Nodes.Except(beside)).ToArray();
        Random.Shuffle(members);
        return members[..(members.Length <= Ring.ReplicationFactor ? most : 1)];
    }

    private IEnumerable<SimulatedNode> OwnersOf(int partition) =>
        Ring.Owners(partition).ToArray().Select(owner => Run.Cluster.Nodes.First(node => node.Name == Ring.Members[owner].Name));

    /// <summary>The third owner of what those two own together hears nothing of the ring in which they leave, and goes on to coordinate
    /// writes by the old one until others own the partition, or it is time.</summary>
    private void KeepLate(SimulatedNode[] going)
    {
        int partition = Enumerable.Range(0, Ring.PartitionCount).First(partition => going.All(OwnersOf(partition).Contains));
        var late = OwnersOf(partition).Except(going).First();
        int number = Enumerable.Range(0, 1000).First(number =>
            Ring.PartitionOf(KeyOf(number).Bucket, KeyOf(number).Bytes) == partition);
        var until = Run.Now + _lateMost;
        Note($"{late.Name} hears of no new ring while partition {partition} moves");
        late.HearsOfNoRing = true;
        Go();

        void Go()
        {
            if (Run.Now < until && OwnersOf(partition).Any(going.Contains))
            {
                if (late.IsReady) Write(late, number, static _ => { }, quorum: new QuorumOverrides(Pw: QuorumSetting.Of(2)));
                Run.Cluster.Simulation.After(_lateInterval, Go);
                return;
            }
            late.HearsOfNoRing = false;
            Note($"{late.Name} may hear of rings again");
        }
    }

    private IEnumerable<Step> Dies(SimulatedNode node)
    {
        Note($"{node.Name} is lost for good");
        Run.Destroyed.Add(node);
        node.LosePower();
        yield return For(0, 5);
    }

    /// <summary>Until they are members neither of the ring nor of the cluster.</summary>
    private IEnumerable<Step> GoOut(SimulatedNode[] going, PlanRequest[] by, bool areDead)
    {
        foreach (var step in Change(by, going, mayReturn: areDead, () => !going.Any(IsMember) && !Ring.IsInTransition)) yield return step;
        if (going.Any(IsMember)) yield break;
        foreach (var node in going)
        {
            node.KillProcess();
            yield return Until(() => Run.Cluster.Nodes.All(other => !other.IsRunning
                || !other.ClusterMembers.ContainsKey(node.Host.Address)), _changeMost,
                () => Failed($"{node.Name} is out of the ring, and not out of the cluster: {Memberships()}"));
            if (areDead || Random.Next(3) > 0) continue;
            Note($"{node.Name} comes back with what it had");
            Start(node);
            // Where it knows only that it was about to leave, it ends as one that has left.
            yield return Until(() => !node.IsRunning || node.Door?.Readiness.IsRemoved == true, _changeMost,
                () => Failed($"{node.Name}, which is no member any more, is not told so: {node.Door?.Readiness.Reason}"));
            node.KillProcess();
        }
    }

    private IEnumerable<Step> ComesAsNew(SimulatedNode node)
    {
        // The one whose place is taken has it already.
        if (node.IsRunning) yield break;
        node.Replace(new MemoryFileSystem());
        Start(node);
        yield return For(0, 3);
    }

    /// <summary>Until it is so the changes are staged and committed, by anybody, again and again: they may have been aborted.</summary>
    private IEnumerable<Step> Change(PlanRequest[] changes, SimulatedNode[] about, bool mayReturn, Func<bool> isDone)
    {
        string what = string.Join(", ", changes.AsEnumerable());
        Note(what);
        bool isOver = false;
        Command();
        if (Random.Next(3) > 0)
        {
            yield return For(0, 3);
            foreach (var step in Trouble(about, mayReturn)) yield return step;
        }
        if (Random.Next(4) == 0)
        {
            Note("abort");
            Tell(AnyRunning(), new PlanRequest.Abort());
        }
        yield return Until(isDone, _changeMost, () => Failed($"{what} is not done after {_changeMost}: {Ring}, "
            + $"{Ring.MovingPartitions.Count()} partitions are on their way; {Memberships()}"));
        isOver = true;

        void Command()
        {
            if (isOver || isDone()) return;
            if (!Ring.IsInTransition && AnyRunning() is { } via)
            {
                foreach (var change in changes) Tell(via, change);
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
    private IEnumerable<Step> Trouble(SimulatedNode[] about, bool mayReturn)
    {
        var node = Random.Next(2) == 0 && about[0].IsRunning ? about[0] : AnyNode(Run);
        if (!node.IsRunning) yield break;
        switch (Random.Next(5))
        {
            case < 2:
                Stop(node);
                yield return For(0, 6);
                if (IsMember(node) || !about.Contains(node) || mayReturn) Start(node);
                break;
            case < 4:
                var other = AnyNode(Run);
                var apart = Random.Next(2) == 0 || other == node ? new[] { node } : [node, other];
                CutOff(apart, isCut: true);
                yield return For(1, 10);
                CutOff(apart, isCut: false);
                break;
            default:
                Note($"{node.Name} hears of no new ring");
                node.HearsOfNoRing = true;
                yield return For(1, 10);
                node.HearsOfNoRing = false;
                Note($"{node.Name} may hear of rings again");
                break;
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
