namespace Akka.Cluster;

/// <summary>Where a member stands in its life. The usual way is Joining, Up, Leaving, Exiting, Removed; Down leads out of any of them.</summary>
public enum MemberStatus
{
    /// <summary>Known to the cluster, not yet accepted by its leader.</summary>
    Joining = 0,

    /// <summary>Takes part in everything.</summary>
    Up = 1,

    /// <summary>Has asked to leave.</summary>
    Leaving = 2,

    /// <summary>Its leaving has been seen by all; it hands over and shuts down.</summary>
    Exiting = 3,

    /// <summary>Declared dead; must never come back under this incarnation.</summary>
    Down = 4,

    /// <summary>No longer a member.</summary>
    Removed = 5,

    /// <summary>Accepted while some member is unreachable, hence without the agreement of all.</summary>
    WeaklyUp = 6,
}
