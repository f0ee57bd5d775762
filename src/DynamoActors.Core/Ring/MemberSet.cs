using System.Numerics;

namespace DynamoActors.Core.Ring;

/// <summary>A set of member indexes, such as those that are reachable. Immutable.</summary>
public sealed class MemberSet : IEquatable<MemberSet>
{
    public static readonly MemberSet Empty = new([]);

    private const int WordBits = 64;

    private readonly ulong[] _words;

    private MemberSet(ulong[] words) => _words = words;

    public int Count
    {
        get
        {
            var count = 0;
            foreach (var word in _words)
                count += BitOperations.PopCount(word);
            return count;
        }
    }

    /// <summary>The members 0 to <paramref name="memberCount"/> − 1.</summary>
    public static MemberSet All(int memberCount) => Where(memberCount, _ => true);

    /// <summary>Those of the members 0 to <paramref name="memberCount"/> − 1 that the predicate picks.</summary>
    public static MemberSet Where(int memberCount, Func<int, bool> contains)
    {
        var words = new ulong[(memberCount + WordBits - 1) / WordBits];
        for (var member = 0; member < memberCount; member++)
            if (contains(member))
                words[member / WordBits] |= 1UL << (member % WordBits);
        return new MemberSet(words);
    }

    public bool Contains(int member) => member / WordBits < _words.Length && (_words[member / WordBits] >> (member % WordBits) & 1) != 0;

    public MemberSet With(int member)
    {
        if (Contains(member))
            return this;
        var words = new ulong[Math.Max(_words.Length, (member / WordBits) + 1)];
        _words.CopyTo(words, 0);
        words[member / WordBits] |= 1UL << (member % WordBits);
        return new MemberSet(words);
    }

    public MemberSet Without(int member)
    {
        if (!Contains(member))
            return this;
        var words = (ulong[])_words.Clone();
        words[member / WordBits] &= ~(1UL << (member % WordBits));
        return new MemberSet(words);
    }

    public bool Equals(MemberSet? other)
    {
        if (other is null)
            return false;
        var (shorter, longer) = _words.Length <= other._words.Length ? (_words, other._words) : (other._words, _words);
        return longer.AsSpan(0, shorter.Length).SequenceEqual(shorter) && !longer.AsSpan(shorter.Length).ContainsAnyExcept(0UL);
    }

    public override bool Equals(object? obj) => Equals(obj as MemberSet);

    public override int GetHashCode()
    {
        var hash = 0UL;
        for (var index = 0; index < _words.Length; index++)
            hash ^= BitOperations.RotateLeft(_words[index], index);
        return hash.GetHashCode();
    }
}
