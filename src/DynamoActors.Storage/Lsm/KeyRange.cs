namespace DynamoActors.Storage.Lsm;

/// <summary>The keys from <paramref name="From"/> up to, but without, <paramref name="To"/>.</summary>
internal readonly record struct KeyRange(byte[] From, byte[] To)
{
    public bool Contains(ReadOnlySpan<byte> key) => key.SequenceCompareTo(From) >= 0 && key.SequenceCompareTo(To) < 0;

    /// <summary>Whether it holds every key between the two, both included.</summary>
    public bool Covers(ReadOnlySpan<byte> smallest, ReadOnlySpan<byte> largest) =>
        smallest.SequenceCompareTo(From) >= 0 && largest.SequenceCompareTo(To) < 0;

    /// <summary>Whether it holds any key between the two, both included.</summary>
    public bool Touches(ReadOnlySpan<byte> smallest, ReadOnlySpan<byte> largest) =>
        largest.SequenceCompareTo(From) >= 0 && smallest.SequenceCompareTo(To) < 0;

    public bool IsEmpty => From.AsSpan().SequenceCompareTo(To) >= 0;

    /// <summary>The ranges with one more, those that overlap or meet joined.</summary>
    public static KeyRange[] Add(KeyRange[] ranges, KeyRange added)
    {
        var apart = new List<KeyRange>(ranges.Length + 1);
        foreach (var range in ranges)
        {
            if (range.To.AsSpan().SequenceCompareTo(added.From) < 0 || added.To.AsSpan().SequenceCompareTo(range.From) < 0)
            {
                apart.Add(range);
                continue;
            }
            added = new KeyRange(
                range.From.AsSpan().SequenceCompareTo(added.From) < 0 ? range.From : added.From,
                range.To.AsSpan().SequenceCompareTo(added.To) > 0 ? range.To : added.To);
        }
        apart.Add(added);
        return [.. apart];
    }

    public static bool AnyContains(KeyRange[] ranges, ReadOnlySpan<byte> key, out KeyRange found)
    {
        foreach (var range in ranges)
        {
            if (!range.Contains(key))
                continue;
            found = range;
            return true;
        }
        found = default;
        return false;
    }

    public override string ToString() => $"[{KeyText.Of(From)}, {KeyText.Of(To)})";
}
