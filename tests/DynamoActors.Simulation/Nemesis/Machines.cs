using DynamoActors.Simulation.Runs;
using DynamoActors.Simulation.World;

namespace DynamoActors.Simulation.Nemesis;

/// <summary>A node stands still, in most cases longer than the failure detector's patience, and then goes on as if nothing had
/// been.</summary>
internal sealed class Pause : Fault
{
    private SimulatedNode _node = null!;

    public override string Name => "pause";

    public override bool Begin(Observed run)
    {
        if (AnyRunning(run) is not { } node) return false;
        _node = node;
        Target = node.Name;
        node.Host.Pause();
        return true;
    }

    public override void End(Observed run) => _node.Host.Resume();
}

/// <summary>A node dies and comes back: with its power or only its process, at any moment or in the middle of a write to its
/// disk.</summary>
internal sealed class Crash : Fault
{
    private const int OperationsMax = 40;

    private SimulatedNode _node = null!;
    private bool _over;

    public override string Name => "crash";

    public override bool Begin(Observed run)
    {
        if (AnyRunning(run) is not { } node) return false;
        _node = node;
        int how = run.Cluster.Simulation.Random.Next(3);
        Target = $"{node.Name}, {how switch { 0 => "its process", 1 => "its power", _ => "its power while it writes" }}";
        if (how == 0) node.KillProcess();
        else if (how == 1) node.LosePower();
        else node.LosePowerAfter(1 + run.Cluster.Simulation.Random.Next(OperationsMax));
        return true;
    }

    public override void End(Observed run)
    {
        if (_over) return;
        _over = true;
        _node.LosePower();
        run.Operator.Start(_node);
    }
}

/// <summary>The power of every node fails at once.</summary>
internal sealed class PowerLossOfAll : Fault
{
    public override string Name => "power loss of every node";

    public override bool Begin(Observed run)
    {
        foreach (var node in run.Cluster.Nodes) node.LosePower();
        Target = "all";
        return true;
    }

    public override void End(Observed run)
    {
        foreach (var node in run.Cluster.Nodes) run.Operator.Start(node);
    }
}

/// <summary>Everything on a node takes up to fifty times longer.</summary>
internal sealed class SlowNode : Fault
{
    private SimulatedNode _node = null!;

    public override string Name => "slow node";

    public override bool Begin(Observed run)
    {
        _node = AnyNode(run);
        _node.Host.Slowness = 2 + (run.Cluster.Simulation.Random.NextDouble() * 200);
        Target = $"{_node.Name}, {_node.Host.Slowness:0} times";
        return true;
    }

    public override void End(Observed run) => _node.Host.Slowness = 1;
}

/// <summary>The clock for people is off by minutes, forwards or back.</summary>
internal sealed class ClockJump : Fault
{
    private const double MinutesMax = 30;

    private SimulatedNode _node = null!;

    public override string Name => "clock jump";

    public override bool Begin(Observed run)
    {
        _node = AnyNode(run);
        double minutes = ((run.Cluster.Simulation.Random.NextDouble() * 2) - 1) * MinutesMax;
        if (run.ClocksJump) _node.Host.ClockOffset = TimeSpan.FromMinutes(minutes);
        Target = $"{_node.Name}, {minutes:0.0} minutes";
        return true;
    }

    public override void End(Observed run) => _node.Host.ClockOffset = TimeSpan.Zero;
}
