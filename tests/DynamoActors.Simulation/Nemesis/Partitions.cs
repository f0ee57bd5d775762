using DynamoActors.Simulation.Engine;
using DynamoActors.Simulation.Runs;

namespace DynamoActors.Simulation.Nemesis;

/// <summary>Nodes that do not hear each other. What differs is who.</summary>
internal abstract class Partition : Fault
{
    private readonly List<(SimulatedHost From, SimulatedHost To)> _blocked = [];

    protected void Block(Observed run, SimulatedHost from, SimulatedHost to)
    {
        if (from == to) return;
        run.Cluster.Simulation.Network.Block(from, to);
        _blocked.Add((from, to));
    }

    protected void Heal(Observed run)
    {
        foreach (var (from, to) in _blocked) run.Cluster.Simulation.Network.Unblock(from, to);
        _blocked.Clear();
    }

    public override void End(Observed run) => Heal(run);

    /// <summary>All machines in an order of chance, and where to cut it.</summary>
    protected static (List<SimulatedHost> Hosts, int Cut) Shuffled(Observed run)
    {
        var hosts = run.Cluster.Nodes.Select(node => node.Host).ToArray();
        run.Cluster.Simulation.Random.Shuffle(hosts);
        return ([.. hosts], 1 + run.Cluster.Simulation.Random.Next(hosts.Length - 1));
    }

    protected static string Names(IEnumerable<SimulatedHost> hosts) => string.Join("+", hosts.Select(host => host.Name));
}

/// <summary>Two sides, neither of which hears the other.</summary>
internal sealed class SymmetricPartition : Partition
{
    public override string Name => "partition";

    public override bool Begin(Observed run)
    {
        var (hosts, cut) = Shuffled(run);
        Target = $"{Names(hosts[..cut])} | {Names(hosts[cut..])}";
        foreach (var one in hosts[..cut])
            foreach (var other in hosts[cut..])
            {
                Block(run, one, other);
                Block(run, other, one);
            }
        return true;
    }
}

/// <summary>One side hears the other, and is not heard.</summary>
internal sealed class OneWayPartition : Partition
{
    public override string Name => "one-way partition";

    public override bool Begin(Observed run)
    {
        var (hosts, cut) = Shuffled(run);
        Target = $"{Names(hosts[..cut])} -x-> {Names(hosts[cut..])}";
        foreach (var one in hosts[..cut])
            foreach (var other in hosts[cut..]) Block(run, one, other);
        return true;
    }
}

/// <summary>Two sides, and one node between them that hears both.</summary>
internal sealed class BridgePartition : Partition
{
    public override string Name => "bridge";

    public override bool Begin(Observed run)
    {
        var (hosts, cut) = Shuffled(run);
        if (cut == hosts.Count - 1) cut--;
        if (cut < 1) return false;
        var (left, bridge, right) = (hosts[..cut], hosts[cut], hosts[(cut + 1)..]);
        Target = $"{Names(left)} | {bridge.Name} | {Names(right)}";
        foreach (var one in left)
            foreach (var other in right)
            {
                Block(run, one, other);
                Block(run, other, one);
            }
        return true;
    }
}

/// <summary>A partition that comes and goes.</summary>
internal sealed class FlappingPartition : Partition
{
    private bool _over;
    private SimulatedHost _alone = null!;

    public override string Name => "flapping partition";

    public override bool Begin(Observed run)
    {
        _alone = AnyNode(run).Host;
        Target = _alone.Name;
        Flap(run, cut: true);
        return true;
    }

    public override void End(Observed run)
    {
        _over = true;
        Heal(run);
    }

    private void Flap(Observed run, bool cut)
    {
        if (_over) return;
        if (!cut) Heal(run);
        else
            foreach (var other in run.Cluster.Nodes)
            {
                Block(run, _alone, other.Host);
                Block(run, other.Host, _alone);
            }
        run.Cluster.Simulation.After(run.Cluster.Simulation.Between(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(3)),
            () => Flap(run, !cut));
    }
}
