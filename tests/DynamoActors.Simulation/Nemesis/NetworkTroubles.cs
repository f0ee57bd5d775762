using DynamoActors.Simulation.Engine;
using DynamoActors.Simulation.Runs;
using DynamoActors.Simulation.World;

namespace DynamoActors.Simulation.Nemesis;

/// <summary>Up to a fifth of all packets is lost: connections bear it, and become slow.</summary>
internal sealed class PacketLoss : Fault
{
    public override string Name => "packet loss";

    // Six repetitions, each after twice the time before.
    public override TimeSpan MessagesLate => TimeSpan.FromSeconds(13);

    public override bool Begin(Observed run)
    {
        double loss = run.Cluster.Simulation.Random.NextDouble() * 0.2;
        Target = $"{loss:P0}";
        SetAll(run, loss);
        return true;
    }

    public override void End(Observed run) => SetAll(run, 0);

    private static void SetAll(Observed run, double loss)
    {
        foreach (var from in run.Cluster.Nodes)
            foreach (var to in run.Cluster.Nodes) run.Cluster.Simulation.Network.Link(from.Host, to.Host).Loss = loss;
    }
}

/// <summary>Up to a fifth of the messages that reach a node is lost, up to a fifth of the store's comes again some time later.</summary>
internal sealed class MessageTroubles : Fault
{
    private List<SimulatedNode> _nodes = [];

    public override string Name => "message loss and duplication";

    public override TimeSpan MessagesLate => MessageFaults.AgainMost;

    public override bool Begin(Observed run)
    {
        var random = run.Cluster.Simulation.Random;
        _nodes = random.Next(2) == 0 ? [.. run.Cluster.Nodes] : [AnyNode(run)];
        var (loss, duplication) = (random.NextDouble() * 0.2, random.NextDouble() * 0.2);
        Target = $"{string.Join("+", _nodes.Select(node => node.Name))}, {loss:P0} lost, {duplication:P0} twice";
        foreach (var node in _nodes) (node.MessageLoss, node.MessageDuplication) = (loss, duplication);
        return true;
    }

    public override void End(Observed run)
    {
        foreach (var node in _nodes) (node.MessageLoss, node.MessageDuplication) = (0, 0);
    }
}

/// <summary>Nothing repairs a replica: owners differ although all nodes can be reached.</summary>
internal sealed class PostponedRepairs : Fault
{
    private List<SimulatedNode> _nodes = [];

    public override string Name => "postponed repairs";

    public override bool Begin(Observed run)
    {
        _nodes = run.Cluster.Simulation.Random.Next(2) == 0 ? [.. run.Cluster.Nodes] : [AnyNode(run)];
        Target = string.Join("+", _nodes.Select(node => node.Name));
        foreach (var node in _nodes) node.PutsRepairsOff = true;
        return true;
    }

    public override void End(Observed run)
    {
        foreach (var node in _nodes) node.PutsRepairsOff = false;
    }
}

/// <summary>Some ways between nodes take up to seconds, others do not: what one node says to two is heard in any order.</summary>
internal sealed class SlowLinks : Fault
{
    private static readonly TimeSpan _delayMost = TimeSpan.FromSeconds(3);

    private readonly List<SimulatedLink> _slow = [];

    public override string Name => "slow links";

    // There and back, and what is behind one waits for it.
    public override TimeSpan MessagesLate => 2 * _delayMost;

    public override bool Begin(Observed run)
    {
        var simulation = run.Cluster.Simulation;
        foreach (var from in run.Cluster.Nodes)
            foreach (var to in run.Cluster.Nodes)
            {
                if (from == to || simulation.Random.Next(2) == 0) continue;
                var link = simulation.Network.Link(from.Host, to.Host);
                _slow.Add(link);
                link.Delay = (TimeSpan.FromMilliseconds(1), simulation.Between(TimeSpan.FromMilliseconds(20), _delayMost));
            }
        Target = $"{_slow.Count} of them";
        return _slow.Count > 0;
    }

    public override void End(Observed run)
    {
        foreach (var link in _slow) link.Delay = SimulatedLink.UsualDelay;
    }
}

/// <summary>Connections break, and can be made again at once.</summary>
internal sealed class ConnectionResets : Fault
{
    private bool _over;

    public override string Name => "connection resets";

    public override bool Begin(Observed run)
    {
        Target = "any";
        Reset(run);
        return true;
    }

    public override void End(Observed run) => _over = true;

    private void Reset(Observed run)
    {
        if (_over) return;
        run.Cluster.Simulation.Network.Reset(AnyNode(run).Host, AnyNode(run).Host);
        run.Cluster.Simulation.After(run.Cluster.Simulation.Between(TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(2)),
            () => Reset(run));
    }
}
