using System.Collections.Immutable;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Messages;

namespace DynamoActors.Node.Listing;

/// <summary>
/// The smallest keys of several ranges, read one range after the other: holds no more than it may return, and a range is left as soon as it
/// has passed the largest of them.
/// </summary>
internal sealed class KeyPage(int keysMax, int bytesMax)
{
    private readonly PriorityQueue<Found, ReadOnlyMemory<byte>> _largestFirst = new(BytesOrder.Descending);
    private bool _hasMore;

    /// <summary>False where neither the key nor any behind it belongs to the page.</summary>
    public bool Takes(ReadOnlySpan<byte> key)
    {
        if (_largestFirst.Count < keysMax || key.SequenceCompareTo(_largestFirst.Peek().Key) < 0) return true;
        _hasMore = true;
        return false;
    }

    /// <param name="key">Copied: a scan's key is valid only until its next move.</param>
    public void Add(ReadOnlySpan<byte> key, VersionedObject versions)
    {
        var found = new Found(key.ToArray(), WithoutValues(versions));
        if (_largestFirst.Count < keysMax)
        {
            _largestFirst.Enqueue(found, found.Key);
            return;
        }
        _largestFirst.EnqueueDequeue(found, found.Key);
        _hasMore = true;
    }

    /// <summary>At least one key if there is any, and otherwise as many as fit the bytes.</summary>
    public ImmutableArray<ListedKey> Close(out bool hasMore)
    {
        var keys = new ListedKey[_largestFirst.Count];
        for (int index = keys.Length - 1; index >= 0; index--)
        {
            var found = _largestFirst.Dequeue();
            keys[index] = new ListedKey(found.Key, VersionedObjectCodec.Encode(found.Versions));
        }
        int count = 0;
        for (int bytes = 0; count < keys.Length; count++)
        {
            bytes += keys[count].Key.Length + keys[count].Versions.Length;
            if (count > 0 && bytes > bytesMax) break;
        }
        hasMore = _hasMore || count < keys.Length;
        return [.. keys.AsSpan(0, count)];
    }

    // Whether a key is live is decided by dots, contexts and expiries; values may be megabytes each.
    // Twins may be equal then.
    private static VersionedObject WithoutValues(VersionedObject versions) => versions.Siblings is [{ Value.IsEmpty: true }] ? versions
        : VersionedObject.Of(versions.Context, [.. versions.Siblings.Select(sibling => sibling with { Value = default }).Distinct()]);

    /// <param name="Versions">Encoded at the end: of many partitions, most that is found gives way to what is found later.</param>
    private readonly record struct Found(byte[] Key, VersionedObject Versions);
}
