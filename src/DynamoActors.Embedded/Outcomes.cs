using DynamoActors.Client;
using DynamoActors.Client.Values;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Requests;

namespace DynamoActors.Embedded;

/// <summary>What became of a request, in the words of the client. Pure.</summary>
internal static class Outcomes
{
    private const string NoType = "application/octet-stream";

    public static GetResult<ReadOnlyMemory<byte>> OfRead(string bucket, DynamoKey key, ClientOutcome outcome) => outcome switch
    {
        ObjectRead { Object: { IsDeleted: false } read } => Versions(read, ContextOf(bucket, key, read.Context)),
        ObjectRead nothing => new Absent<ReadOnlyMemory<byte>>(ContextOf(bucket, key, nothing.Object?.Context ?? VersionVector.Empty)),
        QuorumNotReached missed => NotRead(WhyNotRead.QuorumNotReached, Detail(missed)),
        NodeOverloaded overloaded => NotRead(WhyNotRead.Overloaded, overloaded.Reason),
        NodeNotReady notReady => NotRead(WhyNotRead.Overloaded, notReady.Reason),
        RequestRefused refused => NotRead(WhyNotRead.Refused, refused.Reason),
        _ => throw Unforeseen(outcome),
    };

    public static WriteResult OfWrite(string bucket, DynamoKey key, ClientOutcome outcome) => outcome switch
    {
        ObjectWritten written => new Written(ContextOf(bucket, key, written.Context), written.Object.EntityTag),
        ConditionFailed failed => new NotWritten(WhyNotWritten.ConditionFailed, "The key holds something else than the write is for.",
            failed.Current is { } current ? ContextOf(bucket, key, current.Context) : default),
        TooManySiblings many => new NotWritten(WhyNotWritten.TooManySiblings,
            $"The write would leave {many.Count} siblings, and the bucket allows {many.Max}."),
        ObjectTooLarge large => new NotWritten(WhyNotWritten.TooManySiblings,
            $"The write would leave {large.Count} siblings of {large.Bytes:N0} bytes together (dynamo.object-bytes-max)."),
        // Time that ran out proves nothing about the replicas that stayed silent.
        QuorumNotReached { Unknown: true } or QuorumNotReached { TimedOut: true } => new Unknown(Detail((QuorumNotReached)outcome)),
        QuorumNotReached missed => new NotWritten(WhyNotWritten.QuorumNotReached, Detail(missed)),
        NodeOverloaded overloaded => new NotWritten(WhyNotWritten.Overloaded, overloaded.Reason),
        NodeNotReady notReady => new NotWritten(WhyNotWritten.Overloaded, notReady.Reason),
        RequestRefused refused => new NotWritten(WhyNotWritten.Refused, refused.Reason),
        _ => throw Unforeseen(outcome),
    };

    /// <summary>The same of values of a type.</summary>
    public static GetResult<T> Typed<T>(GetResult<ReadOnlyMemory<byte>> read, ValueCodec<T> codec)
    {
        switch (read)
        {
            case Found<ReadOnlyMemory<byte>> found:
                return codec.TryDecode(found.Value.ToArray(), out var value, out var error)
                    ? new Found<T>(value, found.Context, found.ETag, found.ContentType, found.LastModified)
                    : new NotRead<T>(WhyNotRead.Malformed, error);
            case Conflict<ReadOnlyMemory<byte>> conflict:
                var siblings = new List<DynamoSibling<T>>();
                foreach (var one in conflict.Siblings)
                {
                    if (!codec.TryDecode(one.Value.ToArray(), out value, out error)) return new NotRead<T>(WhyNotRead.Malformed, error);
                    siblings.Add(new DynamoSibling<T>(value, one.ContentType, one.LastModified, one.Dot));
                }

                return new Conflict<T>(siblings, conflict.Context, conflict.ETag);
            case NotRead<ReadOnlyMemory<byte>> not:
                return new NotRead<T>(not.Why, not.Detail);
            default:
                return new Absent<T>(((Absent<ReadOnlyMemory<byte>>)read).Context);
        }
    }

    /// <summary>Why a question has no answer, as a sentence.</summary>
    public static string WhyNot(ClientOutcome outcome) => outcome switch
    {
        QuorumNotReached missed => Detail(missed),
        NodeOverloaded overloaded => overloaded.Reason,
        NodeNotReady notReady => notReady.Reason,
        RequestRefused refused => refused.Reason,
        _ => throw Unforeseen(outcome),
    };

    private static GetResult<ReadOnlyMemory<byte>> Versions(VersionedObject read, DynamoContext context)
    {
        var live = read.Siblings.Where(sibling => !sibling.IsTombstone).ToList();
        return live is [var one]
            ? new Found<ReadOnlyMemory<byte>>(
                one.Value, context, read.EntityTag, one.ContentType ?? NoType, SecondOf(read.LatestTime))
            : new Conflict<ReadOnlyMemory<byte>>(
                [.. live.Select(sibling => new DynamoSibling<ReadOnlyMemory<byte>>(
                    sibling.Value, sibling.ContentType ?? NoType, SecondOf(sibling.Time), sibling.Dot.ToString()))],
                context, read.EntityTag);
    }

    private static DynamoContext ContextOf(string bucket, DynamoKey key, VersionVector context) =>
        new(ContextText.ToText(context, bucket, key.Bytes.Span));

    private static DateTimeOffset SecondOf(HybridTime time) => DateTimeOffset.FromUnixTimeSeconds(time.UnixMilliseconds / 1000);

    private static NotRead<ReadOnlyMemory<byte>> NotRead(WhyNotRead why, string detail) => new(why, detail);

    private static string Detail(QuorumNotReached missed) =>
        missed.NobodyAsked ? $"{missed.What}={missed.Required} is needed; fewer nodes can be reached, so none was asked."
        : $"{missed.What}={missed.Required} is needed; {missed.Reached} answered"
            + (missed.TimedOut ? " before the request's time ran out." : ".");

    private static InvalidOperationException Unforeseen(ClientOutcome outcome) => new($"The node gave a {outcome.GetType().Name}.");
}
