using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Local;
using DynamoActors.Node.Messages;
using DynamoActors.Storage;

namespace DynamoActors.Node.Listing;

/// <summary>
/// Says what this node's engine holds: keys of the partitions it is asked for, all in one message, and hints for a key; and what the node
/// tells of itself. Apart from the
/// vnodes, so that a scan delays no read or write, and a slice of keys for each message, so that it does not keep a thread from them
/// either: listings under way take turns.
/// </summary>
internal sealed class InspectorActor : ReceiveActor
{
    /// <summary>Keys read for one message: far below a millisecond from memory.</summary>
    private const int SliceKeys = 256;

    /// <summary>Partitions looked into for one message: finding a place takes as long as reading many keys.</summary>
    private const int SliceSlots = 16;

    /// <summary>Listings of all nodes together that may wait here; further ones are told so, and go on with other replicas or fail at
    /// once.</summary>
    private const int ScansMax = 256;

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly InspectionServices _services;
    private readonly Queue<ReplicaScan> _scans = new();

    public InspectorActor(InspectionServices services)
    {
        _services = services;
        Receive<ListReplicaKeys>(Begin);
        Receive<ReadSlice>(_ => ReadOn());
        Receive<FindHints>(Find);
    }

    private void Begin(ListReplicaKeys list)
    {
        var scan = new ReplicaScan(list, Sender);
        if (_scans.Count == ScansMax)
        {
            scan.RefuseRest();
            scan.Answer();
            return;
        }
        _scans.Enqueue(scan);
        if (_scans.Count == 1) Self.Tell(ReadSlice.Instance);
    }

    private void ReadOn()
    {
        var scan = _scans.Dequeue();
        int keys = SliceKeys;
        for (int slots = SliceSlots; slots > 0 && keys > 0 && !scan.IsDone; slots--) keys -= Read(scan, keys);
        if (scan.IsDone) scan.Answer();
        else _scans.Enqueue(scan);
        if (_scans.Count > 0) Self.Tell(ReadSlice.Instance);
    }

    private int Read(ReplicaScan scan, int keysMax)
    {
        var slot = scan.Slot;
        try
        {
            if (slot.StandsInFor is not null || _services.Ring()?.IsOwner(slot.Partition) == true)
                return scan.Read(_services.Engine, keysMax, _services.Clock.ClusterUnixMilliseconds);
        }
        catch (StorageCorruptException damage)
        {
            // The store has said what is damaged, and what to do.
            _log.Debug("Keys of partition {0} cannot be listed here, the other replicas' are: {1}", slot.Partition, damage.Message);
        }
        scan.Refuse();
        return 0;
    }

    private void Find(FindHints find)
    {
        if (find.Facts)
        {
            Sender.Tell(new HintsFound(find.RequestId, [], [], _services.Facts()));
            return;
        }

        var found = ImmutableArray.CreateBuilder<FoundHint>();
        foreach (string owner in _services.Hints.Owners)
        {
            if (!_services.Engine.TryGet(StoreKey.Hint(owner, find.Key.Span), out var hint)) continue;
            var held = Hint.ObjectIn(hint);
            found.Add(new FoundHint(owner, Hint.KeptAt(hint.Span), held.IsEmpty ? null : VersionedObjectCodec.Decode(held).Context));
        }
        Sender.Tell(new HintsFound(find.RequestId, found.DrainToImmutable(),
            [.. AgreementsOf(StoreKey.PartitionOf(find.Key.Span))]));
    }

    private IEnumerable<FoundAgreement> AgreementsOf(int partition)
    {
        if (_services.Ring() is not { } ring || !ring.IsOwner(partition)) yield break;
        foreach (ushort owner in ring.Owners(partition).ToArray())
            if (_services.Agreements.AsOf(partition, ring.NameOf(owner)) is { } asOf)
                yield return new FoundAgreement(ring.NameOf(owner), asOf.ToUnixTimeMilliseconds());
    }

    private sealed class ReadSlice
    {
        public static readonly ReadSlice Instance = new();
    }
}
