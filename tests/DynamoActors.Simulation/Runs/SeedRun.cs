using DynamoActors.Core.Buckets;
using DynamoActors.Core.Quorum;
using DynamoActors.Core.Versioning;
using DynamoActors.Simulation.Checkers;
using DynamoActors.Simulation.Engine;
using DynamoActors.Simulation.Histories;
using DynamoActors.Simulation.Nemesis;
using DynamoActors.Simulation.Sabotages;
using DynamoActors.Simulation.Workloads;
using DynamoActors.Simulation.World;

namespace DynamoActors.Simulation.Runs;

/// <summary>
/// One seed's run from its first start to its last check: the cluster forms, clients work while faults come and go, everything heals, every
/// key is read from all of its owners, and the checkers look at what is left.
/// </summary>
internal sealed partial class SeedRun
{
    private static readonly TimeSpan _startMost = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _wholeMost = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan _ordealMost = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan _stragglersMost = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _glanceInterval = TimeSpan.FromMilliseconds(250);

    private const int KeysPerListing = 4;

    /// <summary>One run in so many uses the bucket whose versions expire by default.</summary>
    private const int RunsPerPassing = 3;

    private readonly SimulatedWorld _simulation;
    private readonly SimulatedCluster _cluster;
    private readonly Observed _run;
    private readonly RunPlan _plan;
    private readonly FaultPlan _faults;
    private readonly IReadOnlyList<Workload> _workloads;
    private readonly List<SimulatedClient> _clients = [];
    private readonly SimulatedClient _reader;
    private readonly Burst _burst;

    public SeedRun(int seed, Sabotage sabotage, bool clocksJump = true)
    {
        var random = new Random(seed ^ 0xFA17);
        FaultPlan? faults = null;
        _plan = RunPlan.Draw(seed, duration => faults = FaultPlan.Draw(random, duration, Ordeal.Of(seed)));
        if (Ordeal.ChangesRing(seed)) _plan = _plan with { Nodes = RingChanges.NodesOf(seed) };
        _faults = faults!;
        _simulation = new SimulatedWorld(seed);
        _cluster = new SimulatedCluster(_simulation, _plan, sabotage);
        _run = new Observed(_cluster, AllCheckers.Create(), clocksJump);
        _burst = new Burst(_plan.Keys, _plan.RequestsMax);
        _workloads = DrawWorkloads(random);
        _reader = new SimulatedClient(0, _run);
    }

    public Observed Run => _run;

    public SimulatedWorld Simulation => _simulation;

    public RunPlan Plan => _plan;

    public FinalState? Final { get; private set; }

    /// <summary>Runs to the end, or to the first violation; that something throws where nobody catches it is one.</summary>
    public void Execute()
    {
        try
        {
            new SimulatedTasks(_simulation).Run(RunToTheEnd);
        }
        catch (Exception e)
        {
            _run.Violations.Add(new Violation(0, "Nothing throws where nobody catches it", null, e.ToString(), _simulation.Now));
        }
        if (_simulation.FirstIntrusion is { } intrusion)
            // It explains whatever else went wrong.
            _run.Violations.Insert(0, new Violation(0, "Everything happens on one thread", null, intrusion, _simulation.Now));
    }

    private void RunToTheEnd()
    {
        if (!Start()) return;
        _ = Work() && Heal() && LosePower() && Overload() && Converge() && CheckFinal() && Reap() && ReadOnceMore();
    }

    private bool Start()
    {
        foreach (var node in _cluster.Nodes) _run.Operator.Start(node);
        if (!Until(() => _cluster.IsWhole, _startMost)) return Fail($"the cluster has not formed within {_startMost}: {States()}");
        foreach (string bucket in _workloads.Select(workload => workload.Bucket).Prepend(Buckets.Latest).Distinct())
            if (!Set(bucket)) return false;
        Glance();
        return _cluster.Ring is not null || Fail("every node is ready, and none knows the ring");
    }

    private bool Set(string bucket)
    {
        var settings = Buckets.SettingsOf(bucket);
        if (settings == BucketSettings.Default) return true;
        // Nobody waits for the task: that the setting has arrived everywhere is what counts.
        _ = _cluster.Nodes[0].Door!.SetBucketAsync(bucket, settings);
        return Until(() => _cluster.Nodes.All(node => node.Door!.Bucket(bucket) == settings), _startMost)
            || Fail($"the settings of bucket {bucket} have not reached every node");
    }

