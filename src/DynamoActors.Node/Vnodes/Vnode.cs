using Akka.Actor;
using Akka.Event;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.HintedHandoff;
using DynamoActors.Node.Local;
using DynamoActors.Node.Membership;
using DynamoActors.Node.Messages;
using DynamoActors.Storage;

namespace DynamoActors.Node.Vnodes;

/// <summary>
/// One partition's replica on this node: merges versions, makes new ones, and answers reads. Every node has one for each partition, and
/// those of partitions it does not own refuse. All writes of a key pass here one after the other.
/// </summary>
internal sealed partial class Vnode : ReceiveActor
{
    private static readonly TimeSpan _tellDamageEvery = TimeSpan.FromMinutes(1);

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly VnodeServices _services;
    private readonly int _partition;
    private readonly WriteBatch _batch = new();
    private RingView? _ring;
    private TimeSpan? _damageToldAt;

    public Vnode(VnodeServices services, int partition)
    {
        _services = services;
        _partition = partition;
        Receive<ReadReplica>(Read);
        Receive<WriteReplica>(Write);
        Receive<CoordinateWrite>(Coordinate);
        Receive<KeepHint>(Keep);
        Receive<RemoveHint>(Remove);
        ReceiveAntiEntropy();
    }

    /// <summary>Of the ring at present; 0: none is known.</summary>
    private ulong Epoch => Ring?.Table.Epoch ?? 0;

    /// <summary>Whether this node is one of the partition's owners at present.</summary>
    private bool IsOwner => Ring?.IsOwner(_partition) == true;

    private RingView? Ring
    {
        get
        {
            if (_services.Ring.View is not { } view || ReferenceEquals(view, _ring)) return _ring;
            _ring = view;
            if (!view.IsOwner(_partition)) _tree.Forget();
            return view;
        }
    }

    private void Read(ReadReplica read)
    {
        if (!Serves(read.Key.Span, read.HeldFor)) { Refuse(read.RequestId, read.Slot, RefusalReason.NotOwner); return; }
        try
        {
            bool found = _services.Engine.TryGet(read.HeldFor is null ? read.Key.Span : StoreKey.Hint(read.HeldFor, read.Key.Span),
                out var encoded);
            if (found && read.HeldFor is not null) encoded = Hint.ObjectIn(encoded);
            Sender.Tell(new ReplicaRead(read.RequestId, read.Slot, encoded));
        }
        catch (StorageCorruptException damage)
        {
            RefuseDamaged(read.RequestId, read.Slot, damage);
        }
    }

    private void Write(WriteReplica write)
    {
        if (!Serves(write.Key.Span, write.HoldFor)) { Refuse(write.RequestId, write.Slot, RefusalReason.NotOwner); return; }
        try
        {
            var incoming = VersionedObjectCodec.Decode(write.Encoded);
            if (write.HoldFor is { } owner)
            {
                HoldFor(owner, write, incoming);
                return;
            }
            var current = Stored(write.Key.Span);
            var merged = write.Lww ? VersionedObject.MergeLatest(current, incoming) : VersionedObject.Merge(current, incoming);

            var uncovered = write.ReportUncovered && merged.Siblings.Length > incoming.Siblings.Length ? merged.Context : null;
            var reply = write.RequestId == WriteReplica.NoReply ? null : new ReplicaWritten(write.RequestId, write.Slot, uncovered);
            // Nothing new: still answered through the store, since what is here may not be durable yet.
            long sequence = ReferenceEquals(merged, current)
                ? 0
                : Append(write.Key, ReferenceEquals(merged, incoming) ? write.Encoded : VersionedObjectCodec.Encode(merged), current,
                    merged);
            _services.Store.Tell(new ReplyWhenDurable(sequence, Sender, reply));
        }
        catch (StorageException refused)
        {
            RefuseStorage(write.RequestId, write.Slot, refused);
        }
    }

