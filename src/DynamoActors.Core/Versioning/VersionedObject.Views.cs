using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;

namespace DynamoActors.Core.Versioning;

public sealed partial class VersionedObject
{
    private const int TagHashBytes = 16;

    /// <summary>
    /// Names the sibling dots: the same versions have the same tag on every node. Without quotes; only characters that an HTTP entity tag
    /// may hold.
    /// </summary>
    public string EntityTag => _siblings.Length == 1 ? _siblings[0].Dot.ToString() : TagOfMany();

    /// <summary>
    /// Merges for an <c>lww</c> bucket: of all siblings of both, the one with the greatest (time, dot, and of twins the one that is ordered
    /// last); contexts joined. Commutative, associative, idempotent, whatever the clocks did. The same reference as an argument
    /// where the result equals it.
    /// </summary>
    /// <remarks>
    /// <see cref="Merge(VersionedObject?, VersionedObject?)"/> followed by <see cref="KeepLatest"/> is not associative: where a clock
    /// error gives a superseding write the smaller time, replicas can keep different versions under one context, and each would then
    /// erase the other's.
    /// </remarks>
    [return: NotNullIfNotNull(nameof(left)), NotNullIfNotNull(nameof(right))]
    public static VersionedObject? MergeLatest(VersionedObject? left, VersionedObject? right)
    {
        if (left is null || right is null || ReferenceEquals(left, right))
            return (left ?? right)?.KeepLatest();
        var latest = Later(left.Latest(), right.Latest());
        var context = left.Context.Join(right.Context);
        if (left.IsOnly(context, latest))
            return left;
        if (right.IsOnly(context, latest))
            return right;
        return new VersionedObject(context, latest is null ? [] : [latest]);
    }

    /// <summary>Only the sibling with the greatest (time, dot), under the same context.</summary>
    public VersionedObject KeepLatest() => _siblings.Length <= 1 ? this : new VersionedObject(Context, [Latest()!]);

    /// <summary>
    /// The object as it reads at that time: an expired sibling is a tombstone that keeps its expiry. The same reference where none has
    /// expired.
    /// </summary>
    public VersionedObject WithoutExpired(long nowUnixMilliseconds)
    {
        Sibling[]? live = null;
        for (var index = 0; index < _siblings.Length; index++)
        {
            if (_siblings[index].IsTombstone || !_siblings[index].IsExpired(nowUnixMilliseconds))
                continue;
            live ??= (Sibling[])_siblings.Clone();
            live[index] = Sibling.Tombstone(_siblings[index].Dot, _siblings[index].Time)
                with
            { ExpiresAtUnixMilliseconds = _siblings[index].ExpiresAtUnixMilliseconds };
        }
        if (live is null)
            return this;
        // Twins that both read as deletions may be alike now, or in another order.
        return new VersionedObject(Context, HasTwins ? [.. live.Distinct().Order()] : live);
    }

    private static Sibling? Later(Sibling? left, Sibling? right)
    {
        if (left is null || right is null)
            return left ?? right;
        return right.IsLaterThan(left) ? right : left;
    }

    private Sibling? Latest()
    {
        Sibling? latest = null;
        foreach (var sibling in _siblings)
            latest = Later(latest, sibling);
        return latest;
    }

    private bool IsOnly(VersionVector context, Sibling? latest) =>
        _siblings.Length == (latest is null ? 0 : 1) && (latest is null || _siblings[0].Equals(latest)) && Context.Equals(context);

    private string TagOfMany()
    {
        var dots = new byte[_siblings.Length * 16];
        for (var index = 0; index < _siblings.Length; index++)
        {
            BinaryPrimitives.WriteUInt64BigEndian(dots.AsSpan(index * 16), _siblings[index].Dot.Actor);
            BinaryPrimitives.WriteUInt64BigEndian(dots.AsSpan((index * 16) + 8), _siblings[index].Dot.Counter);
        }
        var hash = SHA256.HashData(dots).AsSpan(0, TagHashBytes);
        return string.Create(CultureInfo.InvariantCulture, $"{_siblings.Length}~{Convert.ToHexStringLower(hash)}");
    }
}
