namespace DynamoActors.Simulation.Workloads;

/// <summary>The buckets that clients use.</summary>
internal static class Buckets
{
    public const string Siblings = "default";

    /// <summary>Last write wins.</summary>
    public const string Latest = "latest";
}