    /// <summary>This node stands in for an owner: what it keeps is a hint, not a replica.</summary>
    private void HoldFor(string owner, WriteReplica write, VersionedObject incoming)
    {
        var hintKey = StoreKey.Hint(owner, write.Key.Span);
        bool isHeld = _services.Engine.TryGet(hintKey, out var old);
        var held = isHeld ? Decoded(Hint.ObjectIn(old)) : null;
        if (!isHeld && !_services.Hints.MayKeep(owner)) { Refuse(write.RequestId, write.Slot, RefusalReason.HintsFull); return; }
        var merged = write.Lww ? VersionedObject.MergeLatest(held, incoming) : VersionedObject.Merge(held, incoming);
        var hint = Hint.Encode(isHeld ? Hint.KeptAt(old.Span) : _services.Clock.UnixMilliseconds, merged);

        _batch.Clear();
        _batch.Put(hintKey, hint);
        long sequence = AppendBatch(merged.Context);
        _services.Hints.Kept(owner, _partition, HintLedger.SizeOf(hintKey, hint), isHeld ? HintLedger.SizeOf(hintKey, old) : 0);
        // The stand-in may be the only one of the quorum that knows of an earlier write.
        var uncovered = write.ReportUncovered && merged.Siblings.Length > incoming.Siblings.Length ? merged.Context : null;
        var reply = write.RequestId == WriteReplica.NoReply ? null : new ReplicaWritten(write.RequestId, write.Slot, uncovered);
        _services.Store.Tell(new ReplyWhenDurable(sequence, Sender, reply));
    }

    /// <summary>An owner did not acknowledge in time what this node holds durably.</summary>
    private void Keep(KeepHint keep)
    {
        if (!IsOwner) return;
        try
        {
            _batch.Clear();
            var kept = AddOwnHint(keep.Owner, keep.Key);
            if (_batch.Count == 0) return;
            _services.Store.Tell(new ReplyWhenDurable(_services.Engine.Append(_batch), Sender, reply: null));
            _services.Hints.Kept(keep.Owner, _partition, kept, replacedBytes: 0);
        }
        catch (StorageException refused)
        {
            _log.Warning("A hint for {0} could not be kept, anti-entropy will cover it: {1}", keep.Owner, refused.Message);
        }
    }

    private void Remove(RemoveHint remove)
    {
        try
        {
            // It changed on the way: the newer one is delivered by the next replay.
            if (!_services.Engine.TryGet(remove.Key.Span, out var hint) || !hint.Span.SequenceEqual(remove.Delivered.Span)) return;
            _batch.Clear();
            _batch.Delete(remove.Key);
            _services.Store.Tell(new ReplyWhenDurable(_services.Engine.Append(_batch), Sender, reply: null));
            _services.Hints.Removed(remove.Owner, _partition, HintLedger.SizeOf(remove.Key, hint), remove.IsDropped);
        }
        catch (StorageException refused)
        {
            _log.Warning("A delivered hint for {0} could not be removed and will be delivered again: {1}", remove.Owner, refused.Message);
        }
    }

    /// <summary>Adds a hint that stands for this node's own replica, unless there is one already. Returns its size.</summary>
    private long AddOwnHint(string owner, ReadOnlyMemory<byte> key)
    {
        var hintKey = StoreKey.Hint(owner, key.Span);
        if (_services.Engine.TryGet(hintKey, out _) || !_services.Hints.MayKeep(owner)) return 0;
        var hint = Hint.OwnReplica(_services.Clock.UnixMilliseconds);
        _batch.Put(hintKey, hint);
        return HintLedger.SizeOf(hintKey, hint);
    }

