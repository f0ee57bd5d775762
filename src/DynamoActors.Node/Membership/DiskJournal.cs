using System.Collections.Immutable;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Event;
using Akka.Persistence;
using Akka.Persistence.Journal;
using DynamoActors.Storage;
using DynamoActors.Storage.Journal;

namespace DynamoActors.Node.Membership;

/// <summary>
/// Akka.Persistence's journal in the node's data directory, a file for each persistence id. Its methods block until the disk has answered
/// and return completed tasks: nothing of it leaves the thread that it runs on.
/// </summary>
/// <remarks>After a failed write the actor that persists stops; the file is read again before anything else is written to it, so the log is
/// forgotten.</remarks>
public sealed class DiskJournal : AsyncWriteJournal
{
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<string, EventLog> _logs = [];
    private readonly DiskJournalSetup _disk;

    /// <summary>Akka.Persistence makes it, with the plugin's section of the configuration.</summary>
    public DiskJournal(Config plugin)
    {
        _disk = Context.System.Settings.Setup.Get<DiskJournalSetup>() is { HasValue: true } setup
            ? setup.Value
            : throw new ConfigurationException(
                "The journal needs a DiskJournalSetup among the actor system's setups, which names its disk and directory.");
    }

    public override Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr, CancellationToken cancellation) =>
        Completed(() => LogOf(persistenceId).HighestSequenceNr);

    public override Task ReplayMessagesAsync(
        IActorContext context, string persistenceId, long fromSequenceNr, long toSequenceNr, long max,
        Action<IPersistentRepresentation> recoveryCallback) =>
        Completed(() =>
        {
            long replayed = 0;
            foreach (var one in LogOf(persistenceId).Events)
            {
                if (one.SequenceNr < fromSequenceNr) continue;
                if (one.SequenceNr > toSequenceNr || replayed++ == max) break;
                object payload = Context.System.Serialization.Deserialize(one.Payload, one.SerializerId, one.Manifest);
                recoveryCallback(new Persistent(payload, one.SequenceNr, persistenceId, one.Manifest));
            }
            return replayed;
        });

    protected override Task<IImmutableList<Exception?>> WriteMessagesAsync(
        IEnumerable<AtomicWrite> messages, CancellationToken cancellation) =>
        Completed<IImmutableList<Exception?>?>(() =>
        {
            foreach (var message in messages) Write(message);
            // None was rejected.
            return null;
        })!;

    protected override Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr, CancellationToken cancellation) =>
        Task.FromException(new NotSupportedException($"The journal keeps all events of {persistenceId}: nothing deletes any."));

    private void Write(AtomicWrite write)
    {
        var events = ((IEnumerable<IPersistentRepresentation>)write.Payload).Select(Serialized).ToArray();
        try
        {
            LogOf(write.PersistenceId).Append(events);
        }
        catch
        {
            _logs.Remove(write.PersistenceId);
            throw;
        }
    }

    private EventRecord Serialized(IPersistentRepresentation persistent)
    {
        var serializer = Context.System.Serialization.FindSerializerFor(persistent.Payload);
        return new EventRecord(
            persistent.SequenceNr, Context.System.Scheduler.Now.UtcTicks, serializer.Identifier,
            Akka.Serialization.Serialization.ManifestFor(serializer, persistent.Payload), serializer.ToBinary(persistent.Payload));
    }

    private EventLog LogOf(string persistenceId)
    {
        if (!_logs.TryGetValue(persistenceId, out var log))
            _logs[persistenceId] = log = EventLog.Open(_disk.Files, DiskJournalSetup.PathOf(_disk.Directory, persistenceId),
                cut => _log.Warning(cut));
        return log;
    }

    private static Task<T> Completed<T>(Func<T> work)
    {
        try
        {
            return Task.FromResult(work());
        }
        catch (Exception failure)
        {
            return Task.FromException<T>(failure);
        }
    }
}

/// <summary>The disk and the directory of an actor system's journal.</summary>
public sealed class DiskJournalSetup(IFileSystem files, string directory) : Setup
{
    public IFileSystem Files { get; } = files;

    public string Directory { get; } = directory;

    /// <summary>What to do about a damaged journal, for the log.</summary>
    public string RepairAdvice { get; init; } = "";

    /// <summary>Letters, digits and _ of a persistence id stay; every other character becomes %XX, so that no id leaves the
    /// directory.</summary>
    public static string PathOf(string directory, string persistenceId) => Path.Combine(directory,
        string.Concat(persistenceId.Select(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_' ? letter.ToString()
            : $"%{(int)letter:X2}")) + ".journal");
}
