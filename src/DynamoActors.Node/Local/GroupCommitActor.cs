using Akka.Actor;
using Akka.Event;
using DynamoActors.Node.Messages;
using DynamoActors.Storage;

namespace DynamoActors.Node.Local;

/// <summary>
/// The only one to wait for the disk. Vnodes append to the engine themselves, which only touches memory, and send the acknowledgement here;
/// it goes out once a flush has covered it. While one flush runs, the next group gathers in the mailbox: group commit falls out of it.
/// </summary>
internal sealed class GroupCommitActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan _flushRetry = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan _newestEvery = TimeSpan.FromSeconds(1);

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly IStorageEngine _engine;
    private readonly DotSource _dots;
    private readonly UsedTime _usedTime;
    private readonly SeenCounters _seen;
    private readonly NodeClock _clock;
    private readonly LargePace _pace;
    private readonly List<ReplyWhenDurable> _waiting = [];
    private bool _flushPending;
    private bool _hasSmall;
    private bool _full;
    private bool _newestIsDue;

    public GroupCommitActor(LocalStore store, NodeClock clock, LargePace pace)
    {
        _engine = store.Engine;
        _dots = store.Dots;
        _usedTime = store.UsedTime;
        _seen = store.Seen;
        _clock = clock;
        _pace = pace;
        Receive<ReplyWhenDurable>(Enqueue);
        Receive<Flush>(_ => FlushAndReply());
        Receive<SmallWriteProbe.Probe>(probe => _pace.Waited(Context.System.Scheduler.HighResMonotonicClock - probe.SentAt));
        Receive<KeepNewest>(_ => AppendNewest());
        Receive<ExtendCounterLease>(_ => ExtendLease());
        Receive<RenewIdentity>(Renew);
        Receive<DropObjects>(Drop);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private void Enqueue(ReplyWhenDurable waiting)
    {
        _waiting.Add(waiting);
        _hasSmall |= !waiting.IsLarge;
        RequestFlush();
    }

    private void RequestFlush()
    {
        if (_flushPending) return;
        _flushPending = true;
        Self.Tell(Flush.Instance);
    }

    private void FlushAndReply()
    {
        _flushPending = false;
        try
        {
            _usedTime.Append(_clock);
            var began = Context.System.Scheduler.HighResMonotonicClock;
            long durable = _engine.Flush();
            var now = Context.System.Scheduler.HighResMonotonicClock;
            _pace.Flushed(now - began, now, _hasSmall);
            _hasSmall = false;
            if (_full) _log.Info("The disk has space again: writes are taken");
            _full = false;
            foreach (var waiting in _waiting)
            {
                if (waiting.Sequence > durable)
                    throw new InvalidOperationException(
                        $"The engine flushed to {durable}, but {waiting.Sequence} had been appended before");
                waiting.Span?.Durable();
                if (waiting.Reply is not null) waiting.ReplyTo.Tell(waiting.Reply);
            }
            _waiting.Clear();
            if (!_newestIsDue) Timers.StartSingleTimer(nameof(KeepNewest), KeepNewest.Instance, _newestEvery);
            _newestIsDue = true;
        }
        catch (StorageFullException full)
        {
            RefuseWaiting(full);
        }
    }

    private void AppendNewest()
    {
        _newestIsDue = false;
        try
        {
            if (_seen.AppendNewest()) RequestFlush();
        }
        catch (Exception refused) when (refused is StorageOverloadedException or StorageFullException)
        {
            // After the flush that succeeds next.
        }
    }

    private void RefuseWaiting(StorageFullException full)
    {
        if (!_full) _log.Error("Writes are refused until the disk has space: {0}", full.Message);
        _full = true;
        foreach (var waiting in _waiting) waiting.Refuse();
        _waiting.Clear();
        _flushPending = true;
        Timers.StartSingleTimer(nameof(Flush), Flush.Instance, _flushRetry);
    }

    /// <summary>It is asked for once, half a lease ahead: on a full disk it is tried until there is space.</summary>
    private void ExtendLease()
    {
        try
        {
            _dots.Extend();
        }
        catch (StorageFullException)
        {
            Timers.StartSingleTimer(nameof(ExtendCounterLease), ExtendCounterLease.Instance, _flushRetry);
        }
    }

    /// <summary>All that was appended before goes, too, and what is appended later stays.</summary>
    private void Drop(DropObjects drop)
    {
        var first = StoreKey.ObjectsOf(drop.Partition);
        string? failure = null;
        try
        {
            _engine.DropRange(first, StoreKey.Behind(first));
        }
        catch (StorageFullException full)
        {
            failure = full.Message;
        }
        Sender.Tell(new ObjectsDropped(drop, failure));
    }

    private void Renew(RenewIdentity renew)
    {
        if (_dots.Actor == renew.Suspect)
        {
            _dots.Renew();
            _log.Warning("{0}. It makes its writes under the new identity {1:x16} from now on", renew.Reason, _dots.Actor);
        }
        Sender.Tell(new IdentityRenewed(_dots.Actor));
    }

    private sealed class KeepNewest
    {
        public static readonly KeepNewest Instance = new();
    }

    private sealed class Flush
    {
        public static readonly Flush Instance = new();
    }
}
