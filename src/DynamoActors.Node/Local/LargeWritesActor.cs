using Akka.Actor;
using Akka.Event;
using DynamoActors.Storage;

namespace DynamoActors.Node.Local;

/// <summary>
/// Waits for the disk to have large values, so that <see cref="GroupCommitActor"/>, which makes them durable with all others, does not.
/// They are written a piece at a time, in the order in which they came, with pauses that leave disk and processor to others
/// (<see cref="LargePace"/>).
/// </summary>
internal sealed class LargeWritesActor : ReceiveActor, IWithTimers
{
    private const long PieceBytes = 1 << 20;

    private static readonly TimeSpan _retry = TimeSpan.FromMilliseconds(500);

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly IStorageEngine _engine;
    private readonly IActorRef _store;
    private readonly LargePace _pace;
    private readonly IActorRef _probe;
    private readonly Queue<(ReplyWhenDurable Reply, long Through)> _waiting = new();
    private long _through;
    private long _written;
    private bool _writePending;
    private bool _full;

    public LargeWritesActor(IStorageEngine engine, IActorRef store, LargePace pace)
    {
        _engine = engine;
        _store = store;
        _pace = pace;
        _probe = Context.ActorOf(Props.Create(typeof(SmallWriteProbe), store), "probe");
        Receive<ReplyWhenDurable>(Enqueue);
        Receive<WriteLarge>(_ => Write());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private void Enqueue(ReplyWhenDurable waiting)
    {
        // What had nothing to append waits for what its vnode has sent before.
        _through = Math.Max(_through, waiting.Sequence);
        _waiting.Enqueue((waiting, _through));
        if (!_writePending) WriteIn(TimeSpan.Zero);
    }

    private void WriteIn(TimeSpan pause)
    {
        _writePending = true;
        if (pause > TimeSpan.Zero) Timers.StartSingleTimer(nameof(WriteLarge), WriteLarge.Instance, pause);
        else Self.Tell(WriteLarge.Instance);
    }

    private void Write()
    {
        _writePending = false;
        try
        {
            _probe.Tell(new SmallWriteProbe.Probe(Context.System.Scheduler.HighResMonotonicClock));
            var written = _engine.WriteLarge(PieceBytes);
            // A piece may fit, and the rest of its value not.
            if (_full && written > _written)
            {
                _log.Info("The disk has space again: large values are taken");
                _full = false;
            }

            _written = written;
            while (_waiting.TryPeek(out var first) && first.Through <= written)
                _store.Tell(_waiting.Dequeue().Reply with { IsLarge = true });
            var pause = _pace.Written(PieceBytes, Context.System.Scheduler.HighResMonotonicClock);
            if (written < _through) WriteIn(pause);
        }
        catch (StorageFullException full)
        {
            if (!_full) _log.Error("Large values are refused until the disk has space: {0}", full.Message);
            _full = true;
            while (_waiting.TryDequeue(out var waiting)) waiting.Reply.Refuse();
            WriteIn(_retry);
        }
    }

    private sealed class WriteLarge
    {
        public static readonly WriteLarge Instance = new();
    }
}
