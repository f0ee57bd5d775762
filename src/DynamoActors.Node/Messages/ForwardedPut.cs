using Akka.Actor;
using DynamoActors.Core.Counters;
using DynamoActors.Core.Quorum;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Requests;
using DynamoActors.Node.Tracing;

namespace DynamoActors.Node.Messages;

/// <summary>A put that a node which owns no replica of the key hands to one that does.</summary>
internal sealed record ForwardedPut(
    long RequestId, string Bucket, ReadOnlyMemory<byte> Key, VersionVector? Context, ReadOnlyMemory<byte> Value, string? ContentType,
    bool Tombstone, TimeSpan? Ttl, QuorumOverrides Quorum, TimeSpan Timeout) : IRefusable, IOfRequest
{
    public TraceParent? Trace { get; init; }

    public CounterAdd? Add { get; init; }

    public object NotSent() =>
        new ForwardedPutAnswer(RequestId, new NodeNotReady("The owner that was to coordinate the write cannot be reached."));

    public static ForwardedPut From(long requestId, PutObject put, VersionVector? context, TimeSpan timeout, TraceParent? trace) =>
        new(requestId, put.Bucket, put.Key, context, put.Value, put.ContentType, put.Tombstone, put.Ttl, put.Quorum, timeout)
        {
            Trace = trace,
            Add = put.Add,
        };

    public PutObject ToRequest(IActorRef coordinator, IActorRef origin) => new(Bucket, Key, new OriginReply(RequestId, coordinator, origin))
    {
        Context = Context,
        Value = Value,
        ContentType = ContentType,
        Tombstone = Tombstone,
        Ttl = Ttl,
        Quorum = Quorum,
        Timeout = Timeout,
        Trace = Trace,
        Add = Add,
    };

    /// <summary>The client of a forwarded put is the coordinator that forwarded it.</summary>
    private sealed class OriginReply(long requestId, IActorRef coordinator, IActorRef origin) : IClientReply
    {
        public void Complete(ClientOutcome outcome) => origin.Tell(new ForwardedPutAnswer(requestId, outcome), coordinator);
    }
}

/// <summary>What became of it: <see cref="ObjectWritten"/>, or why not.</summary>
internal sealed record ForwardedPutAnswer(long RequestId, ClientOutcome Outcome) : IMayBeLost, IOfRequest;
