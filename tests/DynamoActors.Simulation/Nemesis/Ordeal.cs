using DynamoActors.Core.Quorum;
using DynamoActors.Core.Versioning;
using DynamoActors.Simulation.Histories;
using DynamoActors.Simulation.Runs;
using DynamoActors.Simulation.Workloads;
using DynamoActors.Simulation.World;

namespace DynamoActors.Simulation.Nemesis;

/// <summary>
/// A fault that has a run to itself, since what it demands is promised only where nothing else is wrong: steps one after the other, each
/// of which waits for something that has to come true in time.
/// </summary>
internal abstract class Ordeal : Fault
{
    private const int RunsPerOrdeal = 5;

    private static readonly TimeSpan _glanceInterval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan _probeInterval = TimeSpan.FromMilliseconds(200);

    private static readonly (string Name, Func<Ordeal> Create)[] _kinds =
    [
        ("restarts", () => new RestartsBesideOneAway()),
        ("lonely-seed", () => new LonelyFirstSeed()),
        ("seed-gone", () => new FirstSeedGone()),
        ("moves", () => new Moves()),
        ("put-back", () => new PutBackCopy()),
    ];

    /// <summary>Among the runs that have none of the others.</summary>
    private const int RunsPerRingChange = 8;

    private SimulatedClient _prober = null!;

    public static IEnumerable<string> Kinds => [.. _kinds.Select(kind => kind.Name), RingChanges.Kind];

    /// <summary>One of the kinds in one run of five; drawn by itself, so that the other runs are what they would be without.</summary>
    public static Ordeal? Of(int seed) =>
        KindOf(seed) is { } kind ? _kinds[kind].Create() : ChangesRing(seed) ? new RingChanges() : null;

    public static string? NameOf(int seed) => KindOf(seed) is { } kind ? _kinds[kind].Name : ChangesRing(seed) ? RingChanges.Kind : null;

    /// <summary>It needs a node more than there are replicas.</summary>
    public static bool ChangesRing(int seed) => KindOf(seed) is null && new Random(seed ^ 0x7169).Next(RunsPerRingChange) == 0;

    public bool IsOver { get; private set; }

    protected Observed Run { get; private set; } = null!;

    protected Random Random => Run.Cluster.Simulation.Random;

    public sealed override bool Begin(Observed run)
    {
        Run = run;
        _prober = new SimulatedClient(0, run);
        Target = "see below";
        var steps = Steps().GetEnumerator();
        // What begins is told before what follows from it.
        run.Cluster.Simulation.After(TimeSpan.Zero, () => Next(steps));
        return true;
    }

    public sealed override void End(Observed run) { }

    protected abstract IEnumerable<Step> Steps();

    /// <summary>It has to come true within that time; else <paramref name="late"/> is told.</summary>
    protected static Step Until(Func<bool> condition, TimeSpan atMost, Action late) => new(condition, atMost, late);

    protected Step For(double least, double most) =>
        new(static () => false, Run.Cluster.Simulation.Between(TimeSpan.FromSeconds(least), TimeSpan.FromSeconds(most)), static () => { });

    /// <summary>Until the node has taken a write.</summary>
    protected Step Serves(SimulatedNode node, TimeSpan atMost, Action late)
    {
        bool hasServed = false;
        Probe();
        return Until(() => hasServed, atMost, late);

        void Probe()
        {
            if (hasServed || IsOver) return;
            Write(node, 0, operation => hasServed |= operation.State == OperationState.Done);
            Run.Cluster.Simulation.After(_probeInterval, Probe);
        }
    }

    /// <param name="context">What it replaces; null: whatever is there.</param>
    protected void Write(SimulatedNode node, int number, Action<Operation> then, VersionVector? context = null,
        QuorumOverrides? quorum = null) => _prober.Put(
        KeyOf(number), context, Payload.Of(_prober.NextOperation, [], 0), quorum ?? QuorumOverrides.None, then, node: node);

    protected static ObjectKey KeyOf(int number) => new(Buckets.Siblings, $"ordeal{number}");

    protected void Stop(SimulatedNode node)
    {
        bool withPower = Random.Next(2) == 0;
        Note($"{node.Name} loses its {(withPower ? "power" : "process")}");
        if (withPower) node.LosePower();
        else node.KillProcess();
    }

    protected void Start(SimulatedNode node)
    {
        Note($"{node.Name} starts at {node.Host.Address}");
        Run.Operator.Start(node);
    }

    /// <summary>Takes the cable out: nobody hears it, and it hears nobody. Again, and it is in.</summary>
    protected void CutOff(SimulatedNode node, bool isCut) => CutOff([node], isCut);

    /// <summary>The same with a switch: these hear each other.</summary>
    protected void CutOff(IReadOnlyList<SimulatedNode> nodes, bool isCut)
    {
        var network = Run.Cluster.Simulation.Network;
        Note($"{string.Join(" and ", nodes.Select(node => node.Name))} {(nodes.Count == 1 ? "is" : "are")} {(isCut ? "cut off" : "back")}");
        foreach (var node in nodes)
            foreach (var other in Run.Cluster.Nodes.Except(nodes))
                foreach (var (from, to) in new[] { (node.Host, other.Host), (other.Host, node.Host) })
                    if (isCut) network.Block(from, to);
                    else network.Unblock(from, to);
    }

    /// <summary>Each of those that run is in the cluster that has these members, and no others.</summary>
    protected bool AreOneCluster(IEnumerable<SimulatedNode> nodes) => nodes.ToList() is var expected
        && Run.Cluster.Nodes.Where(node => node.IsRunning).All(node => node.ClusterMembers.Keys.ToHashSet()
            .IsSupersetOf(expected.Select(member => member.Host.Address)));

    protected string Memberships() => string.Join("; ", Run.Cluster.Nodes.Select(node => $"{node.Name} sees "
        + string.Join(", ", node.ClusterMembers.OrderBy(member => member.Key).Select(member => $"{member.Key} {member.Value}"))));

    protected void Note(string what) => Run.Faults.Note($"  {what}");

    private static int? KindOf(int seed)
    {
        var random = new Random(seed ^ 0x0DEA);
        return random.Next(RunsPerOrdeal) == 0 ? random.Next(_kinds.Length) : null;
    }

    private void Next(IEnumerator<Step> steps)
    {
        if (!steps.MoveNext())
        {
            IsOver = true;
            return;
        }
        Look(steps, Run.Now + steps.Current.AtMost);
    }

    private void Look(IEnumerator<Step> steps, TimeSpan until)
    {
        bool isTrue = steps.Current.Condition();
        if (!isTrue && Run.Now >= until) steps.Current.Late();
        if (isTrue || Run.Now >= until) Next(steps);
        else Run.Cluster.Simulation.After(_glanceInterval, () => Look(steps, until));
    }

    protected sealed record Step(Func<bool> Condition, TimeSpan AtMost, Action Late);
}
