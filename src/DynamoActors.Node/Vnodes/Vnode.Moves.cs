using Akka.Actor;
using Akka.Event;
using DynamoActors.Node.Local;
using DynamoActors.Node.Membership;
using DynamoActors.Node.Messages;
using DynamoActors.Storage;

namespace DynamoActors.Node.Vnodes;

// What a partition that comes or goes leaves behind. A node that is to own it begins with nothing: what it kept of it from earlier may be
// older than deletions whose last trace is gone. One that owns it no longer drops it.
internal sealed partial class Vnode
{
    private static readonly TimeSpan _clearAgain = TimeSpan.FromSeconds(1);

    private bool _isClearing;
    private ICancelable? _clearing;

    private void ReceiveMoves()
    {
        Receive<ClearRange>(_ => ClearPage());
        Receive<DropRange>(drop =>
        {
            if (Epoch == drop.Epoch && !_ring!.IsHolder(_partition) && !_isClearing) BeginClearing();
        });
    }

    protected override void PostStop() => _clearing?.Cancel();

    private void BeginReceiving(RingView ring)
    {
        var began = Mark(ring);
        if (_services.Engine.TryGet(StoreKey.Receiving(_partition), out var mark) && mark.Span.SequenceEqual(began)) return;
        _tree.Forget();
        BeginClearing();
    }

    private void BeginClearing()
    {
        _isClearing = true;
        _shares.Dropped();
        Self.Tell(ClearRange.Instance);
    }

    /// <summary>Of the move, so that another one begins with nothing again.</summary>
    private byte[] Mark(RingView ring) => BitConverter.GetBytes(ring.Table.MovingSince);

    /// <summary>A page at a time, between the vnode's other work.</summary>
    private void ClearPage()
    {
        if (!_isClearing) return;
        try
        {
            _batch.Clear();
            using (var objects = _services.Engine.Scan(StoreKey.ObjectsOf(_partition), StoreKey.Behind(StoreKey.ObjectsOf(_partition))))
                while (_batch.Count < PageKeys && objects.MoveNext()) _batch.Delete(objects.Key.ToArray());
            var isLast = _batch.Count < PageKeys;
            if (isLast && _ring!.IsReceiver(_partition))
                _batch.Put(StoreKey.Receiving(_partition), Mark(_ring));
            var sequence = _batch.Count == 0 ? 0 : AppendBatch();
            _services.Store.Tell(new ReplyWhenDurable(sequence, Self, Reply: null));
            if (isLast) _isClearing = false;
            else Self.Tell(ClearRange.Instance);
        }
        catch (StorageException refused)
        {
            _log.Warning("What partition {0} held before it left this node cannot be dropped yet, it is tried again: {1}", _partition,
                refused.Message);
            _clearing = Context.System.Scheduler.ScheduleTellOnceCancelable(_clearAgain, Self, ClearRange.Instance, Self);
        }
    }

    private sealed class ClearRange
    {
        public static readonly ClearRange Instance = new();
    }
}
