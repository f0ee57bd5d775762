using DynamoActors.Core.Versioning;
using DynamoActors.Simulation.Checkers;
using DynamoActors.Simulation.World;

namespace DynamoActors.Simulation.Nemesis;

/// <summary>Others restart, several times, while one cannot be reached: Akka.Cluster agrees on nothing meanwhile.</summary>
internal sealed class RestartsBesideOneAway : Ordeal
{
    private static readonly TimeSpan _noticedMost = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan _serveMost = TimeSpan.FromSeconds(5);

    public override string Name => "restarts while one is away";

    protected override IEnumerable<Step> Steps()
    {
        var away = AnyNode(Run);
        var others = Run.Cluster.Nodes.Where(node => node != away).ToList();
        CutOff(away, isCut: true);
        yield return Until(() => others.All(other => !Sees(other, node => node.Name == away.Name)), _noticedMost, static () => { });
        for (int times = 2 + Random.Next(4); times > 0; times--)
        {
            var node = others[Random.Next(others.Count)];
            Stop(node);
            yield return For(0, 4);
            Start(node);
            yield return Until(() => Sees(node, other => other.Name != node.Name), _noticedMost,
                () => Failed($"{node.Name} was started again and has met nobody within {_noticedMost}"));
            yield return Serves(node, _serveMost, () => Failed(
                $"{node.Name} was started again while {away.Name} cannot be reached, and does not serve {_serveMost} after its first "
                + $"greeting: {node.Door?.Readiness.Reason}"));
        }
        CutOff(away, isCut: false);
    }

    private static bool Sees(SimulatedNode node, Func<Node.Requests.NodeView, bool> which) =>
        node.Door?.Nodes.Any(other => other.Reachable && which(other)) == true;

    private void Failed(string what) => Run.CheckerOf<RestartedNodesServe>().Noticed(what);
}

/// <summary>The first seed restarts while the others are out of reach for longer than its patience.</summary>
internal sealed class LonelyFirstSeed : Ordeal
{
    private static readonly TimeSpan _oneMost = TimeSpan.FromSeconds(10);

    public override string Name => "first seed alone";

    protected override IEnumerable<Step> Steps()
    {
        var seed = Run.Cluster.Nodes[0];
        bool byCable = Random.Next(2) == 0;
        Stop(seed);
        if (byCable) CutOff(seed, isCut: true);
        else
            foreach (var other in Run.Cluster.Nodes.Skip(1)) Stop(other);
        yield return For(0, 2);
        Start(seed);
        // Its patience is five seconds.
        yield return For(7, 25);
        if (byCable) CutOff(seed, isCut: false);
        else
            foreach (var other in Run.Cluster.Nodes.Skip(1)) Start(other);
        yield return Until(() => AreOneCluster(Run.Cluster.Nodes), _oneMost, () => Run.CheckerOf<OneClusterOnly>().Noticed(
            $"the others are back, and it is not one cluster after {_oneMost}: {Memberships()}"));
    }
}

/// <summary>The power goes everywhere, and the first seed's machine stays away: few of the others wait, a majority goes on.</summary>
internal sealed class FirstSeedGone : Ordeal
{
    private static readonly TimeSpan _oneMost = TimeSpan.FromSeconds(10);

    public override string Name => "first seed gone";

    protected override IEnumerable<Step> Steps()
    {
        foreach (var node in Run.Cluster.Nodes) node.LosePower();
        Note("every node loses its power");
        var others = Run.Cluster.Nodes.Skip(1).ToArray();
        Random.Shuffle(others);
        var majority = others[..((Run.Cluster.Nodes.Count / 2) + 1)];
        var waiting = majority[..Random.Next(majority.Length)];
        foreach (var node in waiting) Start(node);
        yield return For(0, 20);
        foreach (var node in majority.Except(waiting)) Start(node);
        yield return Until(() => AreOneCluster(majority) && majority.All(node => node.IsReady), _oneMost,
            () => Failed($"a majority of the ring is here, and is no cluster after {_oneMost}: {Memberships()}"));
        yield return For(0, 5);
        foreach (var node in Run.Cluster.Nodes.Except(majority)) Start(node);
        yield return Until(() => AreOneCluster(Run.Cluster.Nodes), _oneMost,
            () => Failed($"everybody is back, and it is not one cluster after {_oneMost}: {Memberships()}"));
    }

    private void Failed(string what) => Run.CheckerOf<OneClusterOnly>().Noticed(what);
}

/// <summary>Nodes come back under other addresses, several times in a row.</summary>
internal sealed class Moves : Ordeal
{
    private const int Times = 5;

