using System.Globalization;

namespace DynamoActors.Core.Versioning;

/// <summary>
/// A hybrid logical time: 48 bits of milliseconds since 1970, then 16 bits that count the events within one of them. Greater means later.
/// </summary>
public readonly record struct HybridTime(ulong Value) : IComparable<HybridTime>
{
    internal const int LogicalBits = 16;
    internal const long UnixMillisecondsMax = (1L << 48) - 1;

    public long UnixMilliseconds => (long)(Value >> LogicalBits);

    /// <summary>The smallest time that is later than this one.</summary>
    public HybridTime Next() => new(checked(Value + 1));

    /// <summary>The first time within that millisecond. What lies before 1970 or after the year 10889 is moved to that end.</summary>
    public static HybridTime FromUnixMilliseconds(long unixMilliseconds) =>
        new((ulong)Math.Clamp(unixMilliseconds, 0, UnixMillisecondsMax) << LogicalBits);

    public int CompareTo(HybridTime other) => Value.CompareTo(other.Value);

    public static bool operator <(HybridTime left, HybridTime right) => left.Value < right.Value;

    public static bool operator >(HybridTime left, HybridTime right) => left.Value > right.Value;

    public static bool operator <=(HybridTime left, HybridTime right) => left.Value <= right.Value;

    public static bool operator >=(HybridTime left, HybridTime right) => left.Value >= right.Value;

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{UnixMilliseconds}+{Value & ((1UL << LogicalBits) - 1)}");
}
