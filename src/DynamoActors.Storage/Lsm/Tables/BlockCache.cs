using System.Numerics;

namespace DynamoActors.Storage.Lsm.Tables;

/// <summary>
/// Data blocks in memory, within a budget, spread over shards so that readers seldom meet. A shard evicts by CLOCK and gives
/// the evicted block's array to the next one, so that neither hits nor, once it is warm, misses allocate.
/// </summary>
internal sealed class BlockCache
{
    private const int ShardsMax = 16, ShardBytesMin = 512 << 10;
    private readonly Shard[] _shards;

    public BlockCache(long bytes)
    {
        var shards = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(bytes / ShardBytesMin, 1, ShardsMax));
        _shards = new Shard[shards];
        for (var i = 0; i < shards; i++)
            _shards[i] = new Shard(bytes / shards);
    }

    public long Hits => Sum(shard => shard.Hits);
    public long Misses => Sum(shard => shard.Misses);
    public long Bytes => Sum(shard => shard.Bytes);

    /// <summary>The block, pinned until <see cref="CachedBlock.Unpin"/>; null where it is not in memory.</summary>
    public CachedBlock? TryPin(long table, long offset)
    {
        var hash = Hash(table, offset);
        return _shards[(int)(hash & (uint)(_shards.Length - 1))].TryPin(hash, table, offset);
    }

    /// <summary>A block to fill, pinned and not yet to be found; null where one of this length is not worth its room.</summary>
    public CachedBlock? Reserve(long table, long offset, int length) => ShardOf(table, offset).Reserve(table, offset, length);

    /// <summary>Lets others find a filled block. It stays pinned.</summary>
    public void Publish(CachedBlock block)
    {
        var hash = Hash(block.Table, block.Offset);
        _shards[(int)(hash & (uint)(_shards.Length - 1))].Publish(hash, block);
    }

    private Shard ShardOf(long table, long offset) => _shards[(int)(Hash(table, offset) & (uint)(_shards.Length - 1))];

    private static uint Hash(long table, long offset) =>
        (uint)((((ulong)table * 0x9E3779B97F4A7C15) ^ (ulong)offset) * 0xD6E8FEB86659FD93 >> 32);

    private long Sum(Func<Shard, long> of)
    {
        long sum = 0;
        foreach (var shard in _shards)
            sum += of(shard);
        return sum;
    }

    private sealed class Shard(long budget)
    {
        private readonly Lock _gate = new();
        private CachedBlock?[] _buckets = new CachedBlock?[64];
        /// <summary>Every block of the shard, found or waiting to be filled again, in the order of the clock.</summary>
        private readonly List<CachedBlock> _clock = [];
        private int _hand;
        private int _listed;

        public long Hits { get; private set; }
        public long Misses { get; private set; }
        public long Bytes { get; private set; }

        public CachedBlock? TryPin(uint hash, long table, long offset)
        {
            lock (_gate)
            {
                for (var block = _buckets[BucketOf(hash)]; block is not null; block = block.NextInBucket)
                {
                    if (block.Offset != offset || block.Table != table)
                        continue;
                    Interlocked.Increment(ref block.Pins);
                    block.WasUsed = true;
                    Hits++;
                    return block;
                }
                Misses++;
                return null;
            }
        }

        public CachedBlock? Reserve(long table, long offset, int length)
        {
            var size = ArrayLength(length);
            if (size > budget / 2)
                return null;
            lock (_gate)
            {
                var block = Bytes + size <= budget ? Add(size) : Evict(size);
                if (block is null)
                    return null;
                block.Table = table;
                block.Offset = offset;
                block.Length = length;
                block.WasUsed = false;
                block.Pins = 1;
                return block;
            }
        }

        public void Publish(uint hash, CachedBlock block)
        {
            lock (_gate)
            {
                for (var other = _buckets[BucketOf(hash)]; other is not null; other = other.NextInBucket)
                {
                    // Two readers missed the same block: the first one's stays, this one serves its reader and is evicted next.
                    if (other.Offset == block.Offset && other.Table == block.Table)
                        return;
                }
                if (++_listed > _buckets.Length)
                    Grow();
                ref var bucket = ref _buckets[BucketOf(hash)];
                block.NextInBucket = bucket;
                block.IsListed = true;
                bucket = block;
            }
        }

        /// <summary>
        /// Turns the hand until it has freed an array of just this size, or enough others to allocate one; null where two rounds
        /// found too many pinned.
        /// </summary>
        private CachedBlock? Evict(int size)
        {
            for (var steps = 2 * _clock.Count; steps > 0 && _clock.Count > 0; steps--)
            {
                if (_hand >= _clock.Count)
                    _hand = 0;
                var block = _clock[_hand];
                if (Volatile.Read(ref block.Pins) != 0 || block.WasUsed)
                {
                    block.WasUsed = false;
                    _hand++;
                    continue;
                }
                if (block.IsListed)
                    Unlist(block);
                if (block.Buffer.Length == size)
                {
                    _hand++;
                    return block;
                }
                Remove(block);
                if (Bytes + size <= budget)
                    return Add(size);
            }
            return null;
        }

        private CachedBlock Add(int size)
        {
            var block = new CachedBlock(GC.AllocateUninitializedArray<byte>(size)) { Position = _clock.Count };
            _clock.Add(block);
            Bytes += size;
            return block;
        }

        private void Remove(CachedBlock block)
        {
            var last = _clock[^1];
            _clock[block.Position] = last;
            last.Position = block.Position;
            _clock.RemoveAt(_clock.Count - 1);
            Bytes -= block.Buffer.Length;
        }

        private void Unlist(CachedBlock block)
        {
            ref var link = ref _buckets[BucketOf(Hash(block.Table, block.Offset))];
            while (link != block)
                link = ref link!.NextInBucket;
            link = block.NextInBucket;
            block.NextInBucket = null;
            block.IsListed = false;
            _listed--;
        }

        private void Grow()
        {
            var old = _buckets;
            _buckets = new CachedBlock?[2 * old.Length];
            foreach (var first in old)
            {
                for (var block = first; block is not null;)
                {
                    var next = block.NextInBucket;
                    ref var bucket = ref _buckets[BucketOf(Hash(block.Table, block.Offset))];
                    block.NextInBucket = bucket;
                    bucket = block;
                    block = next;
                }
            }
        }

        // The lowest bits chose the shard.
        private int BucketOf(uint hash) => (int)(hash >> 4 & (uint)(_buckets.Length - 1));

        /// <summary>Quarter steps between the powers of two: few sizes, so that arrays fit again, and little waste in each.</summary>
        private static int ArrayLength(int length)
        {
            var step = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(length, 512)) / 8;
            return (length + step - 1) / step * step;
        }
    }
}