    private bool Work()
    {
        foreach (var node in _cluster.Nodes)
            _simulation.After(_simulation.Between(TimeSpan.Zero, _plan.Duration / 2), node.TakeCheckpoint);
        _faults.Unleash(_run);
        for (int id = 1; id <= _plan.Clients; id++)
        {
            var client = new SimulatedClient(id, _run);
            _clients.Add(client);
            client.Begin(_workloads[_simulation.Random.Next(_workloads.Count)]);
        }
        if (!Settle(_plan.Duration + TimeSpan.FromMilliseconds(1))) return false;
        return Until(() => _faults.IsOver, _ordealMost) || Fail($"the ordeal did not end within {_ordealMost}");
    }

    private bool Heal()
    {
        _run.ClientsWork = false;
        foreach (var node in _cluster.Nodes) _run.Operator.Start(node);
        if (!Until(() => _clients.All(client => client.IsIdle), _wholeMost)) return Fail("a client was never answered");
        return BecomeWhole() && Settle(_stragglersMost);
    }

    private bool LosePower()
    {
        if (!_plan.PowerLossAtEnd) return true;
        _run.Faults.Note("begins and ends: power loss of every node");
        foreach (var node in _cluster.Nodes) node.LosePower();
        foreach (var node in _cluster.Nodes) _run.Operator.Start(node);
        if (_cluster.Nodes.Any(node => !node.IsRunning)) return Fail("a node did not start after the power loss");
        foreach (var checker in _run.Checkers) checker.AfterPowerLoss();
        return _run.Violations.Count == 0 && BecomeWhole();
    }

    private bool BecomeWhole() =>
        Until(() => _cluster.IsWhole, _wholeMost) || Fail($"the cluster is not whole {_wholeMost} after the last fault: {States()}");

    private bool Settle(TimeSpan time)
    {
        Until(() => false, time);
        return _run.Violations.Count == 0;
    }

    /// <summary>Goes on until the condition holds. False: it did not in time, or something is wrong.</summary>
    private bool Until(Func<bool> condition, TimeSpan atMost) =>
        _simulation.RunUntil(() => _run.Violations.Count > 0 || condition(), atMost) && _run.Violations.Count == 0;

    private void Glance()
    {
        foreach (var checker in _run.Checkers) checker.Glance();
        _run.Operator.Look();
        _simulation.After(_glanceInterval, Glance);
    }

    private bool Fail(string what)
    {
        // Whatever went wrong first explains the rest.
        if (_run.Violations.Count == 0) _run.Fail(what);
        return false;
    }

    private string States() => string.Join("; ", _cluster.Nodes.Select(node => $"{node.Name}: {State(node)}"));

    private static string State(SimulatedNode node)
    {
        if (node.Door is not { } door) return "not running";
        var seen = door.Nodes.Select(other => $"{other.Name} {other.Status}{(other.Reachable ? "" : " unreachable")}");
        return $"{(door.Readiness.Ready ? "ready" : door.Readiness.Reason)} sees {string.Join(", ", seen)}";
    }

    private List<Workload> DrawWorkloads(Random random)
    {
        int keys = Math.Max(1, _plan.Keys / 2);
        Workload[] all =
        [
            new ReadModifyWrite(keys) { IsStrong = IsStrong() }, new BlindWrites(keys) { IsStrong = IsStrong() },
                new SetAdd(keys) { IsStrong = IsStrong() },
            new DeleteAndRecreate(keys) { IsStrong = IsStrong() }, new HotKey() { IsStrong = IsStrong() },
                new LatestWins(keys) { IsStrong = IsStrong() },
            new Presets(keys), new MixedSizes(keys) { IsStrong = IsStrong() },
            new Expiring(keys) { IsStrong = IsStrong() }, new WriteAndDelete { IsStrong = IsStrong() },
                new ListAndWrite(keys * KeysPerListing) { IsStrong = IsStrong() },
        ];
        random.Shuffle(all);
        List<Workload> chosen = [.. all.Take(1 + random.Next(3))];
        if (_faults.IsNeglect) chosen.Add(new WriteAndDelete { IsStrong = IsStrong() });
        if (_plan.IsTight) chosen.Add(_burst);
        // Drawn by itself, so that runs without it are what they were before there was one; those of the seeds that are kept are among
        // them.
        if (new Random(_plan.Seed ^ 0x1137).Next(RunsPerPassing) == 0) chosen.Add(new ExpiringByDefault(keys) { IsStrong = IsStrong() });
        return chosen;

        bool IsStrong() => random.Next(2) == 0;
    }
}
