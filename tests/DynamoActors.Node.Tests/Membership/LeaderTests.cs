using Akka.Actor;
using Akka.Cluster;
using Akka.Configuration;

namespace DynamoActors.Node.Tests.Membership;

/// <summary>Which member a node shows as the leader: whom its cluster publishes, by the name that this one calls itself.</summary>
public sealed class LeaderTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task The_leader_shown_is_the_one_that_the_cluster_publishes_also_after_it_has_changed()
    {
        // The member with the lowest address leads.
        SmallNode[] members = [new("n0"), new("n1")];
        var (lower, higher) = members[0].Cluster.SelfAddress.Port < members[1].Cluster.SelfAddress.Port ? (members[0], members[1])
            : (members[1], members[0]);
        try
        {
            higher.Start();
            higher.Door.Leader.ShouldBeNull();
            await Shows(higher, leader: higher);

            lower.Start(settings => settings with { Seeds = [higher.Cluster.SelfAddress.ToString()] });
            await Shows(higher, leader: lower);
            await Shows(lower, leader: lower);

            lower.Cluster.Leave(lower.Cluster.SelfAddress);
            await Shows(higher, leader: higher);
        }
        finally
        {
            foreach (var member in members) await member.DisposeAsync();
        }
    }

    private static async Task Shows(SmallNode member, SmallNode leader)
    {
        using var limit = new CancellationTokenSource(_patience);
        while (member.Door.Leader != leader.Name || !leader.Cluster.SelfAddress.Equals(member.Cluster.State.Leader))
        {
            limit.IsCancellationRequested.ShouldBeFalse(
                $"{member.Name} shows {member.Door.Leader ?? "nobody"} as the leader, its cluster says "
                    + $"{member.Cluster.State.Leader?.ToString() ?? "nobody"}; {leader.Name} is {leader.Cluster.SelfAddress}");
            await Task.Delay(10);
        }
    }
}
