namespace DynamoActors.Node.Explain;

/// <summary>Joins what the owners of a partition know of when they last agreed, each pair by itself: what either of a pair knows is
/// so.</summary>
internal sealed class OwnersAgreement
{
    private readonly Dictionary<(string, string), long> _byPair = [];

    public void Agreed(string owner, string peer, long asOfUnixMilliseconds)
    {
        var pair = PairOf(owner, peer);
        if (!_byPair.TryGetValue(pair, out long known) || known < asOfUnixMilliseconds) _byPair[pair] = asOfUnixMilliseconds;
    }

    /// <summary>The oldest of all pairs'; null where of some pair nothing is known, or there are no two.</summary>
    public DateTimeOffset? OfAll(IReadOnlyList<string> owners)
    {
        long? oldest = null;
        for (int owner = 0; owner < owners.Count; owner++)
            for (int peer = owner + 1; peer < owners.Count; peer++)
            {
                if (!_byPair.TryGetValue(PairOf(owners[owner], owners[peer]), out long asOf)) return null;
                oldest = oldest is { } known ? Math.Min(known, asOf) : asOf;
            }
        return oldest is { } milliseconds ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null;
    }

    private static (string, string) PairOf(string one, string other) => string.CompareOrdinal(one, other) < 0 ? (one, other) : (other, one);
}
