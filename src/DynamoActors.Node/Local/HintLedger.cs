using System.Collections.Concurrent;
using Akka.Actor;
using DynamoActors.Node.Requests;
using DynamoActors.Storage;

namespace DynamoActors.Node.Local;

/// <summary>
/// How many hints this node keeps for each owner, and how many it may. Vnodes keep and remove hints; the ledger counts them and tells
/// handoff of the first one for an owner.
/// </summary>
/// <remarks>Called by every vnode at the same time. The bound is exact to within the writes that are under way.</remarks>
internal sealed class HintLedger
{
    private readonly ConcurrentDictionary<string, Account> _accounts = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<int, long> _byPartition = new();
    private readonly long _bytesMaxPerOwner;
    private IActorRef _handoff = ActorRefs.Nobody;

    public HintLedger(IStorageEngine engine, long bytesMaxPerOwner)
    {
        _bytesMaxPerOwner = bytesMaxPerOwner;
        using var hints = engine.Scan(StoreKey.AllHints, StoreKey.Behind(StoreKey.AllHints.Span));
        while (hints.MoveNext())
        {
            var (owner, objectKey) = StoreKey.SplitHint(hints.Key);
            // A value that lies apart would cost a read; the others are old enough to tell.
            var keptAt = hints.IsApart ? 0 : Hint.KeptAt(hints.Value.Span);
            AccountOf(owner).Add(1, hints.Key.Length + hints.ValueLength, keptAt);
            CountFor(StoreKey.PartitionOf(objectKey.Span), 1);
        }
    }

    /// <summary>Owners with hints, in order of name.</summary>
    public IReadOnlyList<string> Owners =>
        [.. _accounts.Where(account => account.Value.Count > 0).Select(account => account.Key).Order(StringComparer.Ordinal)];

    /// <summary>Every owner that ever had a hint here since the start, in order of name.</summary>
    public IReadOnlyList<HintQueue> Queues =>
        [.. _accounts.OrderBy(account => account.Key, StringComparer.Ordinal)
            .Select(account => new HintQueue(account.Key, account.Value.Count, account.Value.Bytes, account.Value.Dropped)
            {
                Since = account.Value.Since,
            })];

    public (long Count, long Bytes) Of(string owner) =>
        _accounts.TryGetValue(owner, out var account) ? (account.Count, account.Bytes) : default;

    /// <summary>How many hints for keys of that partition are kept, whoever they are for. Exact for the partition's vnode.</summary>
    public long InPartition(int partition) => _byPartition.GetValueOrDefault(partition);

    /// <summary>Who hears of the first hint for an owner.</summary>
    public void ReportTo(IActorRef handoff) => Volatile.Write(ref _handoff, handoff);

    public bool MayKeep(string owner)
    {
        if (AccountOf(owner).Bytes < _bytesMaxPerOwner) return true;
        AccountOf(owner).Drop();
        return false;
    }

    /// <param name="replacedBytes">The size of the hint of the same key that this one replaces; 0: there was none.</param>
    /// <param name="keptAt">In milliseconds since 1970; 0: not known.</param>
    public void Kept(string owner, int partition, long bytes, long replacedBytes, long keptAt = 0)
    {
        if (replacedBytes == 0) CountFor(partition, 1);
        bool isFirst = AccountOf(owner).Add(replacedBytes == 0 ? 1 : 0, bytes - replacedBytes, keptAt) == 1 && replacedBytes == 0;
        if (isFirst) Volatile.Read(ref _handoff).Tell(new HintsWaiting(owner), ActorRefs.NoSender);
    }

    public void Removed(string owner, int partition, long bytes, bool dropped = false)
    {
        CountFor(partition, -1);
        AccountOf(owner).Add(-1, -bytes);
        if (dropped) AccountOf(owner).Drop();
    }

    public static long SizeOf(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value) => key.Length + value.Length;

    private void CountFor(int partition, long change) =>
        _byPartition.AddOrUpdate(partition, static (_, change) => change, static (_, count, change) => count + change, change);

    private Account AccountOf(string owner) => _accounts.GetOrAdd(owner, static _ => new Account());

    private sealed class Account
    {
        private long _count;
        private long _bytes;
        private long _dropped;
        private long _since;

        public long Count => Interlocked.Read(ref _count);
        public long Bytes => Interlocked.Read(ref _bytes);
        public long Dropped => Interlocked.Read(ref _dropped);

        /// <summary>Exact to within the hints that come and go at the same moment.</summary>
        public DateTimeOffset? Since =>
            Interlocked.Read(ref _since) is > 0 and var since ? DateTimeOffset.FromUnixTimeMilliseconds(since) : null;

        public void Drop() => Interlocked.Increment(ref _dropped);

        public long Add(long count, long bytes, long keptAt = 0)
        {
            Interlocked.Add(ref _bytes, bytes);
            long left = Interlocked.Add(ref _count, count);
            if (left <= 0) Interlocked.Exchange(ref _since, 0);
            else if (keptAt > 0 && (Interlocked.Read(ref _since) is var since) && (since == 0 || keptAt < since))
                Interlocked.Exchange(ref _since, keptAt);
            return left;
        }
    }
}

internal sealed record HintsWaiting(string Owner);
