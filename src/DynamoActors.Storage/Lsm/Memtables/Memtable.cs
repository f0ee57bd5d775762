using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DynamoActors.Storage.Lsm.Tables;

namespace DynamoActors.Storage.Lsm.Memtables;

/// <summary>
/// The newest entries, as a skip list in one array. One writer at a time; any number of readers meanwhile, which never wait.
/// </summary>
/// <remarks>
/// <para>Entries are never changed or removed: a later write of a key adds an entry with a higher sequence number in front of the
/// older ones, so a reader that ignores numbers above its own sees the table as it was.</para>
/// <para>A node lies in the array as
/// <c>prefix u64 | sequence u63, deletion bit | value place i32 | value length i32 | key length u16 | height u8 | - | next i32 × height |
/// key | value</c>.
/// The prefix is the key's first eight bytes as a big-endian number: most comparisons end there, within the cache line that
/// the search has to fetch anyway. A value place below zero is the complement of an index into the values kept by reference.</para>
/// </remarks>
internal sealed class Memtable
{
    internal const int HeightMax = 12;
    /// <summary>Places are numbers of 31 bits.</summary>
    internal const long CapacityMax = int.MaxValue - 4096;
    private const int TagAt = 8, ValuePlaceAt = 16, ValueLengthAt = 20, KeyLengthAt = 24, HeightAt = 26, TowerAt = 28;
    private const int Head = 8;

    private readonly ArenaPool _arenas;
    private readonly byte[] _arena;
    private readonly int _inlineValueBytesMax;
    private readonly int[] _before = new int[HeightMax];
    private readonly Lock _filesGate = new();
    private readonly List<(ValueFiles Files, long Number)> _files = [];
    private bool _isFlushed;
    private ReadOnlyMemory<byte>[] _values = [];
    private StrongBox<ValuePlace>?[] _places = [];
    private int _valueCount;
    private int _used;
    private int _height = 1;
    private uint _random = 0x9E3779B9;
    private long _referencedBytes;
    private int _count;
    private int _holders;
    private int _valuesComing;

    /// <param name="capacity">Bytes for nodes.</param>
    public Memtable(ArenaPool arenas, int capacity, int inlineValueBytesMax)
    {
        _arenas = arenas;
        _arena = arenas.Rent(ArenaBytes(capacity));
        _inlineValueBytesMax = inlineValueBytesMax;
        _used = Head + TowerAt + 4 * HeightMax;
        _arena.AsSpan(0, _used).Clear();
    }

    /// <summary>The number of the last batch that could have come here; set when the next memtable takes over.</summary>
    public long ThroughSequence { get; set; }

    /// <summary>The array for a memtable of that capacity.</summary>
    public static int ArenaBytes(int capacity) => Head + TowerAt + 4 * HeightMax + capacity;

    /// <summary>Each view that shows the memtable holds it; with the last its array goes to another memtable.</summary>
    public void Hold() => Interlocked.Increment(ref _holders);

    public void Release()
    {
        if (Interlocked.Decrement(ref _holders) != 0)
            return;
        _arenas.Return(_arena);
        foreach (var (files, number) in _files)
            files.Release(number);
    }

    /// <summary>Values that are here and on their way to a file of their own: until then a table would write them once more.</summary>
    public bool AwaitsValues => Volatile.Read(ref _valuesComing) > 0;

    public void ValueComes() => Interlocked.Increment(ref _valuesComing);

    public void ValueCame() => Interlocked.Decrement(ref _valuesComing);

    /// <summary>Values kept by reference lie in that file too, which stays for as long as anybody needs it.</summary>
    public void Keep(ValueFiles files, long number)
    {
        lock (_filesGate)
        {
            files.Hold(number);
            _files.Add((files, number));
            if (_isFlushed)
                files.Retire(number);
        }
    }

    /// <summary>All of it is in tables, and the manifest names these.</summary>
    public void Flushed()
    {
        lock (_filesGate)
        {
            _isFlushed = true;
            foreach (var (files, number) in _files)
                files.Retire(number);
        }
    }

    public bool IsEmpty => Volatile.Read(ref _count) == 0;
    public int Count => Volatile.Read(ref _count);

    /// <summary>Memory in use, values kept by reference included.</summary>
    public long Bytes => Volatile.Read(ref _used) + Volatile.Read(ref _referencedBytes);

