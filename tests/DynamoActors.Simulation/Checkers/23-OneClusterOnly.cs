using DynamoActors.Simulation.Engine;

namespace DynamoActors.Simulation.Checkers;

/// <summary>
/// Looks at the moment in which each process is first seen in a cluster: whoever remembered a ring then is either in one that others
/// are in, too, or has met a majority of that ring.
/// </summary>
internal sealed class OneClusterOnly : Checker
{
    private readonly Dictionary<SimulatedProcess, Life> _lives = [];

    public override int Number => 23;

    public override string Invariant => "A majority of a remembered ring forms a cluster again, and nobody else does";

    public void Noticed(string what) => Fail(null, what);

    public override void Glance()
    {
        foreach (var node in Run.Cluster.Nodes)
        {
            if (node is not { IsRunning: true, Door: { } door, Host.Process: { } process }) continue;
            if (!_lives.TryGetValue(process, out var life)) _lives.Add(process, life = new Life());
            if (life.HasEntered) continue;
            if (door.Ring is { } ring) life.Met.UnionWith(door.Nodes
                .Where(other => other.Reachable && ring.MemberIndex(other.Name) >= 0).Select(other => other.Name));
            var members = node.ClusterMembers;
            life.HasEntered = members.Count > 0;
            bool isAlone = members.Count == 1 && life.KnewRing;
            if (isAlone && life.Met.Count <= door.Ring!.Members.Length / 2) Fail(null,
                $"{node.Name} remembers a ring of {door.Ring.Members.Length} nodes and has formed a cluster by itself, having met "
                + $"{string.Join(", ", life.Met)}");
            life.KnewRing |= door.Ring is not null;
        }
    }

    private sealed class Life
    {
        public HashSet<string> Met { get; } = [];

        public bool KnewRing { get; set; }

        public bool HasEntered { get; set; }
    }
}
