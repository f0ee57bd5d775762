using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace DynamoActors.Core.Versioning;

/// <summary>
/// Everything known of one key: the events seen (<see cref="Context"/>) and the versions that none of them superseded (<see
/// cref="Siblings"/>). A dotted version vector set. Immutable; equal when context and siblings are.
/// </summary>
/// <remarks>
/// Always: the siblings ascend, and the context covers each. Of a dot an object knows nothing, one version (or several, if there are
/// twins), or that it was superseded; merging goes in that direction only, and keeps all that is known of a dot side by side.
/// </remarks>
public sealed partial class VersionedObject : IEquatable<VersionedObject>
{
    private readonly Sibling[] _siblings;

    /// <summary>Takes the array as its own; the caller vouches for the invariants.</summary>
    internal VersionedObject(VersionVector context, Sibling[] siblings)
    {
        Context = context;
        _siblings = siblings;
    }

    public VersionVector Context { get; }

    /// <summary>Ascending by dot, twins by what they hold. Tombstones are among them.</summary>
    public ImmutableArray<Sibling> Siblings => ImmutableCollectionsMarshal.AsImmutableArray(_siblings);

    /// <summary>The latest time of any sibling; zero where there is none. A new version's time should lie beyond it.</summary>
    public HybridTime LatestTime
    {
        get
        {
            var latest = default(HybridTime);
            foreach (var sibling in _siblings)
                latest = sibling.Time > latest ? sibling.Time : latest;
            return latest;
        }
    }

    /// <summary>Nothing is left to read: every sibling is a tombstone.</summary>
    public bool IsDeleted
    {
        get
        {
            foreach (var sibling in _siblings)
                if (!sibling.IsTombstone)
                    return false;
            return true;
        }
    }

    /// <summary>An object of given parts.</summary>
    /// <exception cref="ArgumentException">The siblings do not ascend, or the context does not cover one.</exception>
    public static VersionedObject Of(VersionVector context, params ReadOnlySpan<Sibling> siblings)
    {
        for (var index = 0; index < siblings.Length; index++)
        {
            siblings[index].Check();
            if (!context.Covers(siblings[index].Dot))
                throw new ArgumentException($"The context {context} does not cover the sibling {siblings[index].Dot}.", nameof(context));
            if (index > 0 && siblings[index - 1].CompareTo(siblings[index]) >= 0)
                throw new ArgumentException($"The sibling {siblings[index].Dot} does not ascend from the one before it.", nameof(siblings));
        }
        return new VersionedObject(context, siblings.ToArray());
    }

    /// <summary>Adds a version that supersedes exactly what <paramref name="clientContext"/> covers.</summary>
    /// <exception cref="ArgumentException">
    /// The new dot is already covered, so it was issued before or the client's context is invented: the version would vanish wherever
    /// that context is known. Or the version could not be stored.
    /// </exception>
    public static VersionedObject Write(VersionedObject? current, VersionVector clientContext, Sibling added)
    {
        added.Check();
        if (clientContext.Covers(added.Dot) || current is not null && current.Context.Covers(added.Dot))
            throw new ArgumentException($"The new version's dot {added.Dot} is already covered; a dot is issued once.", nameof(added));
        if (current is null)
            return new VersionedObject(clientContext.With(added.Dot), [added]);
        var context = current.Context.Join(clientContext).With(added.Dot);
        return new VersionedObject(context, current.Surviving(clientContext, added));
    }

    /// <summary>
    /// What both know: siblings of both, and those of one that the other's context does not cover; contexts joined. Commutative,
    /// associative, idempotent. The same reference as an argument where the result equals it, so that "nothing new" costs a comparison.
    /// </summary>
    [return: NotNullIfNotNull(nameof(left)), NotNullIfNotNull(nameof(right))]
    public static VersionedObject? Merge(VersionedObject? left, VersionedObject? right)
    {
        if (right is null || ReferenceEquals(left, right))
            return left;
        if (left is null || right.Covers(left))
            return left is not null && left.Covers(right) ? left : right;
        return left.Covers(right) ? left : left.MergeApart(right);
    }