    // Silence has to be noticed, and the cluster to agree on each step of who leaves and who comes.
    private static readonly TimeSpan _settleMost = TimeSpan.FromSeconds(20);

    public override string Name => "moves";

    protected override IEnumerable<Step> Steps()
    {
        var always = Random.Next(2) == 0 ? AnyNode(Run) : null;
        for (int number = 1; number <= Times; number++)
        {
            var node = always ?? AnyNode(Run);
            Stop(node);
            node.Host.MoveTo($"{node.Name}-{number}");
            yield return For(0, 4);
            Start(node);
            yield return Serves(node, _settleMost, () => Failed(
                $"{node.Name} does not serve {_settleMost} after it came back at {node.Host.Address}: {node.Door?.Readiness.Reason}"));
            if (number < Times && Random.Next(2) == 0) continue;
            yield return Until(IsSettled, _settleMost, () => Failed(
                $"{node.Name} is at {node.Host.Address} now, and after {_settleMost} {Memberships()}"));
        }
    }

    private bool IsSettled() => Run.Cluster.IsWhole
        && Run.Cluster.Nodes.All(node => node.ClusterMembers.Keys.ToHashSet().SetEquals(Run.Cluster.Nodes.Select(it => it.Host.Address))
            && node.ClusterMembers.Values.All(status => status == Akka.Cluster.MemberStatus.Up));

    private void Failed(string what) => Run.CheckerOf<MovesLeaveNothingBehind>().Noticed(what);
}

/// <summary>
/// A node's directory is put back from an earlier copy, behind its back, and its journal opens late. What it made since the copy, in the
/// same life or in the next, a peer has seen some of: then no dot may be issued twice, and no write may pass for one that has seen it.
/// </summary>
internal sealed class PutBackCopy : Ordeal
{
    private const int Keys = 8;
    private const int Additions = 3;

    private static readonly TimeSpan _seenMost = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _journalDelayMost = TimeSpan.FromSeconds(3);

    public override string Name => "copy put back";

    // The copy must not be older than deletions that all have dropped since.
    public override TimeSpan MessagesLate => TimeSpan.FromMinutes(2);

    protected override IEnumerable<Step> Steps()
    {
        var node = AnyNode(Run);
        var others = Run.Cluster.Nodes.Where(other => other != node).ToList();
        bool inOneLife = Random.Next(2) == 0;
        yield return Until(() => node.IsReady, _seenMost, static () => { });
        if (!node.IsRunning) yield break;
        var copy = node.Disk.AfterProcessCrash();
        var (actor, known) = (node.Identity.Actor, node.NewestOf(node.Identity.Actor));
        Note($"{node.Name}'s disk is copied; its newest dot is {actor:x16}:{known}");
        if (!inOneLife)
        {
            Stop(node);
            Start(node);
            yield return Until(() => node.IsReady, _seenMost, static () => { });
            if (!node.IsRunning) yield break;
            (actor, known) = node.Identity;
        }
        bool isSeen = false;
        for (int times = 0; times < 20 && !isSeen; times++)
        {
            WriteAll(node, addsToo: times < Additions);
            yield return For(0.1, 0.2);
            isSeen = others.Any(other => other.IsRunning && other.NewestOf(actor) > known);
        }
        if (!isSeen) yield break;
        Note($"others have seen writes of {actor:x16} behind {known}");
        Run.Destroyed.Add(node);
        node.LosePower();
        node.Replace(copy);
        node.JournalDelay = Run.Cluster.Simulation.Between(TimeSpan.Zero, _journalDelayMost);
        var away = Random.Next(3) == 0 ? others[Random.Next(others.Count)] : null;
        if (away is not null) CutOff(away, isCut: true);
        Note($"{node.Name} gets its disk as it was, and a journal that takes {node.JournalDelay.TotalSeconds:0.0} s for everything");
        Start(node);
        for (int times = 0; times < 30; times++)
        {
            WriteAll(node, addsToo: times % Additions == 0);
            yield return For(0.3, 0.6);
        }
        node.JournalDelay = TimeSpan.Zero;
        if (away is not null) CutOff(away, isCut: false);
    }

    /// <summary>Half of the keys over whatever is there, and the others beside it: what is written there stays.</summary>
    private void WriteAll(SimulatedNode node, bool addsToo)
    {
        for (int key = 0; key < Keys; key++) Write(node, key, static _ => { });
        for (int key = Keys; addsToo && key < 2 * Keys; key++) Write(node, key, static _ => { }, VersionVector.Empty);
    }
}
