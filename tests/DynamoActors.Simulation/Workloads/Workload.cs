using DynamoActors.Core.Quorum;
using DynamoActors.Simulation.Histories;

namespace DynamoActors.Simulation.Workloads;

/// <summary>What a client does over and over. Its keys are its own: what holds of them depends on who uses them how.</summary>
internal abstract class Workload(string prefix, int keys, string bucket = Buckets.Siblings)
{
    private static readonly QuorumOverrides _strong = new(Consistency: Consistency.Strong);
    private static readonly int[] _sizes = [0, 10, 100, 100, 1_000, 5_000];

    public string Bucket => bucket;

    public IEnumerable<ObjectKey> Keys => Enumerable.Range(0, keys).Select(index => new ObjectKey(bucket, $"{prefix}{index}"));

    /// <summary>Does one thing, which may take several requests.</summary>
    public abstract void Next(SimulatedClient client, Action then);

    protected ObjectKey AnyKey(SimulatedClient client) => new(bucket, $"{prefix}{client.Random.Next(keys)}");

    protected static byte[] NewValue(SimulatedClient client) =>
        Payload.Of(client.NextOperation, [], _sizes[client.Random.Next(_sizes.Length)]);

    /// <summary>Only owners count: what is read then is what was acknowledged.</summary>
    public bool IsStrong { get; init; }

    protected QuorumOverrides Majority => IsStrong ? _strong : QuorumOverrides.None;
}
