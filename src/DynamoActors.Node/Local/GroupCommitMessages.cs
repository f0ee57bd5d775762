using Akka.Actor;
using DynamoActors.Node.Messages;
using DynamoActors.Node.Tracing;

namespace DynamoActors.Node.Local;

/// <summary>Vnode to store: send the reply once everything up to the sequence number is durable.</summary>
/// <param name="Reply">Null: nobody waits, but durable it shall be.</param>
internal sealed record ReplyWhenDurable(long Sequence, IActorRef ReplyTo, ReplicaReply? Reply)
{
    /// <summary>It has waited for large values, and what follows is the least of it.</summary>
    public bool IsLarge { get; init; }

    /// <summary>Null: the write is not traced.</summary>
    public ReplicaSpan? Span { get; init; }

    /// <summary>The disk is full: what was appended stays in memory until it has space, so the outcome of the write is unknown.</summary>
    public void Refuse()
    {
        Span?.Durable();
        if (Reply is { } reply) ReplyTo.Tell(new ReplicaRefused(reply.RequestId, reply.Slot, RefusalReason.NotDurable, Epoch: 0));
    }
}

/// <summary>Vnode to store: nothing of the partition's objects shall be left. Answered with <see cref="ObjectsDropped"/>, durable.
/// Known by its reference, not by its contents.</summary>
internal sealed class DropObjects(int partition)
{
    public int Partition { get; } = partition;
}

/// <param name="Failure">What the disk said; null: they are gone.</param>
internal sealed record ObjectsDropped(DropObjects Asked, string? Failure);

/// <summary>Half of the leased dot counters are used.</summary>
internal sealed record ExtendCounterLease
{
    public static readonly ExtendCounterLease Instance = new();
}

/// <summary>The identity may have made dots that this directory does not know of: take a new one. Answered with
/// <see cref="IdentityRenewed"/>.</summary>
/// <param name="Suspect">The identity that is suspected; a renewal that has already happened is not repeated.</param>
/// <param name="Reason">For the log: a sentence without its end.</param>
internal sealed record RenewIdentity(ulong Suspect, string Reason);

internal sealed record IdentityRenewed(ulong Actor);
