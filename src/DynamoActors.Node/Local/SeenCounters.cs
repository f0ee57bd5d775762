using System.Buffers.Binary;
using System.Collections.Concurrent;
using DynamoActors.Core.Versioning;
using DynamoActors.Storage;

namespace DynamoActors.Node.Local;

/// <summary>
/// The highest dot counter seen of every other actor, rounded up to its block and durable together with the write that showed it.
/// A node that lost part of its disk learns from its peers' memory that its counters may be used up.
/// </summary>
/// <remarks>
/// Called by every vnode at the same time. Each writes to a key of its own: of two that write to one key, the later could put a lower
/// ceiling over a higher one.
/// </remarks>
internal sealed class SeenCounters
{
    private readonly ConcurrentDictionary<ulong, ulong> _ceilings = new();

    public SeenCounters(IStorageEngine engine)
    {
        using var seen = engine.Scan(StoreKey.SeenCounterPrefix, StoreKey.SeenCounterEnd);
        while (seen.MoveNext())
        {
            ulong actor = BinaryPrimitives.ReadUInt64BigEndian(seen.Key.Span[StoreKey.SeenCounterPrefix.Length..]);
            _ceilings[actor] = Math.Max(CeilingOf(actor), BinaryPrimitives.ReadUInt64LittleEndian(seen.Value.Span));
        }
    }

    /// <summary>Zero where the actor was never seen.</summary>
    public ulong CeilingOf(ulong actor) => _ceilings.GetValueOrDefault(actor);

    /// <summary>Adds to the batch what must become durable with it; true: call <see cref="Remember"/> once it is appended.</summary>
    public bool Observe(VersionVector context, ulong self, int partition, WriteBatch batch)
    {
        bool added = false;
        foreach (var (actor, counter) in context)
        {
            if (actor == self || counter < _ceilings.GetValueOrDefault(actor)) continue;
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
            if (actor != self)
                _ceilings.AddOrUpdate(actor, static (_, seen) => CounterBlocks.EndOf(seen),
                    static (_, known, seen) => Math.Max(known, CounterBlocks.EndOf(seen)), counter);
    }
}
