using Akka.Serialization;

namespace Akka.Remote.Wire;

/// <summary>
/// The sending side of a table: the first use of a key sends its text and a number, later uses the number alone. A full table is
/// forgotten and begun anew; the receiver overwrites its entries as they are defined again. Belongs to one connection.
/// </summary>
internal sealed class CompressionTable<TKey>(int entriesMax, ulong firstEntry, IEqualityComparer<TKey> comparer)
    where TKey : notnull
{
    private readonly Dictionary<TKey, int> _entries = new(comparer);

    /// <summary>Writes the number of <paramref name="key"/>. True: its definition has to follow.</summary>
    public bool Write(ref WireWriter writer, TKey key)
    {
        if (_entries.TryGetValue(key, out var entry))
        {
            writer.Varint(firstEntry + 2 * (ulong)entry);
            return false;
        }
        if (_entries.Count == entriesMax) _entries.Clear();
        entry = _entries.Count;
        _entries.Add(key, entry);
        writer.Varint(firstEntry + 2 * (ulong)entry + 1);
        return true;
    }

    public void Clear() => _entries.Clear();
}
