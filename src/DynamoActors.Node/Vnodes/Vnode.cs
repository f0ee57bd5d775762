using Akka.Actor;
using Akka.Event;
using DynamoActors.Core.Bytes;
using DynamoActors.Core.Counters;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Local;
using DynamoActors.Node.Membership;
using DynamoActors.Node.Messages;
using DynamoActors.Node.Requests;
using DynamoActors.Node.Tracing;
using DynamoActors.Storage;

namespace DynamoActors.Node.Vnodes;

/// <summary>
/// One partition's replica on this node: merges versions, makes new ones, and answers reads. Every node has one for each partition, and
/// those of partitions it does not own refuse. All writes of a key pass here one after the other.
/// </summary>
internal sealed partial class Vnode : ReceiveActor
{
    // With the pauses between them less than a coordinator waits before it has somebody else do it.
    private const int Attempts = 16;
    private static readonly TimeSpan _attemptPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan _tellDamageEvery = TimeSpan.FromMinutes(1);

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly VnodeServices _services;
    private readonly int _partition;
    private readonly WriteBatch _batch = new();
    private readonly ShareDots _shares;
    private readonly OtherHints _otherHints;
    private RingView? _ring;
    private TimeSpan? _damageToldAt;

    public Vnode(VnodeServices services, int partition)
    {
        _services = services;
        _partition = partition;
        _shares = new ShareDots(services.Dots);
        _otherHints = new OtherHints(services, partition);
        Serve<ReadReplica>(Read);
        Serve<WriteReplica>(Write, Attempts);
        Serve<CoordinateWrite>(Coordinate, Attempts);
        Receive<KeepHint>(Keep);
        Receive<RemoveHint>(Remove);
        Receive<IdentityRenewed>(static _ => { });
        ReceiveAntiEntropy();
        ReceiveMoves();
    }

    /// <summary>Of the ring at present; 0: none is known.</summary>
    private ulong Epoch => Ring?.Table.Epoch ?? 0;

    /// <summary>Whether this node is one of the partition's owners at present.</summary>
    private bool IsOwner => Ring?.IsOwner(_partition) == true;

    /// <summary>Whether it takes the partition's writes: as an owner, or as one that is to own it and has nothing of earlier times
    /// left.</summary>
    private bool IsHolder => Ring?.IsHolder(_partition) == true && !IsClearing;

    private RingView? Ring
    {
        get
        {
            if (_services.Ring.View is not { } view || ReferenceEquals(view, _ring)) return _ring;
            _ring = view;
            if (!view.IsHolder(_partition)) _tree.Forget();
            if (view.IsReceiver(_partition)) BeginReceiving(view);
            return view;
        }
    }

    /// <summary>What the disk refuses is told to whoever asks; a store that is behind holds writes up for a while before that.</summary>
    private void Serve<T>(Action<T> serve, int attempts = 1) where T : IOfRequest
    {
        Receive<T>(request => Attempt(request, 1));
        Receive<Again<T>>(again => Attempt(again.Request, again.Attempt));

        void Attempt(T request, int attempt)
        {
            try
            {
                serve(request);
            }
            catch (StorageOverloadedException) when (attempt < attempts)
            {
                Context.System.Scheduler.ScheduleTellOnce(_attemptPause, Self, new Again<T>(request, attempt + 1), Sender);
            }
            catch (StorageException refused) when (ReasonOf(refused, request.Trace) is { } reason)
            {
                Refuse(request, reason);
            }
        }
    }

    private void Read(ReadReplica read)
    {
        using var span = read.Trace.Begin("read replica");
        if (!TryOpen(read, read.Key, read.StandsInFor, IsHolder, out var cell)) return;
        // An owner is asked for its replica, which may have to be repaired; a stand-in for what it knows.
        var others = cell.StandsInFor is null ? null : _otherHints.Of(cell);
        Sender.Tell(new ReplicaRead(read.RequestId, read.Slot, others is null ? cell.Encoded
            : VersionedObjectCodec.Encode(VersionedObject.Merge(cell.Held.Object, others))));
    }

