using System.Diagnostics.CodeAnalysis;
using DynamoActors.Core.Quorum;
using DynamoActors.Core.Ring;

namespace DynamoActors.Core.Buckets;

/// <summary>What is wrong with a request's or a bucket's quorum.</summary>
/// <param name="Field"><c>n</c>, <c>r</c>, <c>w</c>, <c>pr</c>, <c>pw</c> or <c>dw</c>.</param>
public sealed record QuorumError(string Field, string Reason);

/// <summary>The numbers in force for one request. Zero for pr, pw and dw: nothing asked.</summary>
public readonly record struct ResolvedQuorum(int N, int R, int W, int Pr, int Pw, int Dw)
{
    /// <summary>Answers that a read waits for.</summary>
    public int AnswersRequired => Math.Max(R, Pr);

    /// <summary>Acknowledgements that a write waits for; each is durable.</summary>
    public int AcknowledgementsRequired => Math.Max(W, Math.Max(Pw, Dw));

    public static bool TryResolve(
        BucketSettings bucket,
        QuorumOverrides overrides,
        PartitionTable table,
        out ResolvedQuorum quorum,
        [NotNullWhen(false)] out QuorumError? error) =>
        TryResolve(bucket, overrides, table.ReplicationFactor, table.ReplicaCount, out quorum, out error);

    /// <summary>
    /// The request's own values go before its preset, the preset before the bucket. A bucket's n is lowered to what the ring has, so that a
    /// small or shrunken ring still serves; a request that names an n is held to it.
    /// </summary>
    public static bool TryResolve(
        BucketSettings bucket,
        QuorumOverrides overrides,
        int replicationFactor,
        int memberCount,
        out ResolvedQuorum quorum,
        [NotNullWhen(false)] out QuorumError? error)
    {
        var available = Math.Min(replicationFactor, memberCount);
        var n = overrides.N ?? Math.Min(bucket.N ?? replicationFactor, available);
        var preset = overrides.Consistency;
        var main = preset is null ? (QuorumSetting?)null : preset == Consistency.Fast ? QuorumSetting.One : QuorumSetting.Majority;
        var owners = preset == Consistency.Strong ? QuorumSetting.Majority : (QuorumSetting?)null;
        var fromBucket = preset is null;
        quorum = new ResolvedQuorum(
            n,
            (overrides.R ?? main ?? bucket.R ?? QuorumSetting.Majority).Resolve(n),
            (overrides.W ?? main ?? bucket.W ?? QuorumSetting.Majority).Resolve(n),
            (overrides.Pr ?? owners ?? (fromBucket ? bucket.Pr : null))?.Resolve(n) ?? 0,
            (overrides.Pw ?? owners ?? (fromBucket ? bucket.Pw : null))?.Resolve(n) ?? 0,
            (overrides.Dw ?? (fromBucket ? bucket.Dw : null))?.Resolve(n) ?? 0);
        error = FaultOfN(n, replicationFactor, memberCount) ?? quorum.Fault();
        return error is null;
    }

    private static QuorumError? FaultOfN(int n, int replicationFactor, int memberCount)
    {
        if (n < 1)
            return new QuorumError("n", $"n is {n}; it must be at least 1.");
        if (n > replicationFactor)
            return new QuorumError("n", $"n is {n}, but the ring keeps {replicationFactor} replicas of each key.");
        if (n > memberCount)
            return new QuorumError("n", $"n is {n}, but the ring has {memberCount} nodes.");
        return null;
    }

    private QuorumError? Fault()
    {
        foreach (var (field, value) in (ReadOnlySpan<(string, int)>)[("r", R), ("w", W), ("pr", Pr), ("pw", Pw), ("dw", Dw)])
            if (value > N)
                return new QuorumError(field, $"{field} is {value}, but only n = {N} replicas take part.");
        return null;
    }
}
