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
    /// Merges for an <c>lww</c> bucket: of all siblings of both, the one with the greatest (time, dot); contexts joined. Commutative,
    /// associative, idempotent, whatever the clocks did. The same reference as an argument where the result equals it.
    /// </summary>
    /// <remarks>
    /// <see cref="Merge"/> followed by <see cref="KeepLatest"/> is not associative: where a clock error gives a superseding write the
    /// smaller time, replicas can keep different versions under one context, and each would then erase the other's.
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
    /// The second round of a put without a context: the version <paramref name="written"/>, under the new dot <paramref name="renewed"/>,
    /// supersedes itself and everything that <paramref name="extra"/> covers.
    /// </summary>
    /// <remarks>
    /// The dot must be new. If two such puts met on each other's replicas and each only widened its context over the other's dot, each
    /// would supersede the other, and merging the two would leave no version at all. Under new dots both survive, as siblings.
    /// </remarks>
    /// <exception cref="ArgumentException">There is no such version here, or the new dot is already covered.</exception>
    public VersionedObject Supersede(VersionVector extra, Dot written, Dot renewed)
    {
        var index = IndexOf(written);
        if (index < 0)
            throw new ArgumentException($"The version {written} is not among the siblings of {this}.", nameof(written));
        return Write(this, extra.With(written), _siblings[index] with { Dot = renewed });
    }

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
        return live is null ? this : new VersionedObject(Context, live);
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
