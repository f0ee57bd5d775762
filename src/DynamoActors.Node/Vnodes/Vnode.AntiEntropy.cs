using Akka.Actor;
using Akka.Event;
using DynamoActors.Core.AntiEntropy;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Local;
using DynamoActors.Node.Messages;
using DynamoActors.Storage;

namespace DynamoActors.Node.Vnodes;

// What a vnode answers anti-entropy. Long work is cut into pages, each a message of its own, so that clients' requests pass between them.
internal sealed partial class Vnode
{
    private const int PageKeys = 512;
    private const int ChunkBytes = 256 * 1024;

    /// <summary>To merge as many takes milliseconds, in which no other write of the partition goes on.</summary>
    private const int SweptKeys = 128;

    private readonly List<(IActorRef Asker, DescribeTree Question)> _awaitingTree = [];
    private PartitionTree _tree = null!;
    private ulong _generation;

    private void ReceiveAntiEntropy()
    {
        _tree = new PartitionTree(_partition);
        _generation = _services.Clock.Tick().Value;
        ServeHolder<DescribeTree>(Describe);
        Receive<BuildTree>(_ => BuildTreePage());
        ServeHolder<ListVersions>(List);
        ServeHolder<FetchObjects>(Fetch);
        ServeHolder<MergeObjects>(Merge);
        Receive<ReplicasAgreed>(agreed => _services.Agreements.Agreed(_partition, agreed.Peer, agreed.AsOfUnixMilliseconds));
        Serve<ListDeleted>(list =>
        {
            if (IsOwner) ListDeletedPage(list);
            else Refuse(list, RefusalReason.NotOwner);
        });
        Serve<ConfirmDeleted>(Confirm);
        Receive<DropDeleted>(Drop);
    }

    /// <summary>Owners are compared with each other, and those that are to own the partition with those whose data they take
    /// over.</summary>
    private void ServeHolder<T>(Action<T> serve) where T : IOfRequest => Serve<T>(request =>
    {
        if (IsHolder && IsCurrent(request)) serve(request);
        else Refuse(request, RefusalReason.NotOwner);
    });

    // ---- The tree

    private void Describe(DescribeTree describe)
    {
        if (_tree.IsComplete)
        {
            Sender.Tell(Description(describe));
            return;
        }
        _awaitingTree.Add((Sender, describe));
        if (_tree.IsBegun) return;
        _tree.Begin();
        Self.Tell(BuildTree.Instance);
    }

    private TreeDescribed Description(DescribeTree asked) =>
        new(asked.RequestId, asked.Slot, _generation, HashesFor(asked)) { Objects = _tree.Keys };

    private ulong[] HashesFor(DescribeTree describe)
    {
        var tree = _tree.Tree;
        return describe.Level switch
        {
            TreeLevel.Root => [tree.Root],
            TreeLevel.Branches => tree.Branches.ToArray(),
            _ => [.. describe.Branches.Where(branch => branch >= 0 && branch < tree.Branches.Length)
                .SelectMany(branch => tree.Leaves(branch).ToArray())],
        };
    }

    private void BuildTreePage()
    {
        if (!_tree.IsBegun || _tree.IsComplete) return;
        try
        {
            _tree.BuildPage(_services.Engine);
        }
        catch (StorageCorruptException damage)
        {
            _tree.Forget();
            foreach (var (asker, question) in _awaitingTree) asker.Tell(
                new ReplicaRefused(question.RequestId, question.Slot, RefusalReason.Damaged, Epoch));
            _awaitingTree.Clear();
            // The store has said what is damaged, and what to do.
            _log.Debug("Partition {0} has damaged data and cannot be compared: {1}", _partition, damage.Message);
            return;
        }
        if (!_tree.IsComplete) { Self.Tell(BuildTree.Instance); return; }
        foreach (var (asker, question) in _awaitingTree)
            asker.Tell(Description(question));
        _awaitingTree.Clear();
    }

    // ---- Keys and objects

