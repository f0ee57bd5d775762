using DynamoActors.Node.Messages;

namespace DynamoActors.Node.Membership;

/// <summary>Another node that was greeted.</summary>
internal sealed class Member(Greeting greeting)
{
    /// <summary>What its present incarnation said of itself.</summary>
    public Greeting Greeting { get; set; } = greeting;

    /// <summary>Its links are up: requests can be sent to it and answered.</summary>
    public bool IsUp { get; set; }

    /// <summary>What it said last of Akka.Cluster; null: nothing since it is up.</summary>
    public MemberState? State { get; set; }

    /// <summary>Since when it is in another cluster than this node; null: it is not.</summary>
    public TimeSpan? ApartSince { get; set; }

    /// <summary>Until when an earlier process at its address, which was met, may still turn up in the cluster; null: there was
    /// none.</summary>
    public TimeSpan? FormerUntil { get; set; }

    public ulong Epoch => Math.Max(Greeting.Epoch, State?.Epoch ?? 0);
}
