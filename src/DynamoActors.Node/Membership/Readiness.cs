using DynamoActors.Core.Ring;
using DynamoActors.Node.Requests;

namespace DynamoActors.Node.Membership;

/// <summary>Whether quorum requests through this node can succeed at present, and if not, what is missing. Pure.</summary>
internal static class Readiness
{
    /// <param name="ring">Null: none is known.</param>
    /// <param name="waitsFor">What the way to a ring waits for; empty: nothing.</param>
    /// <param name="notMet">Names of the ring's members that this node, which has just started, waits to meet first.</param>
    /// <param name="reachable">Names of the ring's members that can be reached, this node among them if it is one.</param>
    public static NodeReadiness Of(
        PartitionTable? ring, string waitsFor, IReadOnlyList<string> notMet, IReadOnlySet<string> reachable, bool isIdentityConfirmed)
    {
        if (ring is null) return new NodeReadiness(false, waitsFor);
        if (notMet.Count > 0) return new NodeReadiness(
            false, $"It has just started, and meets the ring's other members first: {string.Join(", ", notMet)}.")
        { IsMeeting = true };
        int needed = ring.ReplicaCount / 2 + 1;
        if (reachable.Count < needed)
        {
            string missing = string.Join(", ", ring.Members.Select(member => member.Name).Where(name => !reachable.Contains(name)));
            return new NodeReadiness(false, $"A quorum needs {needed} nodes, and only {reachable.Count} of the ring's "
                + $"{ring.Members.Length} can be reached from here; these cannot: {missing}.");
        }
        return isIdentityConfirmed ? new NodeReadiness(true, "")
            : new NodeReadiness(false, "Asking the other nodes what they know of this data directory's identity.");
    }
}
