using DynamoActors.Node.Local;
using DynamoActors.Storage;

namespace DynamoActors.Node.HintedHandoff;

/// <summary>
/// Reads the hints for one owner, in order of key, page by page. What is damaged is passed by: a value alone where it lies apart, else the
/// rest of its partition, since what lies behind a damaged block is found again only by a key.
/// </summary>
/// <param name="partitions">How many the ring has.</param>
internal sealed class HintReader(IStorageEngine engine, string owner, int partitions)
{
    private const int PageKeys = 256;

    private readonly Queue<(ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value)> _page = new();
    private readonly ReadOnlyMemory<byte> _end = StoreKey.Behind(StoreKey.HintsOf(owner));
    private ReadOnlyMemory<byte> _from = StoreKey.HintsOf(owner);
    private int _partition;
    private bool _isAtEnd;

    /// <summary>The first damage that was passed by.</summary>
    public StorageCorruptException? Damage { get; private set; }

    public bool TryNext(out ReadOnlyMemory<byte> key, out ReadOnlyMemory<byte> value)
    {
        while (_page.Count == 0 && !_isAtEnd) ReadPage();
        bool found = _page.TryDequeue(out var next);
        (key, value) = next;
        return found;
    }

    /// <summary>Something else that is needed for a hint is damaged.</summary>
    public void PassBy(StorageCorruptException damage) => Damage ??= damage;

    private void ReadPage()
    {
        bool isAtKey = false;
        try
        {
            using var hints = engine.Scan(_from, _end);
            for (; _page.Count < PageKeys && hints.MoveNext(); isAtKey = false)
            {
                isAtKey = true;
                var key = hints.Key.ToArray();
                _from = StoreKey.Next(key);
                _partition = StoreKey.PartitionOf(StoreKey.SplitHint(key).ObjectKey.Span);
                _page.Enqueue((key, hints.Value));
            }
            _isAtEnd = _page.Count < PageKeys;
        }
        catch (StorageCorruptException damage)
        {
            PassBy(damage);
            if (isAtKey) return;
            _isAtEnd = ++_partition >= partitions;
            if (!_isAtEnd) _from = StoreKey.Hint(owner, StoreKey.ObjectsOf(_partition));
        }
    }
}
