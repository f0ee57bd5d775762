using System.Buffers.Binary;
using DynamoActors.Core.Versioning;
using DynamoActors.Storage;

namespace DynamoActors.Node.Local;

/// <summary>
/// Issues this data directory's dots. The actor id is random and belongs to the directory; counters come out of a leased block that was
/// made durable before its first use, so that a crash skips counters and never repeats one.
/// </summary>
/// <remarks><see cref="TryNext"/> is called by every vnode; all else by <see cref="GroupCommitActor"/> alone.</remarks>
internal sealed class DotSource
{
    private const byte Format = 1;
    private const int RecordLength = 1 + sizeof(ulong) + sizeof(ulong);

    private readonly IStorageEngine _engine;
    private readonly string _nodeName;
    private readonly Func<ulong> _newActorId;
    private Lease _lease;

    /// <param name="newActorId">Draws a random identity.</param>
    public DotSource(IStorageEngine engine, string nodeName, Func<ulong> newActorId)
    {
        _engine = engine;
        _nodeName = nodeName;
        _newActorId = newActorId;
        // A directory that was copied to another node carries that node's name: its identity stays with the original.
        if (ReadIdentity() is { } found && found.Name == nodeName)
        {
            _lease = Persist(new Lease(found.Actor, found.LeasedUpTo, found.LeasedUpTo + CounterBlocks.Size));
            InheritedUpTo = found.LeasedUpTo;
            InheritedNewest = SeenCounters.KeptNewest(engine, found.Actor);
        }
        else
        {
            _lease = NewIdentity();
            InheritedUpTo = 1;
            IsFresh = true;
        }
    }

    /// <summary>The identity was drawn in this life: nobody can have seen it before.</summary>
    public bool IsFresh { get; private set; }

    public ulong Actor => Volatile.Read(ref _lease).Actor;

    /// <summary>
    /// The end (exclusive) of what earlier lives of this directory had leased. Until this life has issued a dot, nobody can honestly have
    /// seen more: who has saw it of a life that this directory is an older copy of.
    /// </summary>
    public ulong InheritedUpTo { get; private set; }

    /// <summary>
    /// The newest of the dots that earlier lives of this directory made and that it surely holds: whoever has seen a later one of those
    /// lives has a write that this directory made and has lost.
    /// </summary>
    public ulong InheritedNewest { get; private set; }

    /// <summary>The end (exclusive) of the block that is durable.</summary>
    public ulong LeasedUpTo => Volatile.Read(ref _lease).End;

    /// <summary>False where the lease is used up: the store is late with the next one.</summary>
    /// <param name="extendNow">True once per lease: the caller asks the store for the next block.</param>
    public bool TryNext(out Dot dot, out bool extendNow)
    {
        var lease = Volatile.Read(ref _lease);
        ulong counter = lease.Take();
        extendNow = counter == lease.ExtendAt;
        dot = new Dot(lease.Actor, counter);
        return counter < lease.End;
    }

    /// <summary>
    /// A dot for one write that this node coordinates as a stand-in. It will have forgotten the key when it stands in again, so the dot is
    /// of an actor that never makes another.
    /// </summary>
    public Dot OneShot() => new(_newActorId(), 1);

    /// <summary>
    /// A writer of counters, for as long as nothing that it wrote is dropped. Its newest share stands for all before it, so it must have
    /// its share before it; an identity that goes on over lives may have lost that with a disk that was put back.
    /// </summary>
    public ulong NewWriter() => _newActorId();

    /// <summary>Leases the next block; the counters left in the present one stay good.</summary>
    public void Extend()
    {
        var lease = _lease;
        Save(lease.Actor, lease.End + CounterBlocks.Size);
        Volatile.Write(ref _lease, lease.Extended(CounterBlocks.Size));
    }

    /// <summary>Leaves the present identity for good, because its counters may have been used elsewhere.</summary>
    public void Renew()
    {
        (InheritedUpTo, InheritedNewest) = (1, 0);
        Volatile.Write(ref _lease, NewIdentity());
        IsFresh = true;
    }

    private Lease NewIdentity() => Persist(new Lease(_newActorId(), 1, CounterBlocks.EndOf(1)));

    private Lease Persist(Lease lease)
    {
        Save(lease.Actor, lease.End);
        return lease;
    }

    private void Save(ulong actor, ulong leasedUpTo)
    {
        var name = System.Text.Encoding.UTF8.GetBytes(_nodeName);
        var record = new byte[RecordLength + name.Length];
        record[0] = Format;
        BinaryPrimitives.WriteUInt64LittleEndian(record.AsSpan(1), actor);
        BinaryPrimitives.WriteUInt64LittleEndian(record.AsSpan(1 + sizeof(ulong)), leasedUpTo);
        name.CopyTo(record, RecordLength);
        _engine.Append(new WriteBatch().Put(StoreKey.Identity, record));
        _engine.Flush();
    }

    private (ulong Actor, ulong LeasedUpTo, string Name)? ReadIdentity()
    {
        if (!_engine.TryGet(StoreKey.Identity.Span, out var record)) return null;
        var bytes = record.Span;
        if (bytes.Length < RecordLength || bytes[0] != Format)
            throw new StorageRefusedException(
                $"The data directory's identity record has an unknown format ({(bytes.Length == 0 ? "empty" : bytes[0])}): it was "
                    + $"written by a newer version.");
        return (BinaryPrimitives.ReadUInt64LittleEndian(bytes[1..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[(1 + sizeof(ulong))..]),
            System.Text.Encoding.UTF8.GetString(bytes[RecordLength..]));
    }

    /// <summary>One identity's counters; the cursor is shared by a lease and its extension.</summary>
    private sealed class Lease
    {
        private readonly Cursor _cursor;

        public Lease(ulong actor, ulong first, ulong end) : this(actor, new Cursor(first), end, first + (end - first) / 2) { }

        private Lease(ulong actor, Cursor cursor, ulong end, ulong extendAt)
        {
            Actor = actor;
            _cursor = cursor;
            End = end;
            ExtendAt = extendAt;
        }

        public ulong Actor { get; }
        public ulong End { get; }

        /// <summary>The counter at which the next block is asked for, half a block ahead of need.</summary>
        public ulong ExtendAt { get; }

        public ulong Take() => _cursor.Take(End);

        public Lease Extended(ulong size) => new(Actor, _cursor, End + size, End + size / 2);
    }

    private sealed class Cursor(ulong next)
    {
        private ulong _next = next;

        // Never moves past the end: a counter refused now must be issued once the lease is extended.
        public ulong Take(ulong end)
        {
            while (true)
            {
                ulong current = Volatile.Read(ref _next);
                if (current >= end || Interlocked.CompareExchange(ref _next, current + 1, current) == current) return current;
            }
        }
    }
}
