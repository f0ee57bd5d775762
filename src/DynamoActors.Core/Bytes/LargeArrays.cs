namespace DynamoActors.Core.Bytes;

/// <summary>
/// Arrays for large values. Left to itself the runtime lets those that nobody uses any more come to several times the others before it
/// looks for them, and ends the work of whoever asks when there is no room. Here they are looked for as soon as a bounded amount was handed
/// out, and whoever can do without is told that there is no room. One for the process, as its heap is; any thread may call.
/// </summary>
public static class LargeArrays
{
    /// <summary>Smaller ones come and go with all others.</summary>
    public const int LargeFrom = 64 * 1024;

    private static long _heapMost = long.MaxValue;
    private static long _unusedMost = long.MaxValue;
    private static Action? _begun;
    private static long _sinceCollection;
    private static long _handedOut;
    private static int _collections;
    private static int _isCollecting;
    private static int _isQuiet = 1;

    /// <summary>Bytes handed out since the start.</summary>
    public static long HandedOut => Interlocked.Read(ref _handedOut);

    /// <param name="heapMost">Bytes that all objects may come to together.</param>
    /// <param name="unusedMost">Bytes that may be handed out until those no longer used are looked for.</param>
    /// <param name="begun">Called with the first large array after <see cref="Quiet"/>; must not wait.</param>
    public static void Bound(long heapMost, long unusedMost, Action begun) =>
        (_heapMost, _unusedMost, _begun) = (heapMost, unusedMost, begun);

    /// <summary>An array with any content.</summary>
    public static byte[] Allocate(int length)
    {
        if (length >= LargeFrom) Count(length);
        var array = GC.AllocateUninitializedArray<byte>(length);
        // They come and go: page by page the system would be asked for each a thousand times.
        HugePages.Advise(array);
        return array;
    }

    /// <summary>The same; null where it would be more than the heap may hold, though what nobody uses has been taken away.</summary>
    public static byte[]? TryAllocate(int length) => length < LargeFrom || HasRoomFor(length) ? Allocate(length) : null;

    public static bool HasRoomFor(long bytes)
    {
        if (_heapMost == long.MaxValue || GC.GetTotalMemory(forceFullCollection: false) + bytes <= _heapMost) return true;
        // Where next to nothing was handed out since the last one, another collection finds nothing.
        if (Interlocked.Read(ref _sinceCollection) < _unusedMost / 4) return false;
        Collect();
        return GC.GetTotalMemory(forceFullCollection: false) + bytes <= _heapMost;
    }

    /// <summary>The next one handed out is the first of a new time of large values.</summary>
    public static void Quiet() => Volatile.Write(ref _isQuiet, 1);

    private static void Count(int length)
    {
        Interlocked.Add(ref _handedOut, length);
        if (Volatile.Read(ref _isQuiet) != 0 && Interlocked.Exchange(ref _isQuiet, 0) != 0) _begun?.Invoke();
        if (GC.CollectionCount(GC.MaxGeneration) is var collections && collections != Volatile.Read(ref _collections))
        {
            // The runtime found it necessary by itself.
            Volatile.Write(ref _collections, collections);
            Interlocked.Exchange(ref _sinceCollection, length);
        }
        else if (Interlocked.Add(ref _sinceCollection, length) > _unusedMost) Collect();
    }

    private static void Collect()
    {
        if (Interlocked.Exchange(ref _isCollecting, 1) != 0) return;
        Interlocked.Exchange(ref _sinceCollection, 0);
        // Without moving anything: the arrays are looked for by their references, which takes as long as there are other objects.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: false);
        Volatile.Write(ref _collections, GC.CollectionCount(GC.MaxGeneration));
        Volatile.Write(ref _isCollecting, 0);
    }
}
