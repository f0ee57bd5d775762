using System.Buffers.Binary;
using Akka.Actor;
using Akka.Event;
using DynamoActors.Node.Local;
using DynamoActors.Node.Membership;
using DynamoActors.Node.Messages;
using DynamoActors.Storage;

namespace DynamoActors.Node.Vnodes;

// What a partition that comes or goes leaves behind. A node that is to own it begins with nothing: what it kept of it from earlier may be
// older than deletions whose last trace is gone. One that owns it no longer drops it. Whoever has dropped what it wrote makes its next
// versions there under another identity: a version stands for all that its writer wrote of the key before, which lives on elsewhere.
internal sealed partial class Vnode
{
    private static readonly TimeSpan _clearAgain = TimeSpan.FromSeconds(1);

    private DropObjects? _clearing;
    private ICancelable? _clearingAgain;
    private ulong? _wroteAs;

    private bool IsClearing => _clearing is not null;

    /// <summary>The identity under which this node may have written what it dropped here; 0: it has dropped nothing.</summary>
    private ulong DroppedWriter => _wroteAs ??= _services.Engine.TryGet(StoreKey.DroppedWriter(_partition), out var writer)
        ? BinaryPrimitives.ReadUInt64LittleEndian(writer.Span) : 0;

    private void ReceiveMoves()
    {
        Receive<ClearRange>(_ => Clear());
        Receive<ObjectsDropped>(OnDropped);
        Receive<DropRange>(drop =>
        {
            if (Epoch == drop.Epoch && !_ring!.IsHolder(_partition) && !IsClearing) BeginClearing();
        });
    }

    protected override void PostStop() => _clearingAgain?.Cancel();

    private void BeginReceiving(RingView ring)
    {
        var began = Mark(ring);
        if (_services.Engine.TryGet(StoreKey.Receiving(_partition), out var mark) && mark.Span.SequenceEqual(began)) return;
        _tree.Forget();
        BeginClearing();
    }

    private void BeginClearing()
    {
        _shares.Dropped();
        // Only the latest counts: while another is still to come, whatever is written would go with it.
        _clearing = new DropObjects(_partition);
        Clear();
    }

    /// <summary>Of the move, so that another one begins with nothing again.</summary>
    private byte[] Mark(RingView ring) => BitConverter.GetBytes(ring.Table.MovingSince);

    private void Clear()
    {
        if (_clearing is null) return;
        try
        {
            if (HoldsNothing()) Cleared();
            else
            {
                RememberWriter();
                _services.Store.Tell(_clearing, Self);
            }
        }
        catch (StorageException refused)
        {
            ClearAgain(refused.Message);
        }
    }

    /// <summary>As a partition that comes for the first time: there is no need to wait for the disk.</summary>
    private bool HoldsNothing()
    {
        using var objects = ScanFrom(default);
        return !objects.MoveNext();
    }

    private void RememberWriter()
    {
        var writer = new byte[sizeof(ulong)];
        _wroteAs = _services.Dots.Actor;
        BinaryPrimitives.WriteUInt64LittleEndian(writer, _wroteAs.Value);
        _services.Engine.Append(new WriteBatch().Put(StoreKey.DroppedWriter(_partition), writer));
    }

    private void OnDropped(ObjectsDropped dropped)
    {
        if (!ReferenceEquals(dropped.Asked, _clearing)) return;
        try
        {
            if (dropped.Failure is { } failure) ClearAgain(failure);
            else Cleared();
        }
        catch (StorageException refused)
        {
            ClearAgain(refused.Message);
        }
    }

    private void Cleared()
    {
        if (_ring!.IsReceiver(_partition))
        {
            var sequence = _services.Engine.Append(new WriteBatch().Put(StoreKey.Receiving(_partition), Mark(_ring)));
            _services.Store.Tell(new ReplyWhenDurable(sequence, Self, Reply: null));
            IsUnderAnotherIdentity();
        }
        _clearing = null;
    }

    /// <summary>False: not yet, it is asked for.</summary>
    private bool IsUnderAnotherIdentity()
    {
        if (DroppedWriter != _services.Dots.Actor) return true;
        _services.Store.Tell(new RenewIdentity(DroppedWriter,
            $"Partition {_partition} comes back to this node, which has dropped what it wrote there before"));
        return false;
    }

    private void ClearAgain(string failure)
    {
        _log.Warning("What partition {0} held before it left this node cannot be dropped yet, it is tried again: {1}", _partition, failure);
        _clearingAgain = Context.System.Scheduler.ScheduleTellOnceCancelable(_clearAgain, Self, ClearRange.Instance, Self);
    }

    private sealed class ClearRange
    {
        public static readonly ClearRange Instance = new();
    }
}
