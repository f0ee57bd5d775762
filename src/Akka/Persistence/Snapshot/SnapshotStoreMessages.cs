using Akka.Actor;

namespace Akka.Persistence.Snapshot;

/// <summary>Replied to with a <see cref="SnapshotLoaded"/> or <see cref="SnapshotNotLoaded"/>.</summary>
internal sealed record LoadSnapshot(string PersistenceId, SnapshotSelectionCriteria Criteria, IActorRef PersistentActor, int ActorInstance);

internal abstract record LoadReply(int ActorInstance);

/// <param name="Offer">Null where no snapshot meets the criteria.</param>
/// <param name="HasPassedOverDamaged">A newer one could not be read: its events must all be in the journal still.</param>
internal sealed record SnapshotLoaded(SnapshotOffer? Offer, bool HasPassedOverDamaged, int ActorInstance) : LoadReply(ActorInstance);

internal sealed record SnapshotNotLoaded(Exception Cause, int ActorInstance) : LoadReply(ActorInstance);

/// <summary>Replied to with a <see cref="SaveSnapshotSuccess"/> or <see cref="SaveSnapshotFailure"/>.</summary>
internal sealed record SaveSnapshot(string PersistenceId, long SequenceNr, object Snapshot);

/// <summary>Replied to with a <see cref="DeleteSnapshotSuccess"/> or <see cref="DeleteSnapshotFailure"/>.</summary>
internal sealed record DeleteSnapshot(SnapshotMetadata Metadata);

/// <summary>Replied to with a <see cref="DeleteSnapshotsSuccess"/> or <see cref="DeleteSnapshotsFailure"/>.</summary>
internal sealed record DeleteSnapshots(string PersistenceId, SnapshotSelectionCriteria Criteria);
