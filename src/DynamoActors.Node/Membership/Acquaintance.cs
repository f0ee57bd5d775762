namespace DynamoActors.Node.Membership;

/// <summary>
/// Whether this node has met, in this life, all other members of the ring that can be met. Until then whoever is not met yet looks
/// unreachable, and this node's stale copy with a stand-in's empty one would pass for a quorum. Once it has, it has. Pure.
/// </summary>
/// <param name="patience">Who has not been met in so long counts as unreachable.</param>
internal sealed class Acquaintance(TimeSpan patience)
{
    private TimeSpan? _since;
    private bool _isMade;

    /// <summary>Empty once all are met, or were waited for long enough.</summary>
    public IReadOnlyList<string> NotMet(IEnumerable<string> others, Func<string, bool> isMet, TimeSpan now)
    {
        if (_isMade) return [];
        _since ??= now;
        string[] notMet = [.. others.Where(other => !isMet(other))];
        _isMade = notMet.Length == 0 || now - _since >= patience;
        return _isMade ? [] : notMet;
    }
}
