using System.Collections.Immutable;
using DynamoActors.Core.Quorum;

namespace DynamoActors.Core.Buckets;

/// <summary>What is wrong with one field of a bucket's settings.</summary>
public sealed record BucketFieldError(string Field, string Reason);

/// <summary>How a bucket's keys are kept.</summary>
public sealed record BucketSettings
{
    public const int SiblingsMaxLimit = 10_000;

    public static readonly BucketSettings Default = new();

    /// <summary>A hundred years: beyond it a time to live is a mistake in units.</summary>
    public static readonly TimeSpan TtlLimit = TimeSpan.FromDays(36_525);

    /// <summary>
    /// What happens to concurrent writes. Siblings lose nothing and ask the application to reconcile; lww asks nothing and loses one.
    /// </summary>
    public ConflictPolicy Policy { get; init; } = ConflictPolicy.Siblings;

    /// <summary>
    /// Replicas of each key, at most the ring's replication factor; null: exactly that. Low: cheap and easily lost. High: slow writes.
    /// </summary>
    public int? N { get; init; }

    /// <summary>Answers that a read waits for; null: a majority of n.</summary>
    public QuorumSetting? R { get; init; }

    /// <summary>Acknowledgements that a write waits for; null: a majority of n.</summary>
    public QuorumSetting? W { get; init; }

    /// <summary>Answers that must come from owners; null: none in particular, stand-ins do.</summary>
    public QuorumSetting? Pr { get; init; }

    /// <summary>Acknowledgements that must come from owners; null: none in particular, stand-ins do.</summary>
    public QuorumSetting? Pw { get; init; }

    /// <summary>
    /// Durable acknowledgements; every acknowledgement is, so only a number above w changes anything. Null: none in particular.
    /// </summary>
    public QuorumSetting? Dw { get; init; }

    /// <summary>Every version written reads as deleted so long after its write, unless the request says otherwise; null: never.</summary>
    public TimeSpan? Ttl { get; init; }

    /// <summary>
    /// A write that would leave more siblings than this is refused. Low: applications that reconcile late are refused. High: objects that
    /// nobody reconciles grow until every read is slow.
    /// </summary>
    public int SiblingsMax { get; init; } = 64;

    /// <summary>These settings with the fields named as they are in others.</summary>
    public BucketSettings With(BucketFields fields, BucketSettings others) => new()
    {
        Policy = fields.HasFlag(BucketFields.Policy) ? others.Policy : Policy,
        N = fields.HasFlag(BucketFields.N) ? others.N : N,
        R = fields.HasFlag(BucketFields.R) ? others.R : R,
        W = fields.HasFlag(BucketFields.W) ? others.W : W,
        Pr = fields.HasFlag(BucketFields.Pr) ? others.Pr : Pr,
        Pw = fields.HasFlag(BucketFields.Pw) ? others.Pw : Pw,
        Dw = fields.HasFlag(BucketFields.Dw) ? others.Dw : Dw,
        Ttl = fields.HasFlag(BucketFields.Ttl) ? others.Ttl : Ttl,
        SiblingsMax = fields.HasFlag(BucketFields.SiblingsMax) ? others.SiblingsMax : SiblingsMax,
    };

    /// <summary>What is wrong with the settings in a ring of that replication factor; empty where nothing is.</summary>
    public ImmutableArray<BucketFieldError> Validate(int replicationFactor)
    {
        var errors = ImmutableArray.CreateBuilder<BucketFieldError>();
        if (!Enum.IsDefined(Policy))
            errors.Add(new("policy", $"{(int)Policy} is no conflict policy."));
        if (N is < 1)
            errors.Add(new("n", $"n is {N}; it must be at least 1."));
        if (N > replicationFactor)
            errors.Add(new("n", $"n is {N}, but the ring keeps {replicationFactor} replicas of each key."));
        var n = Math.Clamp(N ?? replicationFactor, 1, replicationFactor);
        foreach (var (field, setting) in (ReadOnlySpan<(string, QuorumSetting?)>)[("r", R), ("w", W), ("pr", Pr), ("pw", Pw), ("dw", Dw)])
            if (setting?.Resolve(n) > n)
                errors.Add(new(field, $"{field} is {setting}, but only n = {n} replicas take part."));
        if (Ttl <= TimeSpan.Zero || Ttl > TtlLimit)
            errors.Add(new("ttl", $"The time to live is {Ttl}; it must be above zero and at most a hundred years."));
        if (Ttl is not null && Policy == ConflictPolicy.Counter)
            errors.Add(new("ttl", "Counters do not expire: the parts of one would, each at its own time. Set ttl to null."));
        if (SiblingsMax is < 1 or > SiblingsMaxLimit)
            errors.Add(new("siblingsMax", $"siblingsMax is {SiblingsMax}; it must be from 1 to {SiblingsMaxLimit}."));
        return errors.DrainToImmutable();
    }
}
