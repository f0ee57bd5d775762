using DynamoActors.Core.Versioning;

namespace DynamoActors.Node.Vnodes;

/// <summary>
/// What a write supersedes. Where that is all that is held of its key, the held values need not be read, which matters where they are
/// large. Default: nothing.
/// </summary>
internal readonly struct Superseding
{
    private readonly VersionedObject? _incoming;
    private readonly VersionVector? _context;
    private readonly bool _isLww;
    private readonly bool _isNew;

    private Superseding(VersionedObject? incoming, VersionVector? context, bool isLww)
    {
        (_incoming, _context, _isLww) = (incoming, context, isLww);
        _isNew = incoming is null;
    }

    /// <summary>A new version supersedes what its writer has seen; null: whatever there is.</summary>
    public static Superseding ByNew(VersionVector? context) => new(null, context, isLww: false);

    public static Superseding ByMerging(VersionedObject? incoming, bool lww) => new(incoming, null, lww);

    /// <param name="held">May lack its values.</param>
    public bool IsAllOf(VersionedObject held)
    {
        if (_incoming is null && !_isNew) return false;
        foreach (var sibling in held.Siblings)
            if (_isNew ? _context?.Covers(sibling.Dot) == false : _incoming!.Holds(sibling.Dot)) return false;
        // Where the latest wins, one that is superseded may be it.
        return _isNew || _incoming!.Covers(held) && !(_isLww && held.LatestTime >= _incoming.LatestTime);
    }
}
