using Akka.Actor;

namespace Akka.Persistence.Journal;

/// <summary>An event with its number, in memory.</summary>
internal readonly record struct PersistedEvent(long SequenceNr, object Payload);

/// <summary>Events to be written together or not at all. Without any, a place in the order of replies for something deferred.</summary>
/// <param name="Sender">Of the command that brought them about; the reply carries it on.</param>
internal sealed record EventWrite(IReadOnlyList<PersistedEvent> Events, IActorRef Sender);

/// <summary>Replied to with an <see cref="EventsWritten"/>, <see cref="EventsRejected"/> or <see cref="EventsNotWritten"/> for each write, in order.</summary>
/// <param name="ActorInstance">Tells the replies for a restarted actor from those for its predecessor.</param>
internal sealed record WriteEvents(string PersistenceId, IReadOnlyList<EventWrite> Writes, IActorRef PersistentActor, int ActorInstance);

internal abstract record WriteReply(EventWrite Write, int ActorInstance, bool IsLast);

/// <summary>Durable, as far as this journal goes.</summary>
internal sealed record EventsWritten(EventWrite Write, int ActorInstance, bool IsLast) : WriteReply(Write, ActorInstance, IsLast);

/// <summary>Not written, because they cannot be: the journal itself is well.</summary>
internal sealed record EventsRejected(EventWrite Write, int ActorInstance, bool IsLast, Exception Cause) : WriteReply(Write, ActorInstance, IsLast);

/// <summary>Perhaps written, perhaps not; the next recovery tells.</summary>
internal sealed record EventsNotWritten(EventWrite Write, int ActorInstance, bool IsLast, Exception Cause) : WriteReply(Write, ActorInstance, IsLast);

/// <summary>Replied to with an <see cref="EventReplayed"/> for each event, then <see cref="ReplayCompleted"/> or <see cref="ReplayFailed"/>.</summary>
/// <param name="FailsWhereDeleted">The events from <paramref name="From"/> on are needed: having deleted any of them is a failure.</param>
internal sealed record ReplayEvents(
    string PersistenceId, long From, long To, long Max, bool FailsWhereDeleted, IActorRef PersistentActor, int ActorInstance);

internal abstract record ReplayReply(int ActorInstance);

internal sealed record EventReplayed(PersistedEvent Event, int ActorInstance) : ReplayReply(ActorInstance);

internal sealed record ReplayCompleted(long HighestSequenceNr, int ActorInstance) : ReplayReply(ActorInstance);

internal sealed record ReplayFailed(Exception Cause, int ActorInstance) : ReplayReply(ActorInstance);

/// <summary>Replied to with <see cref="DeleteMessagesSuccess"/> or <see cref="DeleteMessagesFailure"/>.</summary>
internal sealed record DeleteEvents(string PersistenceId, long To, IActorRef PersistentActor);