    private void Write(WriteReplica write)
    {
        using var span = ReplicaSpan.Begin(write.Trace, "write replica");
        var incoming = StoredObject.Of(write.Encoded);
        var superseding = Superseding.ByMerging(incoming.Object, write.Lww);
        if (!TryOpen(write, write.Key, write.StandsInFor, IsHolder, out var cell, superseding) || !MayKeepIn(cell, write)) return;
        var held = cell.Held;
        var merged = Merge(write.Key, held, incoming, write.Lww);
        // A stand-in may be the only one of the quorum that knows of an earlier write.
        var known = write.ReportUncovered ? VersionedObject.Merge(merged.Object, _otherHints.Of(cell), write.Lww) : null;
        var uncovered = known?.Siblings.Length > incoming.Object!.Siblings.Length ? known.Context : null;
        // Nothing new: still answered through the store, since what is here may not be durable yet.
        var sequence = ReferenceEquals(merged.Object, held.Object) ? 0 : Append(cell, held, merged);
        var reply = write.RequestId == WriteReplica.NoReply ? null : new ReplicaWritten(write.RequestId, write.Slot, uncovered);
        StoreOf(merged).Tell(new ReplyWhenDurable(sequence, Sender, reply) { Span = span?.Waits() });
    }

    private void Coordinate(CoordinateWrite write)
    {
        using var span = ReplicaSpan.Begin(write.Trace, "write replica");
        bool isBlind = write.Context is null && write.Put.Add is null;
        // What is added to a counter is added to all that is there.
        var superseding = write.Put.Add is null ? Superseding.ByNew(write.Context) : default;
        if (!TryOpen(write, write.Key, write.Replicas.StandsInFor[write.Slot], IsOwner, out var cell, superseding)
            || !MayKeepIn(cell, write)) return;
        if (cell.StandsInFor is null && !_services.Identity.Confirmed) { Refuse(write, RefusalReason.IdentityUnconfirmed); return; }
        // Shares have writers of their own.
        if (cell.StandsInFor is null && write.Put.Add is null && !IsUnderAnotherIdentity())
        {
            Refuse(write, RefusalReason.IdentityUnconfirmed);
            return;
        }
        var held = cell.Held;
        var known = KnownOf(cell, held, isBlind);
        if (!TryTakeDot(cell, write.Put, out var dot)) { Refuse(write, RefusalReason.Overloaded); return; }
        if (known.Covers(dot))
        {
            _services.Store.Tell(new RenewIdentity(dot.Actor,
                $"The dot {dot}, which this data directory was about to use, has been used before (was it put back from a copy?)"));
            Refuse(write, RefusalReason.IdentityUnconfirmed);
            return;
        }
        CounterShare? share = null;
        if (write.Put.Add is { } add)
        {
            share = Counter.Added(
                held.Object, dot.Actor, add, _services.Clock.ClusterUnixMilliseconds, OwnersAgreedAsOf(cell), out var refusal);
            if (share is null) { Sender.Tell(new AddRefused(write.RequestId, write.Slot, refusal)); return; }
        }
        var superseded = share is null ? write.Context ?? known : Counter.SupersededBy(held.Object, dot.Actor);
        if (superseded.Covers(dot)) { Refuse(write, RefusalReason.ContextFromTheFuture); return; }

        var version = VersionedObject.Write(held.Object, superseded, New(write, share, dot, held.Object));
        if (write.Lww) version = version.KeepLatest();
        if (HasTooMany(version, held.Object, write)) return;
        var written = StoredObject.Of(version, write.Put);
        var sequence = Append(cell, held, written, cell.StandsInFor is null ? write.Replicas.WithoutStandIn : []);
        SendToOthers(write, written.Encoded, isBlind);
        StoreOf(written).Tell(new ReplyWhenDurable(
            sequence, Sender, new WriteCoordinated(write.RequestId, write.Slot, version, written.Encoded, dot))
        {
            Span = span?.Waits(),
        });
    }

