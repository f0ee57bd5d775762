using DynamoActors.Core.Buckets;

namespace DynamoActors.Simulation.Workloads;

/// <summary>The buckets that clients use.</summary>
internal static class Buckets
{
    public const string Siblings = "default";

    /// <summary>Last write wins.</summary>
    public const string Latest = "latest";

    /// <summary>What a run sets before anything else; so it is in force even while no node is there to be asked.</summary>
    public static BucketSettings SettingsOf(string bucket) =>
        bucket == Latest ? new BucketSettings { Policy = ConflictPolicy.Lww } : BucketSettings.Default;
}
