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

    private readonly List<(IActorRef Asker, DescribeTree Question)> _awaitingTree = [];
    private PartitionTree _tree = null!;
    private ulong _generation;

    private void ReceiveAntiEntropy()
    {
        _tree = new PartitionTree(_partition);
        _generation = _services.Clock.Tick().Value;
        Receive<DescribeTree>(describe => Guarded(describe.RequestId, describe.Slot, () => Describe(describe)));
        Receive<BuildTree>(_ => BuildTreePage());
        Receive<ListVersions>(list => Guarded(list.RequestId, list.Slot, () => List(list)));
        Receive<FetchObjects>(fetch => Guarded(fetch.RequestId, fetch.Slot, () => Fetch(fetch)));
        Receive<MergeObjects>(merge => Guarded(merge.RequestId, merge.Slot, () => Merge(merge)));
        Receive<ReplicasAgreed>(agreed => _services.Agreements.Agreed(_partition, agreed.Peer, agreed.AsOfUnixMilliseconds));
        Receive<ListDeleted>(list => Guarded(list.RequestId, slot: 0, () => ListDeletedPage(list)));
        Receive<ConfirmDeleted>(Confirm);
        Receive<DropDeleted>(Drop);
    }

    /// <summary>Only owners are compared, and what their disk refuses is told.</summary>
    private void Guarded(long requestId, byte slot, Action act)
    {
        if (!IsOwner) { Refuse(requestId, slot, RefusalReason.NotOwner); return; }
        try
        {
            act();
        }
        catch (StorageException refused)
        {
            RefuseStorage(requestId, slot, refused);
        }
    }

    // ---- The tree

    private void Describe(DescribeTree describe)
    {
        if (_tree.IsComplete)
        {
            Sender.Tell(new TreeDescribed(describe.RequestId, describe.Slot, _generation, HashesFor(describe)));
            return;
        }
        _awaitingTree.Add((Sender, describe));
        if (_tree.IsBegun) return;
        _tree.Begin();
        Self.Tell(BuildTree.Instance);
    }

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
            _log.Error("Partition {0} has damaged data and cannot be compared: {1}", _partition, damage.Message);
            return;
        }
        if (!_tree.IsComplete) { Self.Tell(BuildTree.Instance); return; }
        foreach (var (asker, question) in _awaitingTree)
            asker.Tell(new TreeDescribed(question.RequestId, question.Slot, _generation, HashesFor(question)));
        _awaitingTree.Clear();
    }

    // ---- Keys and objects

    private void List(ListVersions list)
    {
        if (!_tree.IsComplete) { Refuse(list.RequestId, list.Slot, RefusalReason.ReplicaChanged); return; }
        var wanted = new bool[_tree.Tree.LeafCount];
        foreach (int leaf in list.Leaves)
            if (leaf >= 0 && leaf < wanted.Length) wanted[leaf] = true;
        var found = new List<KeyVersion>();
        var next = ReadPage(list.From, (key, encoded) =>
        {
            if (!wanted[_tree.Tree.LeafOf(StoreKey.HashOf(key.Span).Lower)]) return;
            found.Add(new KeyVersion(key.ToArray(), VersionHash.Of(VersionedObjectCodec.Decode(encoded))));
        });
        Sender.Tell(new VersionsListed(list.RequestId, list.Slot, found, next));
    }

    /// <summary>Where the next page begins; empty: there is none.</summary>
    private ReadOnlyMemory<byte> ReadPage(ReadOnlyMemory<byte> from, Action<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> visit)
    {
        var first = StoreKey.ObjectsOf(_partition);
        using var objects = _services.Engine.Scan(from.Span.SequenceCompareTo(first) < 0 ? first : from, StoreKey.Behind(first));
        for (int read = 0; objects.MoveNext();)
        {
            visit(objects.Key, objects.Value);
            if (++read == PageKeys) return StoreKey.Next(objects.Key.Span);
        }
        return default;
    }

    private void Fetch(FetchObjects fetch)
    {
        var found = new List<FetchedObject>(fetch.Keys.Count);
        long bytes = 0;
        foreach (var key in fetch.Keys)
        {
            if (!StoreKey.IsObjectOf(_partition, key.Span)) { Refuse(fetch.RequestId, fetch.Slot, RefusalReason.NotOwner); return; }
            _services.Engine.TryGet(key.Span, out var encoded);
            bytes += key.Length + encoded.Length;
            if (bytes > ChunkBytes && found.Count > 0) break;
            found.Add(new FetchedObject(key, encoded));
        }
        Sender.Tell(new ObjectsFetched(fetch.RequestId, fetch.Slot, found));
    }

    private void Merge(MergeObjects merge)
    {
        if (merge.Generation != _generation) { Refuse(merge.RequestId, merge.Slot, RefusalReason.ReplicaChanged); return; }
        // All in one batch, so each key once: a second one would be merged with what was there before the first.
        var changes = new List<(ReadOnlyMemory<byte> Key, VersionedObject? Current, VersionedObject Merged)>(merge.Objects.Count);
        _batch.Clear();
        ReadOnlyMemory<byte> before = default;
        foreach (var arriving in merge.Objects)
        {
            if (!StoreKey.IsObjectOf(_partition, arriving.Key.Span) || arriving.Key.Span.SequenceCompareTo(before.Span) <= 0)
            {
                Refuse(merge.RequestId, merge.Slot, RefusalReason.NotOwner);
                return;
            }
            before = arriving.Key;
            var incoming = VersionedObjectCodec.Decode(arriving.Encoded);
            var current = Stored(arriving.Key.Span);
            var merged = arriving.Lww ? VersionedObject.MergeLatest(current, incoming) : VersionedObject.Merge(current, incoming);
            if (ReferenceEquals(merged, current)) continue;
            _batch.Put(arriving.Key, ReferenceEquals(merged, incoming) ? arriving.Encoded : VersionedObjectCodec.Encode(merged));
            changes.Add((arriving.Key, current, merged));
        }
        long sequence = changes.Count == 0 ? 0 : AppendMerged(changes);
        _services.Store.Tell(new ReplyWhenDurable(sequence, Sender, new ObjectsMerged(merge.RequestId, merge.Slot)));
    }

    private long AppendMerged(List<(ReadOnlyMemory<byte> Key, VersionedObject? Current, VersionedObject Merged)> changes)
    {
        var seen = VersionVector.Empty;
        foreach (var (_, _, merged) in changes)
            if (!seen.Covers(merged.Context)) seen = seen.Join(merged.Context);
        long sequence = AppendBatch(seen);
        foreach (var (key, current, merged) in changes) _tree.Update(key.Span, current, merged);
        return sequence;
    }

    // ---- Deletions

    private void ListDeletedPage(ListDeleted list)
    {
        var found = new List<KeyVersion>();
        // Without a complete tree nobody knows whether there are any; the next comparison builds it.
        var next = _tree.IsComplete && _tree.Deletable > 0
            ? ReadPage(list.From, (key, encoded) =>
            {
                var held = VersionedObjectCodec.Decode(encoded);
                if (ReadsAsDeleted(held, list.DeletedBefore)) found.Add(new KeyVersion(key.ToArray(), VersionHash.Of(held)));
            })
            : default;
        Sender.Tell(new VersionsListed(list.RequestId, slot: 0, found, next));
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
        // In another ring there may be other owners and other nodes with hints.
        if (Epoch != confirm.Epoch) { Refuse(confirm.RequestId, slot: 0, RefusalReason.NotOwner); return; }
        try
        {
            bool[] held = IsOwner ? [.. confirm.Keys.Select(key => HoldsDeleted(key) is not null)] : [];
            // Through the store, since what is held may not be durable yet: it must not be lost after others have dropped theirs.
            _services.Store.Tell(new ReplyWhenDurable(
                sequence: 0, Sender, new DeletedConfirmed(confirm.RequestId, confirm.Member, _services.Hints.InPartition(_partition) > 0,
                    held)));
        }
        catch (StorageException refused)
        {
            RefuseStorage(confirm.RequestId, slot: 0, refused);
        }
    }

    private void Drop(DropDeleted drop)
    {
        if (!IsOwner || Epoch != drop.Epoch) return;
        try
        {
            // What a comparison read of others before now may be older than what is dropped.
            _generation = _services.Clock.Tick().Value;
            foreach (var key in drop.Keys)
            {
                if (HoldsDeleted(key) is not { } held) continue;
                _batch.Clear();
                _batch.Delete(key.Key);
                _services.Engine.Append(_batch);
                _tree.Update(key.Key.Span, held, null);
            }
            _services.Store.Tell(new ReplyWhenDurable(sequence: 0, Sender, reply: null));
        }
        catch (StorageException refused)
        {
            _log.Warning("Deletions of partition {0} could not be dropped and stay for now: {1}", _partition, refused.Message);
        }
    }

    /// <summary>What is held of the key, where it is exactly that version and reads as deleted here too; else null.</summary>
    private VersionedObject? HoldsDeleted(KeyVersion key) =>
        StoreKey.IsObjectOf(_partition, key.Key.Span) && Stored(key.Key.Span) is { } held && VersionHash.Of(held) == key.VersionHash
            && held.WithoutExpired(_services.Clock.ClusterUnixMilliseconds).IsDeleted ? held : null;

    private sealed class BuildTree
    {
        public static readonly BuildTree Instance = new();
    }
}
