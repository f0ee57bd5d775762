using System.Collections.Immutable;
using DynamoActors.Core.Versioning;

namespace DynamoActors.Node.Requests;

/// <param name="Keys">Ascending; each once; none that is deleted or expired.</param>
/// <param name="Next">
/// The page after this one lists what lies behind this key; null: there is no more. The key itself need not be in this page: a page whose
/// time ran out among deleted keys ends where it got to.
/// </param>
public sealed record KeysListed(ImmutableArray<ReadOnlyMemory<byte>> Keys, ReadOnlyMemory<byte>? Next) : ClientOutcome;

/// <param name="Owners">In order of preference; each was asked alone.</param>
/// <param name="StandIns">Who takes writes for owners that cannot be reached.</param>
/// <param name="Hints">Kept for this key by nodes that answered.</param>
/// <param name="InSyncAsOf">
/// Since when all of the partition's owners are known to have held the same: the oldest of the times at which each pair was last found to
/// agree, as far as those that answered know; null where of some pair nothing is known.
/// </param>
/// <param name="Why">One sentence: why there are siblings, or why owners differ.</param>
public sealed record KeyExplained(
    int Partition,
    ulong Epoch,
    ImmutableArray<ExplainedOwner> Owners,
    ImmutableArray<ExplainedStandIn> StandIns,
    ImmutableArray<ExplainedHint> Hints,
    DateTimeOffset? InSyncAsOf,
    string Why) : ClientOutcome;

/// <param name="Answer">What came of asking it.</param>
/// <param name="Held">Its versions; null where it holds none, or did not say.</param>
public sealed record ExplainedOwner(string Node, bool Reachable, OwnerAnswer Answer, VersionedObject? Held);

public enum OwnerAnswer
{
    /// <summary>Not asked, because it cannot be reached.</summary>
    Unreachable,
    /// <summary>Asked, and no answer came in time.</summary>
    Silent,
    /// <summary>It could not say: what it stores is damaged, or it does not hold the partition (yet, or any more).</summary>
    Refused,
    /// <summary>It holds nothing of the key.</summary>
    Absent,
    Held,
}

public sealed record ExplainedStandIn(string Node, string StandsInFor);

/// <param name="Node">Who keeps it.</param>
/// <param name="For">The owner that it is for.</param>
/// <param name="Context">Null where the keeper owns the key itself: it will deliver what it then holds.</param>
public sealed record ExplainedHint(string Node, string For, DateTimeOffset KeptAt, VersionVector? Context);
