namespace DynamoActors.Client;

/// <summary>
/// What became of a write: exactly one of <see cref="Written"/>, <see cref="NotWritten"/> and <see cref="Unknown"/>. A failure is a result,
/// no exception: whoever does not look at it does not know whether there was one (<see cref="EnsureWritten"/> looks).
/// </summary>
public abstract record WriteResult
{
    private protected WriteResult()
    {
    }

    /// <summary>This, where it is <see cref="Written"/>.</summary>
    /// <exception cref="DynamoException">It is not written, or unknown.</exception>
    public Written EnsureWritten() => this switch
    {
        Written written => written,
        NotWritten not => throw new DynamoException($"Nothing was written ({not.Why}): {not.Detail}"),
        Unknown unknown => throw new DynamoException($"Whether it was written is unknown: {unknown.Detail}"),
        _ => throw new InvalidOperationException(GetType().Name),
    };
}

/// <summary>The write is durable on as many replicas as were asked for.</summary>
/// <param name="Context">For the next write of the key: it covers what was written, and what that superseded.</param>
/// <param name="ETag">Names what the key held after it.</param>
public sealed record Written(DynamoContext Context, string ETag) : WriteResult;

/// <summary>No replica holds the write, and none will.</summary>
/// <param name="Why">The kind of reason.</param>
/// <param name="Detail">Sentences for a log.</param>
/// <param name="Context">What the key holds instead, where the answer told it.</param>
public sealed record NotWritten(WhyNotWritten Why, string Detail, DynamoContext Context = default) : WriteResult;

/// <summary>
/// Some replica may hold the write, now or later: the answer did not come, or said so. It is not tried again by itself, since a second
/// write could supersede, or stand beside, what others made of the first one.
/// </summary>
/// <param name="Detail">Sentences for a log.</param>
public sealed record Unknown(string Detail) : WriteResult;

/// <summary>Why nothing was written.</summary>
public enum WhyNotWritten
{
    /// <summary>No connection could be made.</summary>
    NoNodeReachable,

    /// <summary>Too few replicas can be reached.</summary>
    QuorumNotReached,

    /// <summary>The nodes have too much to do, or are not ready.</summary>
    Overloaded,

    /// <summary>The key does not hold what <see cref="WriteOptions.IfMatch"/> or <see cref="WriteOptions.IfAbsent"/> wants.</summary>
    ConditionFailed,

    /// <summary>The key would have more siblings, or larger ones, than it may: read it, merge, write with that context.</summary>
    TooManySiblings,

    /// <summary>The value, or the batch, is longer than any may be.</summary>
    TooLarge,

    /// <summary>The nodes refuse the request as it is.</summary>
    Refused,

    /// <summary>The nodes want a token, or the one that was shown does not allow it (<see cref="DynamoClientOptions.Token"/>).</summary>
    NotAllowed,

    /// <summary>What was to be updated could not be read.</summary>
    NotRead,
}
