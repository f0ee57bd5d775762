namespace Akka.Persistence.Journal;

/// <summary>Keeps events as they are, in memory, as long as the actor system lives.</summary>
internal sealed class MemoryJournal : JournalPlugin
{
    private readonly Dictionary<string, List<PersistedEvent>> _events = [];
    private readonly Dictionary<string, long> _highest = [];
    private readonly Dictionary<string, long> _deletedTo = [];

    protected override void Write(string persistenceId, IReadOnlyList<PersistedEvent> events)
    {
        EventsOf(persistenceId).AddRange(events);
        _highest[persistenceId] = events[^1].SequenceNr;
    }

    protected override StoredEvents Read(string persistenceId) =>
        new(EventsOf(persistenceId), _highest.GetValueOrDefault(persistenceId), _deletedTo.GetValueOrDefault(persistenceId));

    protected override void Delete(string persistenceId, long to)
    {
        EventsOf(persistenceId).RemoveAll(@event => @event.SequenceNr <= to);
        _deletedTo[persistenceId] = Math.Max(_deletedTo.GetValueOrDefault(persistenceId), Math.Min(to, _highest.GetValueOrDefault(persistenceId)));
    }

    private List<PersistedEvent> EventsOf(string persistenceId)
    {
        if (!_events.TryGetValue(persistenceId, out var events)) _events[persistenceId] = events = [];
        return events;
    }
}