    /// <summary>What any other owner held by then is in this replica; what a stand-in keeps has been compared with nobody's.</summary>
    private long OwnersAgreedAsOf(in Cell cell)
    {
        if (cell.StandsInFor is not null) return long.MinValue;
        var asOf = long.MaxValue;
        foreach (ushort owner in Ring!.Owners(_partition))
            if (owner != Ring.Self)
                asOf = Math.Min(asOf, _services.Agreements.AsOf(_partition, Ring.NameOf(owner))?.ToUnixTimeMilliseconds() ?? long.MinValue);
        return asOf;
    }

    private Sibling New(CoordinateWrite write, CounterShare? share, Dot dot, VersionedObject? current)
    {
        if (share is not null) return new Sibling(dot, TimeAfter(current), Counter.ContentType, null, false, share.Encode());
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

    /// <summary>At the same time as it becomes durable here. Answers go to the coordinator, which is the sender.</summary>
    private void SendToOthers(CoordinateWrite write, ReadOnlyMemory<byte> encoded, bool isBlind)
    {
        var others = write.Replicas.Others;
        for (int slot = 0; slot < others.Length; slot++)
            others[slot]?.Tell(
                new WriteReplica(write.RequestId, (byte)slot, write.Epoch, write.Lww, isBlind, write.Key, encoded,
                    write.Replicas.StandsInFor[slot])
                { Trace = write.Trace }, Sender);
    }

    /// <summary>What is held of the key; false, and refused: it has no place here.</summary>
    /// <param name="hasRole">Whether this node is to the partition what the request takes it for.</param>
    private bool TryOpen(
        IOfRequest request, ReadOnlyMemory<byte> key, string? standsInFor, bool hasRole, out Cell cell,
        in Superseding superseding = default)
    {
        // A hint may be kept by anybody, but only for somebody else.
        var isHere = (hasRole || standsInFor is not null) && IsCurrent(request) && StoreKey.IsObjectOf(_partition, key.Span);
        cell = isHere ? Cell.Read(_services.Engine, key, standsInFor, superseding) : default;
        if (!isHere) Refuse(request, RefusalReason.NotOwner);
        return isHere;
    }

    /// <summary>Whether the request goes by a ring that asks those whom it should: else who sent it, or this node, has to learn a newer
    /// one.</summary>
    private bool IsCurrent(IOfRequest request) => Ring?.IsCurrent(_partition, request.Epoch) == true;

    /// <param name="from">Which node held what comes in; null: the sender's.</param>
    private StoredObject Merge(ReadOnlyMemory<byte> key, StoredObject held, StoredObject incoming, bool lww, string? from = null)
    {
        if (held.Object is { } mine && incoming.Object is { } theirs && VersionedObject.TwinDot(mine, theirs) is { } dot)
            _services.Twins.Met(key, dot, OwnName, from ?? (Sender as PeerActor)?.Peer ?? OwnName);
        return held.Merge(incoming, lww);
    }

    private string OwnName => Ring is { Self: >= 0 } ring ? ring.NameOf(ring.Self) : "this node";

    /// <param name="withoutStandIn">Owners that cannot be reached: they get a hint here, in the same batch.</param>
    private long Append(in Cell cell, StoredObject held, StoredObject written, ReadOnlySpan<string> withoutStandIn = default)
    {
        var now = _services.Clock.UnixMilliseconds;
        var form = cell.Form(written.Encoded, now);
        _batch.Clear();
        _batch.Put(cell.StoreKey, form);
        Span<long> kept = stackalloc long[withoutStandIn.Length];
        for (var owner = 0; owner < withoutStandIn.Length; owner++) kept[owner] = AddOwnHint(withoutStandIn[owner], cell.Key);
        var sequence = AppendBatch(written.Object!.Context, IsLarge(written));
        if (cell.StandsInFor is null) _tree.Update(cell.Key.Span, held.Object, written.Object);
        else _services.Hints.Kept(cell.StandsInFor, _partition, HintLedger.SizeOf(cell.StoreKey, form), replacedBytes: cell.Size, now);
        for (var owner = 0; owner < withoutStandIn.Length; owner++)
            if (kept[owner] > 0) _services.Hints.Kept(withoutStandIn[owner], _partition, kept[owner], replacedBytes: 0, now);
        return sequence;
    }

    private long AppendBatch(VersionVector context, bool isLarge)
    {
        // Whoever relies on the memory may become durable before a large value has.
        var seen = isLarge ? new WriteBatch() : _batch;
        var observed = _services.Seen.Observe(context, _services.Dots.Actor, _partition, seen);
        if (isLarge && observed) _services.Engine.Append(seen);
        var sequence = AppendBatch(isLarge);
        _services.Seen.Remember(context, _services.Dots.Actor);
        return sequence;
    }

    /// <summary>The batch is empty afterwards: a vnode that is not written to for long would keep its last value in memory.</summary>
    private long AppendBatch(bool isLarge = false)
    {
        try
        {
            return isLarge ? _services.Engine.AppendLarge(_batch) : _services.Engine.Append(_batch);
        }
        finally
        {
            _batch.Clear();
        }
    }

    private static bool IsLarge(StoredObject written) => written.Encoded.Length >= LargeArrays.LargeFrom;

    /// <summary>Who says when it is durable, newly written or not: a large one that is here already may still be on its way.</summary>
    private IActorRef StoreOf(StoredObject written) => IsLarge(written) ? _services.LargeWrites : _services.Store;

    private StoredObject Stored(ReadOnlySpan<byte> key) =>
        _services.Engine.TryGet(key, out var encoded) ? StoredObject.Of(encoded) : default;

    private bool TryTakeDot(in Cell cell, PutObject put, out Dot dot)
    {
        if (put.Add is not null)
        {
            dot = _shares.Next(cell.StandsInFor);
            return true;
        }
        if (cell.StandsInFor is not null)
        {
            dot = _services.Dots.OneShot();
            return true;
        }
        var taken = _services.Dots.TryNext(out dot, out var extendNow);
        if (extendNow) _services.Store.Tell(ExtendCounterLease.Instance);
        return taken;
    }

    // Greater than what it replaces, even where that came from a clock too far ahead to be adopted.
    private HybridTime TimeAfter(VersionedObject? current)
    {
        var time = _services.Clock.Tick();
        return current is not null && current.LatestTime >= time ? current.LatestTime.Next() : time;
    }

    private void Refuse(IOfRequest request, RefusalReason reason)
    {
        if (request.RequestId != WriteReplica.NoReply) Sender.Tell(new ReplicaRefused(request.RequestId, request.Slot, reason, Epoch));
    }

    /// <summary>Null: it is no refusal but a failure.</summary>
    private RefusalReason? ReasonOf(StorageException refused, TraceParent? trace)
    {
        switch (refused)
        {
            case StorageFullException: return RefusalReason.StorageFull;
            case StorageOverloadedException: return RefusalReason.Overloaded;
            case StorageCorruptException damage: TellOf(damage, trace); return RefusalReason.Damaged;
            default: return null;
        }
    }

    private void TellOf(StorageCorruptException damage, TraceParent? trace)
    {
        // Every read of it finds the same.
        var now = Context.System.Scheduler.HighResMonotonicClock;
        if (_damageToldAt is { } told && now - told < _tellDamageEvery) return;
        _damageToldAt = now;
        _log.Error("Partition {0} has damaged data, the other replicas serve it: {1} (trace {2})", _partition, damage.Message, trace.Id());
    }

    private sealed record Again<T>(T Request, int Attempt);
}
