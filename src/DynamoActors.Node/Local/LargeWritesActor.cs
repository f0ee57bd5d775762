using Akka.Actor;
using Akka.Event;
using DynamoActors.Storage;

namespace DynamoActors.Node.Local;

/// <summary>
/// Waits for the disk to have large values, so that <see cref="GroupCommitActor"/>, which makes them durable with all others, does not.
/// While one group is written, the next gathers in the mailbox.
/// </summary>
internal sealed class LargeWritesActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan _retry = TimeSpan.FromMilliseconds(500);

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly IStorageEngine _engine;
    private readonly IActorRef _store;
    private readonly List<ReplyWhenDurable> _waiting = [];
    private bool _writePending;
    private bool _full;

    public LargeWritesActor(IStorageEngine engine, IActorRef store)
    {
        _engine = engine;
        _store = store;
        Receive<ReplyWhenDurable>(Enqueue);
        Receive<WriteLarge>(_ => Write());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private void Enqueue(ReplyWhenDurable waiting)
    {
        _waiting.Add(waiting);
        if (_writePending) return;
        _writePending = true;
        Self.Tell(WriteLarge.Instance);
    }

    private void Write()
    {
        _writePending = false;
        try
        {
            _engine.WriteLarge();
            if (_full) _log.Info("The disk has space again: large values are taken");
            _full = false;
            foreach (var waiting in _waiting) _store.Tell(waiting);
        }
        catch (StorageFullException full)
        {
            if (!_full) _log.Error("Large values are refused until the disk has space: {0}", full.Message);
            _full = true;
            foreach (var waiting in _waiting) waiting.Refuse();
            _writePending = true;
            Timers.StartSingleTimer(nameof(WriteLarge), WriteLarge.Instance, _retry);
        }
        _waiting.Clear();
    }

    private sealed class WriteLarge
    {
        public static readonly WriteLarge Instance = new();
    }
}
