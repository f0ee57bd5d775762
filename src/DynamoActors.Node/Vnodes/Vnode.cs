using Akka.Actor;
using Akka.Event;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Coordination;
using DynamoActors.Node.ReplicaStore;
using DynamoActors.Storage;

namespace DynamoActors.Node.Vnodes;

/// <summary>
/// One partition's replica on this node: merges versions, makes new ones, and answers reads. Every node has one for each partition, and those
/// of partitions it does not own refuse. All writes of a key pass here one after the other.
/// </summary>
internal sealed class Vnode : ReceiveActor
{
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly VnodeServices _services;
    private readonly int _partition;
    private readonly WriteBatch _batch = new();
    private PartitionHeld _held = new(Epoch: 0, IsOwner: false);

    public Vnode(VnodeServices services, int partition)
    {
        _services = services;
        _partition = partition;
        Receive<ReadReplica>(Read);
        Receive<WriteReplica>(Write);
        Receive<CoordinateWrite>(Coordinate);
        Receive<PartitionHeld>(held => _held = held);
    }

    private void Read(ReadReplica read)
    {
        if (!Serves(read.Key.Span)) { Refuse(read.RequestId, read.Slot, RefusalReason.NotOwner); return; }
        try
        {
            _services.Engine.TryGet(read.Key.Span, out var encoded);
            Sender.Tell(new ReplicaRead(read.RequestId, read.Slot, encoded));
        }
        catch (StorageCorruptException damage)
        {
            RefuseDamaged(read.RequestId, read.Slot, damage);
        }
    }

    private void Write(WriteReplica write)
    {
        if (!Serves(write.Key.Span)) { Refuse(write.RequestId, write.Slot, RefusalReason.NotOwner); return; }
        try
        {
            var incoming = VersionedObjectCodec.Decode(write.Encoded);
            var current = Stored(write.Key.Span);
            var merged = write.Lww ? VersionedObject.MergeLatest(current, incoming) : VersionedObject.Merge(current, incoming);

            var uncovered = write.ReportUncovered && merged.Siblings.Length > incoming.Siblings.Length ? merged.Context : null;
            var reply = write.RequestId == WriteReplica.NoReply ? null : new ReplicaWritten(write.RequestId, write.Slot, uncovered);
            // Nothing new: still answered through the store, since what is here may not be durable yet.
            long sequence = ReferenceEquals(merged, current)
                ? 0
                : Append(write.Key, ReferenceEquals(merged, incoming) ? write.Encoded : VersionedObjectCodec.Encode(merged), merged.Context);
            _services.Store.Tell(new ReplyWhenDurable(sequence, Sender, reply));
        }
        catch (StorageException refused)
        {
            RefuseStorage(write.RequestId, write.Slot, refused);
        }
    }

    private void Coordinate(CoordinateWrite write)
    {
        if (!_held.IsOwner) { Refuse(write.RequestId, write.Slot, RefusalReason.NotOwner); return; }
        if (!_services.Identity.Confirmed) { Refuse(write.RequestId, write.Slot, RefusalReason.IdentityUnconfirmed); return; }
        try
        {
            var current = Stored(write.Key);
            if (!TryTakeDot(out var dot)) { Refuse(write.RequestId, write.Slot, RefusalReason.Overloaded); return; }
            var superseded = write.Context ?? current?.Context ?? VersionVector.Empty;
            if (superseded.Covers(dot)) { Refuse(write.RequestId, write.Slot, RefusalReason.ContextFromTheFuture); return; }

            var put = write.Put;
            var added = new Sibling(dot, TimeAfter(current), put.ContentType, put.ExpiresAt, put.Tombstone, put.Value);
            var written = VersionedObject.Write(current, superseded, added);
            if (write.Lww) written = written.KeepLatest();

            var encoded = StoredForm.Of(written, put);
            long sequence = Append(write.Key, encoded, written.Context);
            SendToOthers(write, encoded);
            _services.Store.Tell(new ReplyWhenDurable(sequence, Sender, new WriteCoordinated(write.RequestId, write.Slot, written, dot)));
        }
        catch (StorageException refused)
        {
            RefuseStorage(write.RequestId, write.Slot, refused);
        }
    }

    /// <summary>At the same time as it becomes durable here. Answers go to the coordinator, which is the sender.</summary>
    private void SendToOthers(CoordinateWrite write, ReadOnlyMemory<byte> encoded)
    {
        bool blind = write.Context is null;
        for (int slot = 0; slot < write.Others.Length; slot++)
            write.Others[slot]?.Tell(
                new WriteReplica(write.RequestId, (byte)slot, write.Epoch, write.Lww, blind, write.Key, encoded), Sender);
    }

    private long Append(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> encoded, VersionVector context)
    {
        _batch.Clear();
        _batch.Put(key, encoded);
        bool remember = _services.Seen.Observe(context, _services.Dots.Actor, _batch);
        long sequence = _services.Engine.Append(_batch);
        if (remember) _services.Seen.Remember(context, _services.Dots.Actor);
        return sequence;
    }

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

    private bool Serves(ReadOnlySpan<byte> key) => _held.IsOwner && StoreKey.IsObjectOf(_partition, key);

    private void Refuse(long requestId, byte slot, RefusalReason reason)
    {
        if (requestId != WriteReplica.NoReply) Sender.Tell(new ReplicaRefused(requestId, slot, reason, _held.Epoch));
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
        _log.Error("Partition {0} has damaged data, the other replicas serve it: {1}", _partition, damage.Message);
        Refuse(requestId, slot, RefusalReason.Damaged);
    }
}

/// <summary>Whether this node holds a replica of the partition in the ring of that epoch.</summary>
internal sealed record PartitionHeld(ulong Epoch, bool IsOwner);
