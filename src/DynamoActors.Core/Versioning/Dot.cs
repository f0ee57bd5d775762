using System.Globalization;

namespace DynamoActors.Core.Versioning;

/// <summary>
/// Names one write: the <paramref name="Counter"/>-th event of <paramref name="Actor"/>, the random identity of a data directory. Counters
/// start at 1, and no dot is ever issued twice.
/// </summary>
public readonly record struct Dot(ulong Actor, ulong Counter) : IComparable<Dot>
{
    private const int ActorDigits = 16;

    /// <summary>First by actor, then by counter.</summary>
    public int CompareTo(Dot other)
    {
        var byActor = Actor.CompareTo(other.Actor);
        return byActor != 0 ? byActor : Counter.CompareTo(other.Counter);
    }

    public static bool operator <(Dot left, Dot right) => left.CompareTo(right) < 0;

    public static bool operator >(Dot left, Dot right) => left.CompareTo(right) > 0;

    public static bool operator <=(Dot left, Dot right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Dot left, Dot right) => left.CompareTo(right) >= 0;

    /// <summary>Sixteen lower-case hexadecimal digits, a hyphen, the counter in decimal.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Actor:x16}-{Counter}");

    /// <summary>Accepts exactly what <see cref="ToString"/> writes, of a counter that is not zero.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Dot dot)
    {
        dot = default;
        if (text.Length < ActorDigits + 2 || text[ActorDigits] != '-' || text[ActorDigits + 1] == '0')
            return false;
        var actorText = text[..ActorDigits];
        if (actorText.ContainsAnyInRange('A', 'F')
            || !ulong.TryParse(actorText, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var actor)
            || !ulong.TryParse(text[(ActorDigits + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var counter))
            return false;
        dot = new Dot(actor, counter);
        return true;
    }
}
