using DynamoActors.Simulation.Runs;
using DynamoActors.Simulation.World;
using DynamoActors.Storage;
using DynamoActors.Storage.Files;

namespace DynamoActors.Simulation.Nemesis;

/// <summary>Does what people do: starts nodes again that ended, and puts a new disk where the old one cannot be used.</summary>
internal sealed class NodeOperator(Observed run)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);

    /// <summary>Starts the node if it does not run.</summary>
    public void Start(SimulatedNode node)
    {
        if (node.IsRunning) return;
        if (node.TryStart(out var refusal)) return;
        run.Faults.Note($"{node.Name} does not start: {refusal!.Message}");
        if (refusal is not StorageFullException) ReplaceDisk(node, refusal.Message);
        run.Cluster.Simulation.After(_patience, () => Start(node));
    }

    /// <summary>Looks after nodes that ended by themselves.</summary>
    public void Look()
    {
        foreach (var node in run.Cluster.Nodes)
        {
            if (!node.HasGivenUp) continue;
            run.Faults.Note($"{node.Name} has given up and is started again");
            if (run.Destroyed.Contains(node)) GiveNewDisk(node);
            else if (!node.HadFullDisk) run.FailDisk($"{node.Name} has given up, though nothing was wrong with its disk");
            else node.KillProcess();
            run.Cluster.Simulation.After(_patience, () => Start(node));
        }
    }

    private static void GiveNewDisk(SimulatedNode node)
    {
        node.KillProcess();
        node.Replace(new MemoryFileSystem());
    }

    private void ReplaceDisk(SimulatedNode node, string why)
    {
        if (!run.Destroyed.Contains(node)) run.FailDisk(
            $"{node.Name} refuses its disk, though nothing but power losses happened to it: {why}");
        node.Replace(new MemoryFileSystem());
    }
}
