namespace Akka.Persistence.Journal;

/// <summary>Keeps events as they are, in memory, as long as the actor system lives.</summary>
internal sealed class MemoryJournal : JournalPlugin
{
    private readonly Dictionary<string, List<PersistedEvent>> _events = [];
    private readonly Dictionary<string, long> _highest = [];

    protected override void Write(string persistenceId, IReadOnlyList<PersistedEvent> events)
    {
        EventsOf(persistenceId).AddRange(events);
        _highest[persistenceId] = events[^1].SequenceNr;
    }

    protected override IEnumerable<PersistedEvent> Read(string persistenceId, out long highestSequenceNr)
    {
        highestSequenceNr = _highest.GetValueOrDefault(persistenceId);
        return EventsOf(persistenceId);
    }

    protected override void Delete(string persistenceId, long to) => EventsOf(persistenceId).RemoveAll(@event => @event.SequenceNr <= to);

    private List<PersistedEvent> EventsOf(string persistenceId)
    {
        if (!_events.TryGetValue(persistenceId, out var events)) _events[persistenceId] = events = [];
        return events;
    }
}
