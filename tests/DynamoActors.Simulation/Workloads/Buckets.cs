using DynamoActors.Core.Buckets;

namespace DynamoActors.Simulation.Workloads;

/// <summary>The buckets that clients use.</summary>
internal static class Buckets
{
    public const string Siblings = "default";

    /// <summary>Last write wins.</summary>
    public const string Latest = "latest";

    /// <summary>What is written into it expires, unless the write says otherwise.</summary>
    public const string Passing = "passing";

    public const string Counters = "counters";

    /// <summary>Long enough to be read, and short enough to be over while a hint waits.</summary>
    private static readonly TimeSpan _passingTtl = TimeSpan.FromSeconds(6);

    /// <summary>What a run sets before anything else; so it is in force even while no node is there to be asked.</summary>
    public static BucketSettings SettingsOf(string bucket) => bucket switch
    {
        Latest => new BucketSettings { Policy = ConflictPolicy.Lww },
        Counters => new BucketSettings { Policy = ConflictPolicy.Counter },
        Passing => new BucketSettings { Ttl = _passingTtl },
        _ => BucketSettings.Default,
    };
}
