using Akka.Actor;
using Akka.Configuration;
using Akka.Embedded.Persistence;
using Akka.Event;
using AkkaSerialization = Akka.Serialization.Serialization;

namespace Akka.Persistence.Snapshot;

/// <summary>The store <c>akka.persistence.snapshot-store.local</c>: a <see cref="SnapshotFile"/> for each snapshot.</summary>
internal sealed class LocalSnapshotStore : SnapshotStorePlugin
{
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly AkkaSerialization _serialization = Context.System.Serialization;
    private readonly IJournalFiles _files;

    public LocalSnapshotStore(Config plugin) => _files = PluginFiles.Open(Context.System, plugin);

    protected override SnapshotOffer? Load(string persistenceId, SnapshotSelectionCriteria criteria, out bool hasPassedOverDamaged)
    {
        hasPassedOverDamaged = false;
        foreach (var (name, metadata) in Matching(persistenceId, criteria).Reverse())
        {
            try
            {
                if (_files.Read(name) is not { } bytes) continue;
                var file = SnapshotFile.Read(Path.Combine(_files.Location, name), bytes);
                return new SnapshotOffer(metadata, _serialization.Deserialize(file.Payload, file.SerializerId, file.Manifest));
            }
            catch (JournalDamagedException e)
            {
                _log.Warning($"{e.Message}. Trying the snapshot before it, and more events");
                hasPassedOverDamaged = true;
            }
        }
        return null;
    }

    protected override void Save(SnapshotMetadata metadata, object snapshot)
    {
        var serializer = _serialization.FindSerializerFor(snapshot);
        var file = new SnapshotFile(serializer.Identifier, AkkaSerialization.ManifestFor(serializer, snapshot), serializer.ToBinary(snapshot));
        _files.Replace(SnapshotFile.NameOf(metadata.PersistenceId, metadata.SequenceNr, metadata.Timestamp.Ticks), file.ToBytes());
    }

    protected override void Delete(string persistenceId, SnapshotSelectionCriteria criteria)
    {
        foreach (var (name, _) in Matching(persistenceId, criteria).ToArray())
            _files.Delete(name);
    }

    // The names sort by sequence number, then time, because both have a fixed width.
    private IEnumerable<(string Name, SnapshotMetadata Metadata)> Matching(string persistenceId, SnapshotSelectionCriteria criteria)
    {
        foreach (string name in _files.List())
        {
            if (!SnapshotFile.TryParse(name, persistenceId, out long sequenceNr, out long timestamp)) continue;
            var metadata = new SnapshotMetadata(persistenceId, sequenceNr, new DateTime(timestamp, DateTimeKind.Utc));
            if (criteria.Takes(metadata)) yield return (name, metadata);
        }
    }
}
