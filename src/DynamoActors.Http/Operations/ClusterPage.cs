using DynamoActors.Core.Ring;
using DynamoActors.Http.Answers;
using DynamoActors.Node.Requests;

namespace DynamoActors.Http.Operations;

/// <summary><c>/cluster</c>: the members as this node sees them.</summary>
internal static class ClusterPage
{
    public static Cluster Of(IStoreNode node) =>
        new(node.Name, node.Readiness.Ready, node.Ring?.Epoch, node.Leader, node.Nodes.Select(member => Shown(member, node.Ring)));

    private static ClusterMember Shown(NodeView member, PartitionTable? ring) => new(
        member.Name, member.Status, member.Reachable, member.Http, member.Address, member.Zone, member.Weight,
        ring?.MemberIndex(member.Name) is >= 0 and var index ? ring.PartitionsOf(index).Length : 0, member.ClockAhead?.TotalSeconds);
}
