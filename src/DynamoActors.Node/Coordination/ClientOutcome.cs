using DynamoActors.Core.Versioning;

namespace DynamoActors.Node.Coordination;

/// <summary>What became of a client's request.</summary>
public abstract record ClientOutcome;

/// <summary>The versions that a read quorum knows, merged. Null: nobody knows the key. Tombstones are among the siblings.</summary>
public sealed record ObjectRead(VersionedObject? Object) : ClientOutcome;

/// <summary>Durable on as many replicas as were asked for.</summary>
/// <param name="Object">What the coordinating replica holds now; its context is the client's next one.</param>
public sealed record ObjectWritten(VersionedObject Object) : ClientOutcome;

/// <summary>The condition does not hold; nothing was written.</summary>
public sealed record ConditionFailed(VersionedObject? Current) : ClientOutcome;

/// <summary>The request contradicts itself or the bucket (w above n, say); nothing was written.</summary>
public sealed record RequestRefused(string Field, string Reason) : ClientOutcome;

/// <summary>
/// Too few replicas answered. <paramref name="Unknown"/>: some replica may hold the write all the same; otherwise nothing was written.
/// </summary>
/// <param name="What">Which requirement was not met: <c>r</c>, <c>w</c>, <c>pr</c>, <c>pw</c>.</param>
/// <param name="TimedOut">The request's time ran out, rather than every replica having answered or being unreachable.</param>
public sealed record QuorumNotReached(string What, int Required, int Reached, bool Unknown, bool TimedOut) : ClientOutcome;

/// <summary>More requests than the node may have under way; nothing was done.</summary>
public sealed record NodeOverloaded(TimeSpan RetryAfter, string Reason) : ClientOutcome;

/// <summary>The node has no ring yet, or is stopping; nothing was done.</summary>
public sealed record NodeNotReady(string Reason) : ClientOutcome;
