using DynamoActors.Core.Bytes;

namespace DynamoActors.Core.Versioning;

/// <summary>
/// One version of an object. A dot names one write for ever, so that two siblings with one dot are equal; only where a data directory was
/// put back from a copy and wrote on under its old identity are they twins: different writes under one dot (docs/decisions/0010).
/// </summary>
/// <param name="Dot">Which write made it.</param>
/// <param name="Time">When, by the writing node's hybrid clock; decides in <c>lww</c> buckets.</param>
/// <param name="ContentType">1 to 255 printable ASCII characters; null where the client sent none.</param>
/// <param name="ExpiresAtUnixMilliseconds">From then on it reads as a tombstone; null: never.</param>
/// <param name="IsTombstone">A deletion; its value is empty.</param>
/// <param name="Value">Not changed by anyone after it was handed over.</param>
public sealed record Sibling(
    Dot Dot,
    HybridTime Time,
    string? ContentType,
    long? ExpiresAtUnixMilliseconds,
    bool IsTombstone,
    ReadOnlyMemory<byte> Value) : IComparable<Sibling>
{
    public const int ContentTypeLengthMax = 255;

    private readonly uint? _valueChecksum;

    /// <summary>CRC-32C of the value; known too where the sibling was read without it.</summary>
    public uint ValueChecksum
    {
        get => _valueChecksum ?? Crc32C.Of(Value.Span);
        init => _valueChecksum = value;
    }

    public static Sibling Tombstone(Dot dot, HybridTime time) => new(dot, time, null, null, IsTombstone: true, default);

    /// <summary>Whether a version of that content type can be stored.</summary>
    public static bool IsContentType(string text) =>
        text.Length is > 0 and <= ContentTypeLengthMax && !text.AsSpan().ContainsAnyExceptInRange(' ', '~');

    public bool IsExpired(long nowUnixMilliseconds) => ExpiresAtUnixMilliseconds <= nowUnixMilliseconds;

    public bool Equals(Sibling? other) => ReferenceEquals(this, other) || other is not null && CompareTo(other) == 0;

    public override int GetHashCode() => Dot.GetHashCode();

    /// <summary>By dot; twins by what they hold, the value last.</summary>
    public int CompareTo(Sibling? other)
    {
        if (other is null)
            return 1;
        var order = Dot.CompareTo(other.Dot);
        return order != 0 ? order : CompareContent(other);
    }

    /// <summary>Later by time, then by dot, then as twins are ordered.</summary>
    internal bool IsLaterThan(Sibling other) => Time > other.Time || (Time == other.Time && CompareTo(other) > 0);

    private int CompareContent(Sibling twin)
    {
        var order = Time.CompareTo(twin.Time);
        if (order == 0)
            order = IsTombstone.CompareTo(twin.IsTombstone);
        if (order == 0)
            order = Nullable.Compare(ExpiresAtUnixMilliseconds, twin.ExpiresAtUnixMilliseconds);
        if (order == 0)
            order = string.CompareOrdinal(ContentType, twin.ContentType);
        return order != 0 ? order : Value.Span.SequenceCompareTo(twin.Value.Span);
    }

    /// <exception cref="ArgumentException">It could not be stored.</exception>
    internal void Check()
    {
        if (Dot.Counter == 0)
            throw new ArgumentException($"The dot {Dot} has the counter 0; counters start at 1.");
        if (IsTombstone && (Value.Length != 0 || ContentType is not null))
            throw new ArgumentException($"The tombstone {Dot} carries a value or a content type; a deletion has neither.");
        if (ExpiresAtUnixMilliseconds < 0)
            throw new ArgumentException($"The version {Dot} expires at {ExpiresAtUnixMilliseconds} ms, before 1970.");
        if (ContentType is not null && !IsContentType(ContentType))
            throw new ArgumentException($"The content type of {Dot} is not 1 to {ContentTypeLengthMax} printable ASCII characters.");
    }
}
