using DynamoActors.Core.Quorum;

namespace DynamoActors.Client;

/// <summary>What one read asks for beyond its key.</summary>
public sealed record ReadOptions
{
    internal static readonly ReadOptions Default = new();

    /// <summary>A preset for the numbers below; null: the bucket's.</summary>
    public Consistency? Consistency { get; init; }

    /// <summary>Replicas that must answer, stand-ins included; null: the bucket's.</summary>
    public QuorumSetting? R { get; init; }

    /// <summary>Owners that must answer; null: the bucket's.</summary>
    public QuorumSetting? Pr { get; init; }

    /// <summary>For all attempts together; null: the client's.</summary>
    public TimeSpan? Timeout { get; init; }
}

/// <summary>What one write asks for beyond its key and value.</summary>
public sealed record WriteOptions
{
    internal static readonly WriteOptions Default = new();

    /// <summary>
    /// Of the read that the write follows: it supersedes exactly that. None: it replaces whatever is there, also what nobody has read.
    /// </summary>
    public DynamoContext Context { get; init; }

    /// <summary>A preset for the numbers below; null: the bucket's.</summary>
    public Consistency? Consistency { get; init; }

    /// <summary>Replicas that must have it durably, stand-ins included; null: the bucket's.</summary>
    public QuorumSetting? W { get; init; }

    /// <summary>Owners that must have it durably; null: the bucket's.</summary>
    public QuorumSetting? Pw { get; init; }

    /// <summary>How long the value is to be read, in whole seconds, rounded up; null: the bucket's. Not for deletions.</summary>
    public TimeSpan? TimeToLive { get; init; }

    /// <summary>Only where the key holds nothing. Several such writes at the same moment may all succeed, as siblings.</summary>
    public bool IfAbsent { get; init; }

    /// <summary>Only where the key holds exactly what has this ETag.</summary>
    public string? IfMatch { get; init; }

    /// <summary>Of the value; null: the bucket's. Not for deletions.</summary>
    public string? ContentType { get; init; }

    /// <summary>For all attempts together; null: the client's.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>A write that follows a read and asks for nothing else.</summary>
    public static implicit operator WriteOptions(DynamoContext context) => new() { Context = context };
}

/// <summary>How an update goes about it.</summary>
public sealed record UpdateOptions
{
    internal static readonly UpdateOptions Default = new();

    /// <summary>Of the reads.</summary>
    public ReadOptions? Read { get; init; }

    /// <summary>Of the writes; the context is that of the read.</summary>
    public WriteOptions? Write { get; init; }

    /// <summary>
    /// Merging the result of a merge gives the same again, as it does with a union of sets, and does not where a count is raised. Then an
    /// update whose outcome is unknown is read and written again; otherwise it may take effect twice, so it is not.
    /// </summary>
    public bool MergeIsIdempotent { get; init; }

    /// <summary>Writes at most, default 5.</summary>
    public int AttemptsMax { get; init; } = 5;
}
