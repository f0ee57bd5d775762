using DynamoActors.Core.Versioning;

namespace DynamoActors.Node.Requests;

/// <summary>What became of a client's request.</summary>
public abstract record ClientOutcome;

/// <summary>The versions that a read quorum knows, merged. Null: nobody knows the key. Tombstones are among the siblings.</summary>
public sealed record ObjectRead(VersionedObject? Object) : ClientOutcome;

/// <summary>The object has more bytes than the request's <see cref="ClientRequest.ObjectBytesMax"/>; nothing was done.</summary>
public sealed record ObjectIsLarge(int Bytes) : ClientOutcome;

/// <summary>Durable on as many replicas as were asked for.</summary>
/// <param name="Object">What the coordinating replica holds now.</param>
/// <param name="Context">
/// What the client may supersede with its next write: all of <paramref name="Object"/>, unless concurrent versions remain that it was not
/// shown.
/// </param>
public sealed record ObjectWritten(VersionedObject Object, VersionVector Context) : ClientOutcome
{
    /// <param name="sent">The context that came with the write; null: none.</param>
    public static ObjectWritten After(VersionVector? sent, VersionedObject stored, Dot written)
    {
        if (stored.Siblings.Length <= 1) return new ObjectWritten(stored, stored.Context);
        var shown = sent ?? VersionVector.Empty;
        var withOwn = shown.With(written);
        foreach (var sibling in stored.Siblings)
            // A vector cannot cover this write without an earlier one by the same actor that remains: better a sibling more than one less.
            if (sibling.Dot != written && withOwn.Covers(sibling.Dot)) return new ObjectWritten(stored, shown);
        return new ObjectWritten(stored, withOwn);
    }
}

/// <summary>The condition does not hold; nothing was written.</summary>
public sealed record ConditionFailed(VersionedObject? Current) : ClientOutcome;

/// <summary>The write would have left more siblings than the bucket allows; nothing was written.</summary>
/// <param name="Count">How many there would have been.</param>
/// <param name="Max">The bucket's <c>siblingsMax</c>.</param>
public sealed record TooManySiblings(int Count, int Max) : ClientOutcome;

/// <summary>The write would have left siblings that are too large together to travel between nodes; nothing was written.</summary>
/// <param name="Count">How many there would have been.</param>
/// <param name="Bytes">Of their values.</param>
public sealed record ObjectTooLarge(int Count, long Bytes) : ClientOutcome;

/// <summary>The request contradicts itself or the bucket (w above n, say); nothing was written.</summary>
public sealed record RequestRefused(string Field, string Reason) : ClientOutcome
{
    /// <summary>The field where an addition of that key was another one.</summary>
    public const string IdempotencyKey = "Idempotency-Key";
}

/// <summary>
/// Too few replicas answered. <paramref name="Unknown"/>: some replica may hold the write all the same; otherwise nothing was written.
/// </summary>
/// <param name="What">Which requirement was not met: <c>r</c>, <c>w</c>, <c>pr</c>, <c>pw</c>.</param>
/// <param name="TimedOut">The request's time ran out, rather than every replica having answered or being unreachable.</param>
public sealed record QuorumNotReached(string What, int Required, int Reached, bool Unknown, bool TimedOut) : ClientOutcome
{
    /// <summary>So few can be reached that nobody was asked.</summary>
    public bool NobodyAsked { get; init; }
}

/// <summary>More requests than the node may have under way; nothing was done.</summary>
public sealed record NodeOverloaded(TimeSpan RetryAfter, string Reason) : ClientOutcome;

/// <summary>The node has no ring yet, or is stopping; nothing was done.</summary>
public sealed record NodeNotReady(string Reason) : ClientOutcome;
