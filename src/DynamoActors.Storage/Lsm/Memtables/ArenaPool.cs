using DynamoActors.Core.Bytes;

namespace DynamoActors.Storage.Lsm.Memtables;

/// <summary>
/// Keeps the arrays of memtables that nobody reads any more for the next ones: a new array of this size would have to be cleared by the
/// operating system page by page, and each would start a collection of all memory.
/// </summary>
internal sealed class ArenaPool(int bytes)
{
    /// <summary>The one written to and the one being flushed alternate; more are needed only in bursts.</summary>
    private const int Kept = 2;

    private readonly Lock _gate = new();
    private readonly Stack<byte[]> _free = new(Kept);

    /// <summary>At least that many bytes, with any content.</summary>
    public byte[] Rent(int atLeast)
    {
        lock (_gate)
        {
            if (atLeast <= bytes && _free.TryPop(out var arena))
                return arena;
        }
        // Never moved: what is not written to yet would have to be copied, and would take memory from then on.
        var made = GC.AllocateUninitializedArray<byte>(Math.Max(atLeast, bytes), pinned: true);
        // A search touches a dozen nodes all over it.
        HugePages.Advise(made);
        return made;
    }

    public void Return(byte[] arena)
    {
        lock (_gate)
        {
            if (arena.Length == bytes && _free.Count < Kept)
                _free.Push(arena);
        }
    }
}
