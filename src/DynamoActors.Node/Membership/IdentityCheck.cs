namespace DynamoActors.Node.Membership;

/// <summary>
/// Whether this directory's identity may make dots in this life. An identity from an earlier life is confirmed by a majority of the ring's
/// other members, asked one by one; where so many cannot be asked in time, and where there is nobody to ask, it is given up for a fresh
/// one. Pure.
/// </summary>
internal sealed class IdentityCheck(TimeSpan patience)
{
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private TimeSpan? _since;

    public bool HasTold(string member) => _told.Contains(member);

    public void Told(string member) => _told.Add(member);

    /// <summary>A fresh identity was taken, which nobody else has: what was said of the old one says nothing of it.</summary>
    public void Forget() => _told.Clear();

    public IdentityVerdict Decide(bool isFresh, IReadOnlyCollection<string> others, TimeSpan now)
    {
        if (isFresh) return IdentityVerdict.Confirmed;
        _since ??= now;
        if (others.Count == 0) return IdentityVerdict.TakeFresh;
        if (others.Count(_told.Contains) >= others.Count / 2 + 1) return IdentityVerdict.Confirmed;
        return now - _since >= patience ? IdentityVerdict.TakeFresh : IdentityVerdict.Wait;
    }
}

internal enum IdentityVerdict { Wait, Confirmed, TakeFresh }
