using DynamoActors.Core.Versioning;
using DynamoActors.Node.Messages;

namespace DynamoActors.Node.Listing;

/// <summary>Joins what several nodes list. Where they disagree on a key, their versions are merged, as a read would.</summary>
internal sealed class KeyMerge(bool lww, long nowUnixMilliseconds)
{
    private readonly SortedDictionary<ReadOnlyMemory<byte>, Known> _keys = new(BytesOrder.Ascending);

    /// <summary>
    /// Up to this key nothing is missing: it is the smallest of the last keys of those that have more. Null: nobody has more.
    /// </summary>
    public ReadOnlyMemory<byte>? CompleteTo { get; private set; }

    public void Add(ReplicaKeysListed listed)
    {
        foreach (var (key, versions) in listed.Keys)
        {
            if (!_keys.TryGetValue(key, out var known)) _keys.Add(key, new Known(versions, null));
            else if (!known.Encoded.Span.SequenceEqual(versions.Span)) _keys[key] =
                new Known(default, VersionedObject.Merge(known.Versions, VersionedObjectCodec.Decode(versions), lww));
        }
        if (!listed.HasMore) return;
        var last = listed.Keys[^1].Key;
        if (CompleteTo is not { } limit || last.Span.SequenceCompareTo(limit.Span) < 0) CompleteTo = last;
    }

    /// <summary>The keys up to <see cref="CompleteTo"/> that can be read, in order.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Live()
    {
        foreach (var (key, known) in _keys)
        {
            if (CompleteTo is { } limit && key.Span.SequenceCompareTo(limit.Span) > 0) yield break;
            if (!known.Versions.WithoutExpired(nowUnixMilliseconds).IsDeleted) yield return key;
        }
    }

    /// <param name="Encoded">As the first one to list the key sent it; empty once another one differed.</param>
    private readonly record struct Known(ReadOnlyMemory<byte> Encoded, VersionedObject? Merged)
    {
        public VersionedObject Versions => Merged ?? VersionedObjectCodec.Decode(Encoded);
    }
}
