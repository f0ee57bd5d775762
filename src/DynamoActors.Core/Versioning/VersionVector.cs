using System.Runtime.InteropServices;

namespace DynamoActors.Core.Versioning;

/// <summary>
/// The events that somebody knows of: of each actor, all up to a counter (Dynamo paper, 4.4). Immutable; entries are sorted by actor, and
/// no counter is zero.
/// </summary>
public sealed class VersionVector : IEquatable<VersionVector>
{
    public static readonly VersionVector Empty = new([]);

    private readonly Dot[] _entries;

    private VersionVector(Dot[] entries) => _entries = entries;

    public int Count => _entries.Length;

    public bool IsEmpty => _entries.Length == 0;

    /// <summary>The greatest counter known of each actor, by actor.</summary>
    public ReadOnlySpan<Dot> Entries => _entries;

    /// <summary>The greatest counter known of the actor; 0 where it is unknown.</summary>
    public ulong this[ulong actor]
    {
        get
        {
            var index = IndexOf(actor);
            return index < 0 ? 0 : _entries[index].Counter;
        }
    }

    /// <summary>The least vector that covers all the dots, in whatever order they come.</summary>
    public static VersionVector Of(params ReadOnlySpan<Dot> dots)
    {
        var vector = Empty;
        foreach (var dot in dots)
            vector = vector.With(dot);
        return vector;
    }

    public bool Covers(Dot dot) => this[dot.Actor] >= dot.Counter;

    public bool Covers(VersionVector other)
    {
        if (ReferenceEquals(this, other))
            return true;
        if (other._entries.Length > _entries.Length)
            return false;
        var index = 0;
        foreach (var entry in other._entries)
        {
            while (index < _entries.Length && _entries[index].Actor < entry.Actor)
                index++;
            if (index == _entries.Length || _entries[index].Actor != entry.Actor || _entries[index].Counter < entry.Counter)
                return false;
        }
        return true;
    }

    /// <summary>What either knows. The same reference where one of the two already covers the other.</summary>
    public VersionVector Join(VersionVector other)
    {
        if (Covers(other))
            return this;
        return other.Covers(this) ? other : JoinApart(other);
    }

    /// <summary>Knows the dot, and with it every earlier event of its actor. The same reference where it already did.</summary>
    public VersionVector With(Dot dot)
    {
        ArgumentOutOfRangeException.ThrowIfZero(dot.Counter);
        var index = IndexOf(dot.Actor);
        if (index < 0)
            return new VersionVector(Inserted(~index, dot));
        if (_entries[index].Counter >= dot.Counter)
            return this;
        var raised = (Dot[])_entries.Clone();
        raised[index] = dot;
        return new VersionVector(raised);
    }

    public ReadOnlySpan<Dot>.Enumerator GetEnumerator() => Entries.GetEnumerator();

    public bool Equals(VersionVector? other) =>
        other is not null && (ReferenceEquals(this, other) || Entries.SequenceEqual(other.Entries));

    public override bool Equals(object? obj) => Equals(obj as VersionVector);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(MemoryMarshal.AsBytes(Entries));
        return hash.ToHashCode();
    }

    public override string ToString() => "{" + string.Join(", ", _entries) + "}";

    /// <summary>
    /// Takes the array as its own. It must be strictly ascending by actor, without zero counters: decoders have checked that.
    /// </summary>
    internal static VersionVector OfSorted(Dot[] entries) => entries.Length == 0 ? Empty : new VersionVector(entries);

    /// <summary>Where the actor stands among <see cref="Entries"/>; where it does not, the complement of where it would.</summary>
    internal int IndexOf(ulong actor)
    {
        // Most contexts hold one to three actors: a walk beats a binary search there.
        var index = 0;
        if (_entries.Length > 16)
            index = FirstNotBelow(actor);
        while (index < _entries.Length && _entries[index].Actor < actor)
            index++;
        return index < _entries.Length && _entries[index].Actor == actor ? index : ~index;
    }

    private int FirstNotBelow(ulong actor)
    {
        var (low, high) = (0, _entries.Length);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_entries[middle].Actor < actor)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    private Dot[] Inserted(int index, Dot dot)
    {
        var grown = new Dot[_entries.Length + 1];
        _entries.AsSpan(0, index).CopyTo(grown);
        grown[index] = dot;
        _entries.AsSpan(index).CopyTo(grown.AsSpan(index + 1));
        return grown;
    }

    private VersionVector JoinApart(VersionVector other)
    {
        var joined = new Dot[_entries.Length + other._entries.Length];
        var (count, left, right) = (0, 0, 0);
        while (left < _entries.Length && right < other._entries.Length)
        {
            var (mine, theirs) = (_entries[left], other._entries[right]);
            if (mine.Actor <= theirs.Actor)
                left++;
            if (theirs.Actor <= mine.Actor)
                right++;
            // Within one actor the greater dot is the later; between two, the smaller is next in order.
            joined[count++] = (mine.Actor == theirs.Actor) == (mine > theirs) ? mine : theirs;
        }
        foreach (var entry in _entries.AsSpan(left))
            joined[count++] = entry;
        foreach (var entry in other._entries.AsSpan(right))
            joined[count++] = entry;
        return new VersionVector(count == joined.Length ? joined : joined[..count]);
    }
}
