using Akka.Actor;
using DynamoActors.Node.Messages;

namespace DynamoActors.Node.Local;

/// <summary>Vnode to store: send the reply once everything up to the sequence number is durable.</summary>
internal sealed class ReplyWhenDurable(long sequence, IActorRef replyTo, ReplicaReply? reply)
{
    public long Sequence { get; } = sequence;
    public IActorRef ReplyTo { get; } = replyTo;
    /// <summary>Null: nobody waits, but durable it shall be.</summary>
    public ReplicaReply? Reply { get; } = reply;
}

/// <summary>Half of the leased dot counters are used.</summary>
internal sealed class ExtendCounterLease
{
    public static readonly ExtendCounterLease Instance = new();
}

/// <summary>The identity may have made dots that this directory does not know of: take a new one. Answered with
/// <see cref="IdentityRenewed"/>.</summary>
internal sealed class RenewIdentity(ulong suspect, string reason)
{
    /// <summary>For the log: a sentence without its end.</summary>
    public string Reason { get; } = reason;

    /// <summary>The identity that is suspected; a renewal that has already happened is not repeated.</summary>
    public ulong Suspect { get; } = suspect;
}

internal sealed class IdentityRenewed(ulong actor)
{
    public ulong Actor { get; } = actor;
}
