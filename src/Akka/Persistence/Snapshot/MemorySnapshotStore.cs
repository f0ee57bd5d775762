namespace Akka.Persistence.Snapshot;

/// <summary>Keeps snapshots as they are, in memory, as long as the actor system lives.</summary>
internal sealed class MemorySnapshotStore : SnapshotStorePlugin
{
    private readonly List<SnapshotOffer> _snapshots = [];

    protected override SnapshotOffer? Load(string persistenceId, SnapshotSelectionCriteria criteria, out bool hasPassedOverDamaged)
    {
        hasPassedOverDamaged = false;
        return _snapshots.Where(s => IsOneOf(s, persistenceId, criteria)).MaxBy(s => (s.Metadata.SequenceNr, s.Metadata.Timestamp));
    }

    protected override void Save(SnapshotMetadata metadata, object snapshot)
    {
        _snapshots.RemoveAll(s => s.Metadata.PersistenceId == metadata.PersistenceId && s.Metadata.SequenceNr == metadata.SequenceNr);
        _snapshots.Add(new SnapshotOffer(metadata, snapshot));
    }

    protected override void Delete(string persistenceId, SnapshotSelectionCriteria criteria) =>
        _snapshots.RemoveAll(s => IsOneOf(s, persistenceId, criteria));

    private static bool IsOneOf(SnapshotOffer snapshot, string persistenceId, SnapshotSelectionCriteria criteria) =>
        snapshot.Metadata.PersistenceId == persistenceId && criteria.Takes(snapshot.Metadata);
}