    /// <summary>The most that the batch can take in a memtable's array.</summary>
    public static long NodeBytesMax(WriteBatch batch, int inlineValueBytesMax)
    {
        long bytes = 0;
        for (var i = 0; i < batch.Count; i++)
            bytes += NodeBytesMax(batch[i].Key.Length, batch[i].Value.Length, inlineValueBytesMax);
        return bytes;
    }

    public static long NodeBytesMax(int keyLength, int valueLength, int inlineValueBytesMax) =>
        TowerAt + 4 * HeightMax + 3 + keyLength + (valueLength <= inlineValueBytesMax ? valueLength : 0);

    /// <summary>Whether that many bytes still fit.</summary>
    public bool HasRoom(long nodeBytes) => nodeBytes <= _arena.Length - _used;

    /// <summary>
    /// Adds an entry in front of all older ones of its key. The caller made sure of the room and calls from one thread at a time.
    /// </summary>
    /// <returns>Which of the values kept by reference it is; -1: it is kept beside its key.</returns>
    public int Add(long sequence, ReadOnlySpan<byte> key, ReadOnlyMemory<byte> value, bool isDelete)
    {
        ref var arena = ref MemoryMarshal.GetArrayDataReference(_arena);
        var prefix = KeyPrefix.Of(key);
        FindBefore(prefix, key, sequence);

        var height = RandomHeight();
        for (; _height < height; _height++)
            _before[_height] = Head;
        var node = _used;
        var keyAt = node + TowerAt + 4 * height;
        var end = keyAt + key.Length;
        int valuePlace;
        if (value.Length <= _inlineValueBytesMax)
        {
            valuePlace = end;
            value.Span.CopyTo(_arena.AsSpan(end));
            end += value.Length;
        }
        else
        {
            valuePlace = ~KeepByReference(value);
        }

        ref var at = ref Unsafe.Add(ref arena, node);
        Unsafe.WriteUnaligned(ref at, prefix);
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref at, TagAt), (ulong)sequence << 1 | (isDelete ? 1UL : 0UL));
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref at, ValuePlaceAt), valuePlace);
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref at, ValueLengthAt), value.Length);
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref at, KeyLengthAt), (ushort)key.Length);
        Unsafe.Add(ref at, HeightAt) = (byte)height;
        key.CopyTo(_arena.AsSpan(keyAt));
        for (var level = 0; level < height; level++)
            Next(node, level) = Next(_before[level], level);
        // A reader that finds the node through any level finds it complete.
        for (var level = 0; level < height; level++)
            Volatile.Write(ref Next(_before[level], level), node);

        Volatile.Write(ref _used, (end + 3) & ~3);
        Volatile.Write(ref _count, _count + 1);
        return valuePlace < 0 ? ~valuePlace : -1;
    }

    /// <summary>That value, kept by reference, is durable there. One thread at a time, while nobody adds.</summary>
    public void Place(int value, ValuePlace place)
    {
        if (_places.Length <= value)
        {
            var longer = new StrongBox<ValuePlace>?[_values.Length];
            _places.CopyTo(longer, 0);
            Volatile.Write(ref _places, longer);
        }
        Volatile.Write(ref _places[value], new StrongBox<ValuePlace>(place));
    }

    /// <summary>The newest entry of the key that is not above the sequence number.</summary>
    public bool TryFind(ReadOnlySpan<byte> key, long sequence, out int node)
    {
        node = Seek(KeyPrefix.Of(key), key, sequence);
        return node != 0 && KeyOf(node).SequenceEqual(key);
    }

    /// <summary>The first entry at or behind (key, sequence): keys ascend, the sequence numbers of a key descend; 0 at the end.</summary>
    public int Seek(ReadOnlySpan<byte> key, long sequence) => Seek(KeyPrefix.Of(key), key, sequence);

    public int First() => Volatile.Read(ref Next(Head, 0));
    public int After(int node) => Volatile.Read(ref Next(node, 0));

    public ReadOnlySpan<byte> KeyOf(int node)
    {
        ref var at = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_arena), node);
        var keyAt = TowerAt + 4 * Unsafe.Add(ref at, HeightAt);
        return MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref at, keyAt), KeyLength(ref at));
    }

    public ReadOnlyMemory<byte> KeyMemoryOf(int node)
    {
        ref var at = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_arena), node);
        return new ReadOnlyMemory<byte>(_arena, node + TowerAt + 4 * Unsafe.Add(ref at, HeightAt), KeyLength(ref at));
    }

    public long SequenceOf(int node) => (long)(Tag(node) >> 1);
    public bool IsDelete(int node) => (Tag(node) & 1) != 0;

    /// <summary>The value itself, without a copy; a small one is valid only while the memtable is held.</summary>
    public ReadOnlyMemory<byte> ValueOf(int node)
    {
        ref var at = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_arena), node);
        var place = Unsafe.ReadUnaligned<int>(ref Unsafe.Add(ref at, ValuePlaceAt));
        if (place < 0)
            return Volatile.Read(ref _values)[~place];
        return new ReadOnlyMemory<byte>(_arena, place, Unsafe.ReadUnaligned<int>(ref Unsafe.Add(ref at, ValueLengthAt)));
    }

    /// <summary>Where the value is durable already; null where it is not, or lies beside its key.</summary>
    public ValuePlace? PlaceOf(int node)
    {
        ref var at = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_arena), node);
        var value = ~Unsafe.ReadUnaligned<int>(ref Unsafe.Add(ref at, ValuePlaceAt));
        var places = Volatile.Read(ref _places);
        return value >= 0 && value < places.Length ? Volatile.Read(ref places[value])?.Value : null;
    }

    /// <summary>The value as a caller may keep it: a small one is copied, as another memtable will use its place.</summary>
    public ReadOnlyMemory<byte> LastingValueOf(int node)
    {
        var value = ValueOf(node);
        if (value.Length > _inlineValueBytesMax || value.IsEmpty)
            return value.IsEmpty ? default : value;
        var copy = GC.AllocateUninitializedArray<byte>(value.Length);
        value.Span.CopyTo(copy);
        return copy;
    }

    private int Seek(ulong prefix, ReadOnlySpan<byte> key, long sequence)
    {
        var node = Head;
        // What a level's search stopped at need not be compared again one level below.
        var stopped = 0;
        for (var level = Volatile.Read(ref _height) - 1; ; level--)
        {
            int next;
            while ((next = Volatile.Read(ref Next(node, level))) != 0 && next != stopped && IsBefore(next, prefix, key, sequence))
                node = next;
            if (level == 0)
                return next;
            stopped = next;
        }
    }

    private void FindBefore(ulong prefix, ReadOnlySpan<byte> key, long sequence)
    {
        var node = Head;
        var stopped = 0;
        for (var level = _height - 1; level >= 0; level--)
        {
            int next;
            while ((next = Next(node, level)) != 0 && next != stopped && IsBefore(next, prefix, key, sequence))
                node = next;
            _before[level] = node;
            stopped = next;
        }
    }

    /// <summary>
    /// Whether the node sorts before (key, sequence). An entry with the same number does not: the later operation of a batch
    /// comes in front of the earlier one.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsBefore(int node, ulong prefix, ReadOnlySpan<byte> key, long sequence)
    {
        ref var at = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_arena), node);
        var nodePrefix = Unsafe.ReadUnaligned<ulong>(ref at);
        return nodePrefix != prefix ? nodePrefix < prefix : IsBeforeBeyondPrefix(node, key, sequence);
    }

    private bool IsBeforeBeyondPrefix(int node, ReadOnlySpan<byte> key, long sequence)
    {
        var nodeKey = KeyOf(node);
        var order = nodeKey.Length >= 8 && key.Length >= 8
            ? nodeKey[8..].SequenceCompareTo(key[8..])
            : nodeKey.SequenceCompareTo(key);
        return order < 0 || (order == 0 && SequenceOf(node) > sequence);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref int Next(int node, int level) =>
        ref Unsafe.As<byte, int>(ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_arena), node + TowerAt + 4 * level));

    private ulong Tag(int node) =>
        Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_arena), node + TagAt));

    private static int KeyLength(ref byte at) => Unsafe.ReadUnaligned<ushort>(ref Unsafe.Add(ref at, KeyLengthAt));

    private int KeepByReference(ReadOnlyMemory<byte> value)
    {
        if (_valueCount == _values.Length)
        {
            var longer = new ReadOnlyMemory<byte>[Math.Max(16, _valueCount * 2)];
            _values.CopyTo(longer, 0);
            Volatile.Write(ref _values, longer);
        }
        _values[_valueCount] = value;
        Volatile.Write(ref _referencedBytes, _referencedBytes + value.Length);
        return _valueCount++;
    }

    /// <summary>One more level for one node in four; the generator needs no seed, as the order of keys does not depend on it.</summary>
    private int RandomHeight()
    {
        _random ^= _random << 13;
        _random ^= _random >> 17;
        _random ^= _random << 5;
        var height = 1;
        for (var bits = _random; height < HeightMax && (bits & 3) == 0; bits >>= 2)
            height++;
        return height;
    }
}