    private void Coordinate(CoordinateWrite write)
    {
        if (write.Replicas.HoldsFor[write.Slot] is { } owner) { CoordinateFor(owner, write); return; }
        if (!IsOwner) { Refuse(write.RequestId, write.Slot, RefusalReason.NotOwner); return; }
        if (!_services.Identity.Confirmed) { Refuse(write.RequestId, write.Slot, RefusalReason.IdentityUnconfirmed); return; }
        try
        {
            var current = Stored(write.Key);
            if (!TryTakeDot(out var dot)) { Refuse(write.RequestId, write.Slot, RefusalReason.Overloaded); return; }
            var superseded = write.Context ?? current?.Context ?? VersionVector.Empty;
            if (superseded.Covers(dot)) { Refuse(write.RequestId, write.Slot, RefusalReason.ContextFromTheFuture); return; }

            var written = VersionedObject.Write(current, superseded, New(write, dot, current));
            if (write.Lww) written = written.KeepLatest();
            if (HasTooMany(written, current, write)) return;

            var encoded = StoredForm.Of(written, write.Put);
            long sequence = AppendWithHints(write, encoded, written.Context);
            _tree.Update(write.Key, current, written);
            SendToOthers(write, encoded);
            _services.Store.Tell(new ReplyWhenDurable(
                sequence, Sender, new WriteCoordinated(write.RequestId, write.Slot, written, encoded, dot)));
        }
        catch (StorageException refused)
        {
            RefuseStorage(write.RequestId, write.Slot, refused);
        }
    }

    /// <summary>No owner can be reached: this node makes the version, and keeps it as a hint.</summary>
    private void CoordinateFor(string owner, CoordinateWrite write)
    {
        try
        {
            var hintKey = StoreKey.Hint(owner, write.Key);
            bool isHeld = _services.Engine.TryGet(hintKey, out var old);
            if (!isHeld && !_services.Hints.MayKeep(owner)) { Refuse(write.RequestId, write.Slot, RefusalReason.HintsFull); return; }
            var current = isHeld ? Decoded(Hint.ObjectIn(old)) : null;
            var dot = _services.Dots.OneShot();
            var written = VersionedObject.Write(current, write.Context ?? current?.Context ?? VersionVector.Empty,
                New(write, dot, current));
            if (write.Lww) written = written.KeepLatest();
            if (HasTooMany(written, current, write)) return;
            var encoded = VersionedObjectCodec.Encode(written);
            var hint = Hint.Encode(isHeld ? Hint.KeptAt(old.Span) : _services.Clock.UnixMilliseconds, written);

            _batch.Clear();
            _batch.Put(hintKey, hint);
            long sequence = AppendBatch(written.Context);
            _services.Hints.Kept(owner, _partition, HintLedger.SizeOf(hintKey, hint), isHeld ? HintLedger.SizeOf(hintKey, old) : 0);
            SendToOthers(write, encoded);
            _services.Store.Tell(new ReplyWhenDurable(sequence, Sender,
                new WriteCoordinated(write.RequestId, write.Slot, written, encoded, dot)));
        }
        catch (StorageException refused)
        {
            RefuseStorage(write.RequestId, write.Slot, refused);
        }
    }

    private Sibling New(CoordinateWrite write, Dot dot, VersionedObject? current)
    {
        var put = write.Put;
        // A deletion stays until it is known everywhere, whatever the bucket says of values.
        var timeToLive = put.Ttl ?? (put.Tombstone ? null : write.Ttl);
        long? expiresAt = timeToLive is { } ttl ? _services.Clock.ClusterUnixMilliseconds + (long)ttl.TotalMilliseconds : null;
        return new Sibling(dot, TimeAfter(current), put.ContentType, expiresAt, put.Tombstone, put.Value);
    }

    /// <summary>
    /// Refuses a write that would leave more siblings than the bucket allows, or larger ones than an object may have together. One that
    /// leaves fewer than there were goes through: it is on the way to what was asked for.
    /// </summary>
    private bool HasTooMany(VersionedObject written, VersionedObject? current, CoordinateWrite write)
    {
        int count = written.Siblings.Length;
        if (write.SiblingsMax is not { } max || count == 1 || count < (current?.Siblings.Length ?? 0)) return false;
        long bytes = 0;
        foreach (var sibling in written.Siblings) bytes += sibling.Value.Length;
        bool isTooLarge = bytes > _services.ObjectBytesMax;
        if (count <= max && !isTooLarge) return false;
        Sender.Tell(new ReplicaRefused(write.RequestId, write.Slot, RefusalReason.TooManySiblings, Epoch)
        {
            Siblings = count,
            ObjectBytes = isTooLarge ? bytes : 0,
        });
        return true;
    }

