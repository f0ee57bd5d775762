using System.Buffers.Binary;
using System.Collections.Concurrent;
using DynamoActors.Core.Versioning;
using DynamoActors.Storage;

namespace DynamoActors.Node.Local;

/// <summary>
/// The highest dot counter seen of every actor, this directory's own among them, twice: of others rounded up to its block and durable
/// together with the write that showed it, and of all as it is, durable within a second. A node that lost part of its disk learns from its
/// peers' memory that its counters may be used up, or that there are writes of its own that it does not hold.
/// </summary>
/// <remarks>
/// Called by every vnode at the same time. Each writes blocks to a key of its own: of two that write to one key, the later could put a
/// lower ceiling over a higher one. The newest are written by the <see cref="GroupCommitActor"/> alone.
/// </remarks>
internal sealed class SeenCounters
{
    private readonly ConcurrentDictionary<ulong, Memory> _actors = new();
    private readonly IStorageEngine _engine;

    public SeenCounters(IStorageEngine engine)
    {
        _engine = engine;
        using (var seen = engine.Scan(StoreKey.SeenCounterPrefix, StoreKey.SeenCounterEnd))
            while (seen.MoveNext())
                MemoryOf(ActorIn(seen.Key, StoreKey.SeenCounterPrefix))
                    .RaiseCeiling(BinaryPrimitives.ReadUInt64LittleEndian(seen.Value.Span));
        using var newest = engine.Scan(StoreKey.NewestPrefix, StoreKey.Behind(StoreKey.NewestPrefix.Span));
        while (newest.MoveNext())
        {
            var memory = MemoryOf(ActorIn(newest.Key, StoreKey.NewestPrefix));
            memory.RaiseNewest(BinaryPrimitives.ReadUInt64LittleEndian(newest.Value.Span));
            memory.Kept = memory.Newest;
        }
    }

    /// <summary>Zero where no block of the actor's but the first was seen.</summary>
    public ulong CeilingOf(ulong actor) => _actors.TryGetValue(actor, out var memory) ? memory.Ceiling : 0;

    /// <summary>Zero where the actor was not seen, or only its first dot.</summary>
    public ulong NewestOf(ulong actor) => _actors.TryGetValue(actor, out var memory) ? memory.Newest : 0;

    /// <summary>What a store that is being opened has kept of the actor's newest; zero: nothing.</summary>
    public static ulong KeptNewest(IStorageEngine engine, ulong actor) =>
        engine.TryGet(StoreKey.Newest(actor), out var record) ? BinaryPrimitives.ReadUInt64LittleEndian(record.Span) : 0;

    /// <summary>Adds to the batch what must become durable with it. True: there is something.</summary>
    public bool Observe(VersionVector context, ulong self, int partition, WriteBatch batch)
    {
        bool added = false;
        foreach (var (actor, counter) in context)
        {
            // Whoever remembers an identity at all has leased its first block.
            if (counter < CounterBlocks.Size || actor == self || counter < CeilingOf(actor)) continue;
            var value = new byte[sizeof(ulong)];
            BinaryPrimitives.WriteUInt64LittleEndian(value, CounterBlocks.EndOf(counter));
            batch.Put(StoreKey.SeenCounter(actor, partition), value);
            added = true;
        }
        return added;
    }

    /// <summary>Only after the append: whoever relies on the memory appends behind it, and so becomes durable after it.</summary>
    public void Remember(VersionVector context, ulong self)
    {
        foreach (var (actor, counter) in context)
        {
            // A stand-in's dot is the only one of its actor: nothing goes on from it.
            if (counter == 1) continue;
            var memory = MemoryOf(actor);
            memory.RaiseNewest(counter);
            if (counter >= CounterBlocks.Size && actor != self) memory.RaiseCeiling(CounterBlocks.EndOf(counter));
        }
    }

    /// <summary>Appends the newest that have changed since they were last appended. False: none has.</summary>
    public bool AppendNewest()
    {
        var batch = new WriteBatch();
        var appended = new List<(Memory Memory, ulong Newest)>();
        foreach (var (actor, memory) in _actors)
        {
            ulong newest = memory.Newest;
            if (newest == memory.Kept) continue;
            var value = new byte[sizeof(ulong)];
            BinaryPrimitives.WriteUInt64LittleEndian(value, newest);
            batch.Put(StoreKey.Newest(actor), value);
            appended.Add((memory, newest));
        }
        if (appended.Count == 0) return false;
        _engine.Append(batch);
        foreach (var (memory, newest) in appended) memory.Kept = newest;
        return true;
    }

    private Memory MemoryOf(ulong actor) => _actors.GetOrAdd(actor, static _ => new Memory());

    private static ulong ActorIn(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> prefix) =>
        BinaryPrimitives.ReadUInt64BigEndian(key.Span[prefix.Length..]);

    private sealed class Memory
    {
        private ulong _ceiling;
        private ulong _newest;

        public ulong Ceiling => Volatile.Read(ref _ceiling);
        public ulong Newest => Volatile.Read(ref _newest);

        /// <summary>The newest that was appended.</summary>
        public ulong Kept { get; set; }

        public void RaiseCeiling(ulong to) => Raise(ref _ceiling, to);

        public void RaiseNewest(ulong to) => Raise(ref _newest, to);

        private static void Raise(ref ulong value, ulong to)
        {
            ulong known = Volatile.Read(ref value);
            while (known < to)
            {
                ulong found = Interlocked.CompareExchange(ref value, to, known);
                if (found == known) return;
                known = found;
            }
        }
    }
}
