using DynamoActors.Simulation.Runs;
using DynamoActors.Simulation.World;
using DynamoActors.Storage.Files;

namespace DynamoActors.Simulation.Nemesis;

/// <summary>A node's disk takes up to hundreds of times longer.</summary>
internal sealed class SlowDisk : Fault
{
    private SimulatedNode _node = null!;

    public override string Name => "slow disk";

    public override bool Begin(Observed run)
    {
        _node = AnyNode(run);
        _node.DiskSlowness = 5 + (run.Cluster.Simulation.Random.NextDouble() * 500);
        Target = $"{_node.Name}, {_node.DiskSlowness:0} times";
        return true;
    }

    public override void End(Observed run) => _node.DiskSlowness = 1;
}

/// <summary>A node's disk has next to no space left.</summary>
internal sealed class DiskFull : Fault
{
    private const int BytesLeftMax = 64 * 1024;

    private SimulatedNode _node = null!;

    public override string Name => "disk full";

    public override bool Begin(Observed run)
    {
        _node = AnyNode(run);
        _node.CapacityBytes = _node.Disk.UsedBytes + run.Cluster.Simulation.Random.Next(BytesLeftMax);
        Target = _node.Name;
        return true;
    }

    public override void End(Observed run) => _node.CapacityBytes = long.MaxValue;
}

/// <summary>A fault that makes a disk forget what it had acknowledged. One node in a run: the others hold the copies that are
/// promised.</summary>
internal abstract class Destruction : Fault
{
    protected SimulatedNode Node { get; private set; } = null!;

    public override bool Begin(Observed run)
    {
        if (run.Destroyed.Count > 0 || AnyRunning(run) is not { } node) return false;
        Node = node;
        Target = node.Name;
        run.Destroyed.Add(node);
        Destroy(run);
        return true;
    }

    public override void End(Observed run) => run.Operator.Start(Node);

    protected abstract void Destroy(Observed run);
}

internal sealed class WipedDisk : Destruction
{
    public override string Name => "wiped disk";

    protected override void Destroy(Observed run)
    {
        Node.LosePower();
        Node.Replace(new MemoryFileSystem());
    }
}

/// <summary>The disk is restored from a copy made some time ago.</summary>
internal sealed class RestoredCheckpoint : Destruction
{
    public override string Name => "restored checkpoint";

    protected override void Destroy(Observed run)
    {
        Node.LosePower();
        // A copy that does not know of deletions that all others have dropped would bring back what they removed.
        if (run.Now - Node.CheckpointAt < run.Cluster.Plan.Repair.DeletedAgeMin) Node.Restore();
        else Node.Replace(new MemoryFileSystem());
    }
}

/// <summary>One bit of one file turns over while the node runs; the operator replaces what the node then finds damaged.</summary>
internal sealed class BitFlip : Destruction
{
    public override string Name => "bit flip";

    public override void End(Observed run)
    {
        // Whatever it did to the node, its disk is replaced: what a damaged disk still holds is not to be relied on.
        Node.LosePower();
        Node.Replace(new MemoryFileSystem());
        base.End(run);
    }

    protected override void Destroy(Observed run)
    {
        var random = run.Cluster.Simulation.Random;
        var files = Node.FilesWithBytes();
        if (files.Count == 0) return;
        var (path, length) = files[random.Next(files.Count)];
        long bit = random.NextInt64(length * 8);
        Target = $"{Node.Name}, {path} bit {bit}";
        Node.Disk.FlipBit(path, bit);
        if (random.Next(2) == 0) return;
        Target += ", then a restart";
        Node.KillProcess();
        run.Operator.Start(Node);
    }
}