    /// <summary>Owners that can neither be reached nor be stood in for get a hint here, in the same batch as the write.</summary>
    private long AppendWithHints(CoordinateWrite write, ReadOnlyMemory<byte> encoded, VersionVector context)
    {
        _batch.Clear();
        _batch.Put(write.Key, encoded);
        var unheld = write.Replicas.Unheld;
        if (unheld.Length == 0) return AppendBatch(context);

        Span<long> kept = stackalloc long[unheld.Length];
        for (int owner = 0; owner < unheld.Length; owner++) kept[owner] = AddOwnHint(unheld[owner], write.Key);
        long sequence = AppendBatch(context);
        for (int owner = 0; owner < unheld.Length; owner++)
            if (kept[owner] > 0) _services.Hints.Kept(unheld[owner], _partition, kept[owner], replacedBytes: 0);
        return sequence;
    }

    /// <summary>At the same time as it becomes durable here. Answers go to the coordinator, which is the sender.</summary>
    private void SendToOthers(CoordinateWrite write, ReadOnlyMemory<byte> encoded)
    {
        bool blind = write.Context is null;
        var others = write.Replicas.Others;
        for (int slot = 0; slot < others.Length; slot++)
            others[slot]?.Tell(
                new WriteReplica(write.RequestId, (byte)slot, write.Epoch, write.Lww, blind, write.Key, encoded,
                    write.Replicas.HoldsFor[slot]), Sender);
    }

    private long Append(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> encoded, VersionedObject? current, VersionedObject merged)
    {
        _batch.Clear();
        _batch.Put(key, encoded);
        long sequence = AppendBatch(merged.Context);
        _tree.Update(key.Span, current, merged);
        return sequence;
    }

    private long AppendBatch(VersionVector context)
    {
        bool remember = _services.Seen.Observe(context, _services.Dots.Actor, _partition, _batch);
        long sequence = _services.Engine.Append(_batch);
        if (remember) _services.Seen.Remember(context, _services.Dots.Actor);
        return sequence;
    }

    private static VersionedObject? Decoded(ReadOnlyMemory<byte> encoded) => encoded.IsEmpty ? null : VersionedObjectCodec.Decode(encoded);

    private VersionedObject? Stored(ReadOnlySpan<byte> key) =>
        _services.Engine.TryGet(key, out var encoded) ? VersionedObjectCodec.Decode(encoded) : null;

    private bool TryTakeDot(out Dot dot)
    {
        bool taken = _services.Dots.TryNext(out dot, out bool extendNow);
        if (extendNow) _services.Store.Tell(ExtendCounterLease.Instance);
        return taken;
    }

    // Greater than what it replaces, even where that came from a clock too far ahead to be adopted.
    private HybridTime TimeAfter(VersionedObject? current)
    {
        var time = _services.Clock.Tick();
        return current is not null && current.LatestTime >= time ? current.LatestTime.Next() : time;
    }

    // A hint may be held by anybody, but only for somebody else.
    private bool Serves(ReadOnlySpan<byte> key, string? standsInFor) =>
        (IsOwner || standsInFor is not null) && StoreKey.IsObjectOf(_partition, key);

    private void Refuse(long requestId, byte slot, RefusalReason reason)
    {
        if (requestId != WriteReplica.NoReply) Sender.Tell(new ReplicaRefused(requestId, slot, reason, Epoch));
    }

    private void RefuseStorage(long requestId, byte slot, StorageException refused)
    {
        switch (refused)
        {
            case StorageFullException: Refuse(requestId, slot, RefusalReason.StorageFull); break;
            case StorageOverloadedException: Refuse(requestId, slot, RefusalReason.Overloaded); break;
            case StorageCorruptException damage: RefuseDamaged(requestId, slot, damage); break;
            default: throw refused;
        }
    }

    private void RefuseDamaged(long requestId, byte slot, StorageCorruptException damage)
    {
        // Every read of it finds the same.
        var now = Context.System.Scheduler.HighResMonotonicClock;
        if (_damageToldAt is not { } told || now - told >= _tellDamageEvery)
        {
            _damageToldAt = now;
            _log.Error("Partition {0} has damaged data, the other replicas serve it: {1}", _partition, damage.Message);
        }
        Refuse(requestId, slot, RefusalReason.Damaged);
    }
}
