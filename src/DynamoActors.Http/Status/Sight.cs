using DynamoActors.Http.Answers;

namespace DynamoActors.Http.Status;

/// <summary>What the page tells of the cluster: the same records that the nodes answer with at /cluster, /ring, /stats and so on.</summary>
/// <param name="Node">Whose page it is.</param>
/// <param name="NotReady">Why it does not serve; null: it does.</param>
/// <param name="Ring">Null: the node knows none yet.</param>
/// <param name="Nodes">In order of name.</param>
/// <param name="Scheme">Of all nodes' HTTP.</param>
internal sealed record Sight(
    DateTimeOffset Now, string Node, string? NotReady, Ring? Ring, IReadOnlyList<NodeSight> Nodes, string Scheme);

/// <param name="Member">As the page's node sees it.</param>
/// <param name="Facts">What it says of itself; null: it did not answer, or was not asked because it cannot be reached.</param>
internal sealed record NodeSight(ClusterMember Member, NodeFacts? Facts)
{
    public string Name => Member.Name;

    /// <summary>Whether it reaches that node; null where nobody knows.</summary>
    public bool? Reaches(string other) => Facts?.Cluster.Members.FirstOrDefault(member => member.Name == other)?.Reachable;
}
