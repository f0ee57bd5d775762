using DynamoActors.Node.Messages;

namespace DynamoActors.Node.AntiEntropy;

/// <summary>
/// Walks two replicas' lists of keys side by side, in order of key and a page at a time, and finds what one holds and the other lacks.
/// </summary>
internal sealed class KeyJoin
{
    private readonly Queue<KeyVersion>[] _listed = [new(), new()];
    private readonly bool[] _ended = new bool[2];

    /// <summary>Nothing more will be found.</summary>
    public bool IsDone => IsExhausted(0) && IsExhausted(1);

    /// <summary>The walk cannot go on without that side's next page.</summary>
    public bool Needs(int side) => _listed[side].Count == 0 && !_ended[side];

    public void Add(int side, IReadOnlyList<KeyVersion> page, bool isLast)
    {
        foreach (var key in page) _listed[side].Enqueue(key);
        _ended[side] = isLast;
    }

    /// <summary>False where nothing differs any more, or a side's next page is needed first.</summary>
    /// <param name="inFirst">The first replica holds a version that the second may lack.</param>
    /// <param name="inSecond">The other way round.</param>
    public bool TryNext(out ReadOnlyMemory<byte> key, out bool inFirst, out bool inSecond)
    {
        while (!Needs(0) && !Needs(1) && !IsDone)
        {
            int order = Order();
            var first = order <= 0 ? _listed[0].Dequeue() : default;
            var second = order >= 0 ? _listed[1].Dequeue() : default;
            if (order == 0 && first.VersionHash == second.VersionHash) continue;
            (key, inFirst, inSecond) = (order <= 0 ? first.Key : second.Key, order <= 0, order >= 0);
            return true;
        }
        (key, inFirst, inSecond) = (default, false, false);
        return false;
    }

    private int Order() =>
        IsExhausted(0) ? 1
        : IsExhausted(1) ? -1
        : _listed[0].Peek().Key.Span.SequenceCompareTo(_listed[1].Peek().Key.Span);

    private bool IsExhausted(int side) => _listed[side].Count == 0 && _ended[side];
}