    private void List(ListVersions list)
    {
        if (!_tree.IsComplete) { Refuse(list, RefusalReason.ReplicaChanged); return; }
        var wanted = new bool[_tree.Tree.LeafCount];
        foreach (int leaf in list.Leaves)
            if (leaf >= 0 && leaf < wanted.Length) wanted[leaf] = true;
        var found = new List<KeyVersion>();
        var next = ReadPage(list.From, objects =>
        {
            if (!wanted[_tree.Tree.LeafOf(StoreKey.HashOf(objects.Key.Span).Lower)]) return;
            found.Add(new KeyVersion(objects.Key.ToArray(), VersionHash.Of(StoredRecords.VersionsAt(objects)!)));
        });
        Sender.Tell(new VersionsListed(list.RequestId, list.Slot, found, next));
    }

    /// <summary>Where the next page begins; empty: there is none.</summary>
    private ReadOnlyMemory<byte> ReadPage(ReadOnlyMemory<byte> from, Action<IStorageIterator> visit)
    {
        using var objects = ScanFrom(from);
        for (int read = 0; objects.MoveNext();)
        {
            visit(objects);
            if (++read == PageKeys) return StoreKey.Next(objects.Key.Span);
        }
        return default;
    }

    private IStorageIterator ScanFrom(ReadOnlyMemory<byte> from)
    {
        var first = StoreKey.ObjectsOf(_partition);
        return _services.Engine.Scan(from.Span.SequenceCompareTo(first) < 0 ? first : from, StoreKey.Behind(first));
    }

    private void Fetch(FetchObjects fetch)
    {
        var found = new List<FetchedObject>(fetch.From.IsEmpty ? fetch.Keys.Count : SweptKeys);
        long bytes = 0;
        var next = fetch.From.IsEmpty ? default : Sweep(fetch.From, found, ref bytes);
        foreach (var key in fetch.Keys)
        {
            if (!StoreKey.IsObjectOf(_partition, key.Span)) { Refuse(fetch, RefusalReason.NotOwner); return; }
            _services.Engine.TryGet(key.Span, out var encoded);
            bytes += key.Length + encoded.Length;
            if (bytes > ChunkBytes && found.Count > 0) break;
            found.Add(new FetchedObject(key, encoded));
        }
        var fetched = new ObjectsFetched(fetch.RequestId, fetch.Slot, found) { Next = next };
        var scheduler = Context.System.Scheduler;
        var wait = Ring!.Table.IsMoving(_partition) && Sender is PeerActor
            ? _services.Ring.Moves.Take(bytes, found.Count, scheduler.HighResMonotonicClock) : TimeSpan.Zero;
        if (wait > TimeSpan.Zero) scheduler.ScheduleTellOnce(wait, Sender, fetched, Self);
        else Sender.Tell(fetched);
    }

    /// <summary>A chunk of what there is from that key on, as it lies in the store: an object costs a step of a scan, not a search.
    /// Returns where the next chunk begins; empty: there is none.</summary>
    private ReadOnlyMemory<byte> Sweep(ReadOnlyMemory<byte> from, List<FetchedObject> found, ref long bytes)
    {
        using var objects = ScanFrom(from);
        while (objects.MoveNext())
        {
            bytes += objects.Key.Length + objects.ValueLength;
            if (found.Count == SweptKeys || bytes > ChunkBytes && found.Count > 0)
            {
                bytes -= objects.Key.Length + objects.ValueLength;
                return objects.Key.ToArray();
            }
            found.Add(new FetchedObject(objects.Key.ToArray(), objects.Value));
        }
        return default;
    }

    private void Merge(MergeObjects merge)
    {
        if (merge.Generation != _generation) { Refuse(merge, RefusalReason.ReplicaChanged); return; }
        // All in one batch, so each key once: a second one would be merged with what was there before the first.
        var changes = new List<(ReadOnlyMemory<byte> Key, StoredObject Held, StoredObject Merged)>(merge.Objects.Count);
        _batch.Clear();
        ReadOnlyMemory<byte> before = default;
        var hasLarge = false;
        foreach (var arriving in merge.Objects)
        {
            if (!StoreKey.IsObjectOf(_partition, arriving.Key.Span) || arriving.Key.Span.SequenceCompareTo(before.Span) <= 0)
            {
                Refuse(merge, RefusalReason.NotOwner);
                return;
            }
            before = arriving.Key;
            var held = Stored(arriving.Key.Span);
            var merged = Merge(arriving.Key, held, StoredObject.Of(arriving.Encoded), arriving.Lww, merge.From);
            hasLarge |= IsLarge(merged);
            if (ReferenceEquals(merged.Object, held.Object)) continue;
            _batch.Put(arriving.Key, merged.Encoded);
            changes.Add((arriving.Key, held, merged));
        }
        var sequence = changes.Count == 0 ? 0 : AppendMerged(changes, hasLarge);
        (hasLarge ? _services.LargeWrites : _services.Store).Tell(
            new ReplyWhenDurable(sequence, Sender, new ObjectsMerged(merge.RequestId, merge.Slot)));
    }

