using DynamoActors.Core.Versioning;
using DynamoActors.Node.Requests;

namespace DynamoActors.Http.Answers;

/// <summary>The headers of our own.</summary>
internal static class DynamoHeaders
{
    /// <summary>The causal context: given with every object, taken with every write.</summary>
    public const string Context = "X-Dynamo-Context";

    /// <summary>The epoch of the ring that the node had when it answered; 0 before it has one. On every answer of a node.</summary>
    public const string Epoch = "X-Dynamo-Epoch";

    /// <summary>What its client calls an addition to a counter, so that it counts once however often it is sent.</summary>
    public const string IdempotencyKey = "Idempotency-Key";

    /// <summary>How many versions the answer holds, where there are several.</summary>
    public const string Siblings = "X-Dynamo-Siblings";

    /// <summary>One sibling's dot, in a part of a multipart answer.</summary>
    public const string Dot = "X-Dynamo-Dot";

    /// <summary>A context of the request's key as clients get it.</summary>
    public static string TextOf(this ClientRequest request, VersionVector context) =>
        ContextText.ToText(context, request.Bucket, request.Key.Span);
}
