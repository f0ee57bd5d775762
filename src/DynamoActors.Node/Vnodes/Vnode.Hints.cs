using Akka.Actor;
using Akka.Event;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Local;
using DynamoActors.Node.Messages;
using DynamoActors.Storage;

namespace DynamoActors.Node.Vnodes;

// What a node keeps for owners that did not acknowledge a write: their version of it, or a mark that they lack what is in its own replica.
internal sealed partial class Vnode
{
    /// <summary>An owner did not acknowledge in time what this node holds durably.</summary>
    private void Keep(KeepHint keep)
    {
        if (!IsHolder) return;
        try
        {
            _batch.Clear();
            var kept = AddOwnHint(keep.Owner, keep.Key);
            if (_batch.Count == 0) return;
            _services.Store.Tell(new ReplyWhenDurable(AppendBatch(), Sender, Reply: null));
            _services.Hints.Kept(keep.Owner, _partition, kept, replacedBytes: 0, _services.Clock.UnixMilliseconds);
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
            _shares.Dropped(remove.Owner);
            _batch.Clear();
            _batch.Delete(remove.Key);
            _services.Store.Tell(new ReplyWhenDurable(AppendBatch(), Sender, Reply: null));
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

    private bool MayKeepIn(in Cell cell, IOfRequest request)
    {
        if (cell.StandsInFor is not { } owner || !cell.IsEmpty || _services.Hints.MayKeep(owner)) return true;
        Refuse(request, RefusalReason.HintsFull);
        return false;
    }

    /// <summary>Of the key, before the write: for one that replaces whatever is there, hints for other owners count too.</summary>
    private VersionVector KnownOf(in Cell cell, StoredObject held, bool isBlind)
    {
        var known = held.Object?.Context ?? VersionVector.Empty;
        return isBlind && _otherHints.Of(cell) is { } kept ? known.Join(kept.Context) : known;
    }
}