    /// <summary>As a bucket's policy says: <see cref="Merge(VersionedObject?, VersionedObject?)"/> or <see cref="MergeLatest"/>.</summary>
    [return: NotNullIfNotNull(nameof(left)), NotNullIfNotNull(nameof(right))]
    public static VersionedObject? Merge(VersionedObject? left, VersionedObject? right, bool lww) =>
        lww ? MergeLatest(left, right) : Merge(left, right);

    /// <summary>Merging <paramref name="other"/> into this would change nothing.</summary>
    public bool Covers(VersionedObject other)
    {
        if (!Context.Covers(other.Context))
            return false;
        // Siblings that only the other has are superseded here, since this context covers them. It remains that the other supersedes none
        // of these.
        foreach (var sibling in _siblings)
            if (other.Context.Covers(sibling.Dot) && !other.Holds(sibling.Dot))
                return false;
        return other.TwinIn(this) is null;
    }

    /// <summary>A dot under which the two hold different writes; null: there is none, as there never should be.</summary>
    public static Dot? TwinDot(VersionedObject left, VersionedObject right) => left.TwinIn(right) ?? right.TwinIn(left);

    /// <summary>Two of the siblings share a dot.</summary>
    public bool HasTwins
    {
        get
        {
            for (var index = 1; index < _siblings.Length; index++)
                if (_siblings[index - 1].Dot == _siblings[index].Dot)
                    return true;
            return false;
        }
    }

    /// <summary>Whether a sibling has that dot.</summary>
    public bool Holds(Dot dot) => IndexOf(dot) >= 0;

    public bool Equals(VersionedObject? other)
    {
        if (ReferenceEquals(this, other))
            return true;
        return other is not null && Context.Equals(other.Context) && _siblings.AsSpan().SequenceEqual(other._siblings);
    }

    public override bool Equals(object? obj) => Equals(obj as VersionedObject);

    public override int GetHashCode() => HashCode.Combine(Context, _siblings.Length, _siblings.Length == 0 ? default : _siblings[^1].Dot);

    public override string ToString() => $"[{string.Join(", ", _siblings.Select(sibling => sibling.Dot))}] of {Context}";

    private int IndexOf(Dot dot)
    {
        for (var index = 0; index < _siblings.Length; index++)
            if (_siblings[index].Dot == dot)
                return index;
        return -1;
    }

    /// <summary>The dot of a version here that the other lacks, though it holds one under the same dot.</summary>
    private Dot? TwinIn(VersionedObject other)
    {
        foreach (var sibling in _siblings)
            if (other.Holds(sibling.Dot) && !other.Siblings.Contains(sibling))
                return sibling.Dot;
        return null;
    }

    /// <summary>The siblings that the context does not cover, and the added one, in order.</summary>
    private Sibling[] Surviving(VersionVector context, Sibling added)
    {
        var count = 1;
        foreach (var sibling in _siblings)
            if (!context.Covers(sibling.Dot))
                count++;
        var surviving = new Sibling[count];
        var next = 0;
        var pending = true;
        foreach (var sibling in _siblings)
        {
            if (context.Covers(sibling.Dot))
                continue;
            if (pending && added.Dot < sibling.Dot)
            {
                surviving[next++] = added;
                pending = false;
            }
            surviving[next++] = sibling;
        }
        if (pending)
            surviving[next] = added;
        return surviving;
    }

    private VersionedObject MergeApart(VersionedObject other)
    {
        var merged = new Sibling[_siblings.Length + other._siblings.Length];
        var (count, left, right) = (0, 0, 0);
        while (left < _siblings.Length || right < other._siblings.Length)
        {
            var order = right == other._siblings.Length ? -1
                : left == _siblings.Length ? 1
                : _siblings[left].CompareTo(other._siblings[right]);
            var next = order <= 0 ? _siblings[left++] : other._siblings[right++];
            if (order == 0)
                right++;
            var lacking = order < 0 ? other : this;
            if (order == 0 || !lacking.Context.Covers(next.Dot) || lacking.Holds(next.Dot))
                merged[count++] = next;
        }
        return new VersionedObject(Context.Join(other.Context), count == merged.Length ? merged : merged[..count]);
    }
}
