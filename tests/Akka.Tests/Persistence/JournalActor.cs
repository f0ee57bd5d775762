using Akka.Actor;
using Akka.Persistence;

namespace Akka.Tests.Persisting;

/// <summary>Its state is the list of its events. Told a word, it persists it; told a command of its table, it does that.</summary>
internal sealed class JournalActor : ReceivePersistentActor
{
    private readonly TaskCompletionSource<Exception>? _recoveryFailure;
    private readonly List<string> _events = [];
    private string _recovered = "";
    private IActorRef? _asked;

    public JournalActor(TaskCompletionSource<Exception>? recoveryFailure)
    {
        _recoveryFailure = recoveryFailure;

        Recover<SnapshotOffer>(offer => _events.Add($"[{offer.Snapshot}]"));
        Recover<string>(_events.Add);
        Recover<RecoveryCompleted>(_ => _recovered = $"recovered {LastSequenceNr}");

        Command<string>(_ => Sender.Tell($"{string.Join(' ', _events)} | {_recovered}"), s => s == "state");
        Command<string>(_ => Snapshot(), s => s == "snapshot");
        Command<SaveSnapshotSuccess>(saved => _asked?.Tell($"saved {saved.Metadata.SequenceNr}"));
        Command<string>(s => Delete(s), s => s.StartsWith("delete ", StringComparison.Ordinal));
        Command<DeleteMessagesSuccess>(deleted => _asked?.Tell($"deleted {deleted.ToSequenceNr}"));
        Command<string>(_ => throw new InvalidOperationException("asked to crash"), s => s == "crash");
        Command<string>(s => All(s[4..].Split(',')), s => s.StartsWith("all ", StringComparison.Ordinal));
        Command<string>(_ => Persist(new object(), _ => { }), s => s == "unserialisable");
        Command<string>(_ => Other(), s => s == "become");
        Command<string>(_ => WatchWhilePersisting(), s => s == "watch");
        Command<Terminated>(_ => _asked?.Tell($"watched actor ended after {_events[^1]}"));
        Command<string>(s => Persist(s, e =>
        {
            _events.Add(e);
            Sender.Tell($"{e} at {LastSequenceNr}");
        }));
    }

    public override string PersistenceId => "journal actor";

    protected override void OnRecoveryFailure(Exception reason, object? message = null) => _recoveryFailure?.TrySetResult(reason);

    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr) => Sender.Tell($"rejected {cause.Message}");

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) => Sender.Tell($"failed {cause.Message}");

    private void Snapshot()
    {
        _asked = Sender;
        SaveSnapshot(string.Join(' ', _events));
    }

    private void Delete(string command)
    {
        _asked = Sender;
        DeleteMessages(long.Parse(command[7..]));
    }

    private void All(string[] events) => PersistAll(events, e =>
    {
        _events.Add(e);
        if (e == events[^1]) Sender.Tell($"{e} at {LastSequenceNr}");
    });

    private void WatchWhilePersisting()
    {
        _asked = Sender;
        var child = Context.ActorOf(Props.Create(() => new Child()));
        Context.Watch(child);
        Context.Stop(child);
        Persist("w", _events.Add);
    }

    private void Other()
    {
        Become(() => Command<string>(s => Sender.Tell($"other {s}")));
        Sender.Tell("other");
    }

    private sealed class Child : UntypedActor
    {
        protected override void OnReceive(object message) => Unhandled(message);
    }
}