    private long AppendMerged(List<(ReadOnlyMemory<byte> Key, StoredObject Held, StoredObject Merged)> changes, bool hasLarge)
    {
        var seen = VersionVector.Empty;
        foreach (var (_, _, merged) in changes)
            if (!seen.Covers(merged.Object!.Context)) seen = seen.Join(merged.Object.Context);
        var sequence = AppendBatch(seen, hasLarge);
        foreach (var (key, held, merged) in changes) _tree.Update(key.Span, held.Object, merged.Object);
        return sequence;
    }

    // ---- Deletions

    private void ListDeletedPage(ListDeleted list)
    {
        var found = new List<KeyVersion>();
        // Without a complete tree nobody knows whether there are any; the next comparison builds it.
        var next = _tree.IsComplete && _tree.Deletable > 0
            ? ReadPage(list.From, objects =>
            {
                var held = StoredRecords.VersionsAt(objects)!;
                if (ReadsAsDeleted(held, list.DeletedBefore)) found.Add(new KeyVersion(objects.Key.ToArray(), VersionHash.Of(held)));
            })
            : default;
        Sender.Tell(new VersionsListed(list.RequestId, Slot: 0, found, next));
    }

    private static bool ReadsAsDeleted(VersionedObject held, long beforeUnixMilliseconds)
    {
        foreach (var sibling in held.Siblings)
            if (sibling.Time.UnixMilliseconds > beforeUnixMilliseconds || !sibling.IsTombstone
                && !sibling.IsExpired(beforeUnixMilliseconds)) return false;
        return true;
    }

    private void Confirm(ConfirmDeleted confirm)
    {
        // In another ring there may be other owners and other nodes with hints; and what moves is not to be dropped before it has arrived.
        if (Epoch != confirm.Epoch || Ring!.Table.IsMoving(_partition)) { Refuse(confirm, RefusalReason.NotOwner); return; }
        bool[] held = IsOwner ? [.. confirm.Keys.Select(key => HoldsDeleted(key, out _))] : [];
        // Through the store, since what is held may not be durable yet: it must not be lost after others have dropped theirs.
        _services.Store.Tell(new ReplyWhenDurable(Sequence: 0, Sender,
            new DeletedConfirmed(confirm.RequestId, _services.Hints.InPartition(_partition) > 0, held)));
    }

    private void Drop(DropDeleted drop)
    {
        if (!IsOwner || Epoch != drop.Epoch || Ring!.Table.IsMoving(_partition)) return;
        try
        {
            // What a comparison read of others before now may be older than what is dropped.
            _generation = _services.Clock.Tick().Value;
            foreach (var key in drop.Keys)
            {
                if (!HoldsDeleted(key, out var held)) continue;
                _batch.Clear();
                _batch.Delete(key.Key);
                AppendBatch();
                _tree.Update(key.Key.Span, held.Object, null);
            }
            _services.Store.Tell(new ReplyWhenDurable(Sequence: 0, Sender, Reply: null));
        }
        catch (StorageException refused)
        {
            _log.Warning("Deletions of partition {0} could not be dropped and stay for now: {1}", _partition, refused.Message);
        }
    }

    /// <summary>Whether exactly that version is held, and reads as deleted here too.</summary>
    private bool HoldsDeleted(KeyVersion key, out StoredObject held)
    {
        held = StoreKey.IsObjectOf(_partition, key.Key.Span) ? Stored(key.Key.Span) : default;
        return held.Object is { } versions && VersionHash.Of(versions) == key.VersionHash
            && versions.WithoutExpired(_services.Clock.ClusterUnixMilliseconds).IsDeleted;
    }

    private sealed class BuildTree
    {
        public static readonly BuildTree Instance = new();
    }
}
