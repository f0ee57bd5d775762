namespace DynamoActors.Client;

/// <summary>
/// What a read found: exactly one of <see cref="Found{T}"/>, <see cref="Absent{T}"/>, <see cref="Conflict{T}"/> and
/// <see cref="NotRead{T}"/>.
/// </summary>
public abstract record GetResult<T>
{
    private protected GetResult()
    {
    }

    /// <summary>The value; <paramref name="otherwise"/> where there certainly is none.</summary>
    /// <exception cref="DynamoException">There are several, or what there is could not be read.</exception>
    public T? ValueOr(T? otherwise) => this switch
    {
        Found<T> found => found.Value,
        Absent<T> => otherwise,
        Conflict<T> conflict => throw new DynamoException(
            $"The key has {conflict.Siblings.Count} versions, none of which supersedes another: give the bucket a resolver, or write one "
            + "value with this result's context."),
        NotRead<T> notRead => throw new DynamoException($"The key could not be read ({notRead.Why}): {notRead.Detail}"),
        _ => throw new InvalidOperationException(GetType().Name),
    };
}

/// <summary>There is one value.</summary>
/// <param name="Value">What was written; of several versions, what the bucket's resolver made of them.</param>
/// <param name="Context">For the next write of the key; it covers all that was read.</param>
/// <param name="ETag">Names exactly what was read, for <see cref="WriteOptions.IfMatch"/>.</param>
/// <param name="ContentType">As it was written; of several versions, the first one's.</param>
/// <param name="LastModified">To the second, by the clock of the node that wrote it.</param>
/// <param name="Versions">How many versions it was made of; more than 1 only in a bucket with a resolver.</param>
public sealed record Found<T>(
    T Value, DynamoContext Context, string ETag, string ContentType, DateTimeOffset? LastModified, int Versions = 1) : GetResult<T>;

/// <summary>There is no value: it was never written, was deleted, or has expired.</summary>
/// <param name="Context">
/// For the next write of the key: it supersedes the deletion, where one is known, and nothing that others write meanwhile.
/// </param>
public sealed record Absent<T>(DynamoContext Context) : GetResult<T>;

/// <summary>There are several values, written concurrently. Writing once with <paramref name="Context"/> reconciles them.</summary>
/// <param name="Siblings">Two or more, in an order that is the same on every node.</param>
/// <param name="Context">Covers all of them.</param>
/// <param name="ETag">Names exactly these.</param>
public sealed record Conflict<T>(IReadOnlyList<DynamoSibling<T>> Siblings, DynamoContext Context, string ETag) : GetResult<T>;

/// <summary>What the key holds is not known.</summary>
/// <param name="Why">The kind of reason.</param>
/// <param name="Detail">Sentences for a log.</param>
public sealed record NotRead<T>(WhyNotRead Why, string Detail) : GetResult<T>;

/// <summary>One of several values.</summary>
/// <param name="Value">What was written.</param>
/// <param name="ContentType">As it was written.</param>
/// <param name="LastModified">To the second, by the clock of the node that wrote it.</param>
/// <param name="Dot">The name of its write.</param>
public sealed record DynamoSibling<T>(T Value, string ContentType, DateTimeOffset? LastModified, string Dot);

/// <summary>Why a read has no answer.</summary>
public enum WhyNotRead
{
    /// <summary>Nobody took the request, or what answered is no node of the store.</summary>
    NoNodeReachable,

    /// <summary>A node took it, and too few replicas answered that one.</summary>
    QuorumNotReached,

    /// <summary>The nodes have too much to do, or are not ready.</summary>
    Overloaded,

    /// <summary>The time was over before an answer came.</summary>
    TimedOut,

    /// <summary>The nodes refuse the request as it is.</summary>
    Refused,

    /// <summary>The nodes want a token, or the one that was shown does not allow it (<see cref="DynamoClientOptions.Token"/>).</summary>
    NotAllowed,

    /// <summary>The stored bytes are no value of the bucket's type.</summary>
    Malformed,

    /// <summary>All that answered know less than the session has seen.</summary>
    BehindSession,
}
