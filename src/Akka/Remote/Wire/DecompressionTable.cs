using System.Runtime.Serialization;

namespace Akka.Remote.Wire;

/// <summary>The receiving side of a <see cref="CompressionTable{TKey}"/>.</summary>
internal sealed class DecompressionTable<TValue>(int entriesMax, ulong firstEntry, string name)
    where TValue : class
{
    private TValue?[] _entries = new TValue[16];

    /// <summary>The entry that <paramref name="number"/> names; null if the frame defines it, under <paramref name="entry"/>.</summary>
    public TValue? Find(ulong number, out int entry)
    {
        var index = (number - firstEntry) / 2;
        if (index >= (ulong)entriesMax) throw new SerializationException($"a frame names {name} {index}, but {entriesMax} is the most");
        entry = (int)index;
        if ((number - firstEntry) % 2 == 1) return null;
        return (entry < _entries.Length ? _entries[entry] : null) ?? throw new SerializationException($"a frame names {name} {entry}, which was never defined");
    }

    public TValue Define(int entry, TValue value)
    {
        if (entry >= _entries.Length) Array.Resize(ref _entries, Math.Max(entry + 1, Math.Min(_entries.Length * 2, entriesMax)));
        return _entries[entry] = value;
    }
}
