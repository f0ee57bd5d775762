using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.HintedHandoff;
using DynamoActors.Node.ReplicaStore;
using DynamoActors.Node.Ring;
using DynamoActors.Storage;

namespace DynamoActors.Node.Inspection;

/// <summary>
/// Says what this node's engine holds: keys of the partitions it is asked for, all in one message, and hints for a key. Apart from the vnodes, so
/// that a scan delays no read or write.
/// </summary>
internal sealed class InspectorActor : ReceiveActor
{
    /// <summary>One answer's keys and versions: well below the largest message, however long the keys are.</summary>
    private const int PageBytesMax = 1 << 20;

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly InspectionServices _services;

    public InspectorActor(InspectionServices services)
    {
        _services = services;
        Receive<ListReplicaKeys>(List);
        Receive<FindHints>(Find);
    }

    private void List(ListReplicaKeys list)
    {
        var page = new KeyPage(Math.Clamp(list.KeysMax, 1, ListKeys.LimitMax), PageBytesMax);
        var refused = ImmutableArray.CreateBuilder<int>();
        foreach (var slot in list.Slots)
            if (!TryScan(list, slot, page)) refused.Add(slot.Partition);
        var keys = page.Close(out bool hasMore);
        Sender.Tell(new ReplicaKeysListed(list.RequestId, list.Member, keys, hasMore, refused.DrainToImmutable()));
    }

    private bool TryScan(ListReplicaKeys list, KeySlot slot, KeyPage page)
    {
        if (slot.HeldFor is null && _services.Ring()?.IsOwner(slot.Partition) != true) return false;
        try
        {
            Scan(list, slot, page);
            return true;
        }
        catch (StorageCorruptException damage)
        {
            _log.Error("Keys of partition {0} cannot be listed here, the other replicas' are: {1}", slot.Partition, damage.Message);
            return false;
        }
    }

    private void Scan(ListReplicaKeys list, KeySlot slot, KeyPage page)
    {
        var everything = Stored(slot, list.Bucket, []);
        var first = Stored(slot, list.Bucket, list.Prefix.Span);
        // The first key behind another is that key and a zero byte.
        var from = list.After.Span.SequenceCompareTo(list.Prefix.Span) < 0 ? first : [.. Stored(slot, list.Bucket, list.After.Span), 0];
        var end = StoreKey.Behind(first);
        if (from.AsSpan().SequenceCompareTo(end) >= 0) return;
        using var scan = _services.Engine.Scan(from, end);
        while (scan.MoveNext())
        {
            var key = scan.Key.Span[everything.Length..];
            // The hint of a node that is an owner itself stands for its replica, which is listed as such.
            var encoded = slot.HeldFor is null ? scan.Value : Hint.ObjectIn(scan.Value);
            if (encoded.IsEmpty) continue;
            if (!page.Takes(key)) return;
            page.Add(key, encoded);
        }
    }

    private static byte[] Stored(KeySlot slot, string bucket, ReadOnlySpan<byte> key)
    {
        var objectKey = StoreKey.Object(slot.Partition, bucket, key);
        return slot.HeldFor is null ? objectKey : StoreKey.Hint(slot.HeldFor, objectKey);
    }

    private void Find(FindHints find)
    {
        var found = ImmutableArray.CreateBuilder<FoundHint>();
        foreach (string owner in _services.Hints.Owners)
        {
            if (!_services.Engine.TryGet(StoreKey.Hint(owner, find.Key.Span), out var hint)) continue;
            var held = Hint.ObjectIn(hint);
            found.Add(new FoundHint(owner, Hint.KeptAt(hint.Span), held.IsEmpty ? null : VersionedObjectCodec.Decode(held).Context));
        }
        Sender.Tell(new HintsFound(find.RequestId, find.Member, found.DrainToImmutable()));
    }
}
