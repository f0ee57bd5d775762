using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.Persistence.Journal;
using AkkaSerialization = Akka.Serialization.Serialization;

namespace Akka.Embedded.Persistence;

/// <summary>The journal <c>akka.persistence.journal.file</c>: a <see cref="JournalLog"/> for each persistence id.</summary>
internal sealed class FileJournal : JournalPlugin
{
    private readonly Dictionary<string, JournalLog> _logs = [];
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly AkkaSerialization _serialization = Context.System.Serialization;
    private readonly IScheduler _clock = Context.System.Scheduler;
    private readonly IJournalFiles _files;

    public FileJournal(Config plugin) => _files = PluginFiles.Open(Context.System, plugin);

    // Should it fail, the file may end in a part of the record. The actor stops then, and the recovery of its successor reads the file
    // again: that cuts the part off, or takes the record for written.
    protected override void Write(string persistenceId, IReadOnlyList<PersistedEvent> events) => LogOf(persistenceId).Append(Serialized(events));

    protected override StoredEvents Read(string persistenceId)
    {
        var log = LogOf(persistenceId);
        var entries = log.ReadAll();
        return new StoredEvents(entries.Select(Deserialized), log.HighestSequenceNr, log.DeletedTo);
    }

    protected override void Delete(string persistenceId, long to) => LogOf(persistenceId).DeleteTo(to);

    private JournalLog LogOf(string persistenceId)
    {
        if (!_logs.TryGetValue(persistenceId, out var log))
            _logs[persistenceId] = log = JournalLog.Open(_files, FileNames.JournalOf(persistenceId), cut => _log.Warning(cut));
        return log;
    }

    private JournalEntry[] Serialized(IReadOnlyList<PersistedEvent> events)
    {
        try
        {
            return [.. events.Select(Serialized)];
        }
        catch (Exception cause)
        {
            throw new EventsRejectedException(cause);
        }
    }

    private JournalEntry Serialized(PersistedEvent @event)
    {
        var serializer = _serialization.FindSerializerFor(@event.Payload);
        return new JournalEntry(
            @event.SequenceNr, _clock.Now.UtcTicks, serializer.Identifier,
            AkkaSerialization.ManifestFor(serializer, @event.Payload), serializer.ToBinary(@event.Payload));
    }

    private PersistedEvent Deserialized(JournalEntry entry) =>
        new(entry.SequenceNr, _serialization.Deserialize(entry.Payload, entry.SerializerId, entry.Manifest));
}
