using DynamoActors.Core.Versioning;
using DynamoActors.Http.Answers;
using DynamoActors.Http.Security;
using DynamoActors.Node.Requests;

namespace DynamoActors.Http.Problems;

/// <summary>What can become of a sound request, other than success.</summary>
internal static class OutcomeProblems
{
    /// <summary>A node that is not ready is so for seconds: a client that waits this long meets it, or another, in a better
    /// state.</summary>
    private static readonly TimeSpan NotReadyRetry = TimeSpan.FromSeconds(1);

    /// <summary>Of an outcome that is neither an answer nor about one version.</summary>
    public static Problem Of(ClientOutcome outcome, bool isWrite) => outcome switch
    {
        RequestRefused refused => Refused(refused),
        AccessDenied denied => Denied(denied),
        QuorumNotReached quorum => QuorumNotReached(quorum, isWrite),
        TooManySiblings many => TooManySiblings(many),
        ObjectTooLarge large => ObjectTooLarge(large),
        NodeOverloaded overloaded => Overloaded(overloaded),
        NodeNotReady notReady => NotReady(notReady.Reason),
        _ => throw new InvalidOperationException($"The node gave an outcome without a status: {outcome.GetType().Name}."),
    };

    /// <param name="known">What is left where a deletion is known: a write that carries its context supersedes the deletion.</param>
    public static Problem NotFound(ClientRequest request, VersionedObject? known) => ProblemKinds.NotFound.Of(
        known == null ? "No replica asked knows the key." : $"The key {WhatHappenedTo(known)}; X-Dynamo-Context covers that.")
        with
    { Context = known == null ? null : request.TextOf(known.Context) };

    public static Problem ConditionFailed(ClientRequest request, VersionedObject? current) => ProblemKinds.ConditionFailed.Of(
        "The current version does not meet If-Match, If-None-Match or If-Unmodified-Since. Nothing was done.") with
    { Context = current == null ? null : request.TextOf(current.Context) };

    public static Problem Denied(AccessDenied denied) => ProblemKinds.Forbidden.Of($"{denied.Reason} Nothing was done.");

    public static Problem Refused(RequestRefused refused) =>
        (refused.Field == RequestRefused.IdempotencyKey ? ProblemKinds.IdempotencyKeyReused : ProblemKinds.BadParameter)
        .Of($"{refused.Reason} Nothing was done.", refused.Field);

    /// <param name="origin">Where the required number comes from.</param>
    public static Problem QuorumNotReached(QuorumNotReached quorum, bool isWrite, string origin = "by the bucket's settings")
    {
        // Time that ran out proves nothing about the replicas that stayed silent.
        var unknown = quorum.Unknown || quorum.TimedOut;
        var outcome = unknown ? "unknown" : isWrite ? "not-written" : "failed";
        var consequence = unknown && isWrite ? " Some replica may hold the write: read the key, or write again." : "";
        return ProblemKinds.QuorumNotReached.Of($"{Missing(quorum, origin)}{consequence}") with
        {
            Requirement = quorum.What,
            Required = quorum.Required,
            Reached = quorum.Reached,
            Outcome = outcome,
            RetryAfter = NotReadyRetry,
        };
    }

    private static string Missing(QuorumNotReached quorum, string origin) => quorum.What switch
    {
        "self" => "The node that coordinates the write has not made it durable, "
            + (quorum.TimedOut ? "and the request's time ran out." : "and without its own copy no write succeeds."),
        "node" => "The node stopped working on the request before it was done.",
        _ when quorum.NobodyAsked =>
            $"{quorum.What}={quorum.Required} is needed ({origin}); fewer nodes can be reached, so none was asked.",
        _ => $"{quorum.What}={quorum.Required} is needed ({origin}); {quorum.Reached} answered, "
            + (quorum.TimedOut ? "before the request's time ran out." : "of those that can be reached."),
    };

    private static string WhatHappenedTo(VersionedObject known)
    {
        bool isDeleted = false, isExpired = false;
        foreach (var sibling in known.Siblings)
        {
            // An expired version reads as a tombstone that still says when its time was over.
            if (sibling.ExpiresAtUnixMilliseconds == null) isDeleted = true;
            else isExpired = true;
        }

        return !isExpired ? "was deleted" : isDeleted ? "was deleted or has expired" : "has expired";
    }

    public static Problem TooManySiblings(TooManySiblings many) => ProblemKinds.TooManySiblings.Of(
        $"The write would leave {many.Count} siblings, and the bucket allows {many.Max} (siblingsMax). Nothing was written. Read the "
            + $"key, merge what it holds and "
        + "write the result with the X-Dynamo-Context of that read; or write without a context, which replaces them all.");

    public static Problem ObjectTooLarge(ObjectTooLarge large) => ProblemKinds.ObjectTooLarge.Of(
        $"The write would leave {large.Count} siblings of {large.Bytes:N0} bytes together, more than one key may hold "
            + $"(dynamo.object-bytes-max). Nothing was written. Read the key, merge what it "
        + "holds and write the result with the X-Dynamo-Context of that read; or write without a context, which replaces them all.");

    /// <summary>Of a get in a batch.</summary>
    public static Problem AnswerTooLarge(long bytesMax) => ProblemKinds.AnswerTooLarge.Of(
        $"The values that the batch reads have more than {bytesMax:N0} bytes together. This one was left out: ask for it alone, with "
            + $"a GET, or in a smaller batch.");

    public static Problem Overloaded(NodeOverloaded overloaded) => ProblemKinds.Overloaded.Of(
        $"{overloaded.Reason} Nothing was done; try again later or at another node.") with
    { RetryAfter = overloaded.RetryAfter, Outcome = "not-written" };

    /// <summary>There was no room for a body in all of its request's time.</summary>
    public static Problem TooManyBodies(long bytesMax) => Overloaded(new NodeOverloaded(
        NotReadyRetry, $"Requests that are under way on this node hold {bytesMax:N0} bytes of bodies (dynamo.http.bodies-bytes-max)."));

    public static NodeOverloaded TooManyAnswers(long bytesMax) => new(
        NotReadyRetry, $"Answers that are under way on this node hold {bytesMax:N0} bytes of objects (dynamo.http.answers-bytes-max).");

    public static NodeOverloaded TooMuchWork { get; } = new(NotReadyRetry, "Other large writes came first for all of the request's time.");

    /// <summary>The client sent its body so slowly that others waited for the room it held.</summary>
    public static Problem TooSlow() => RequestProblems.BrokenBody(
        408, "The body came slower than 64 KiB a second while others waited for the memory that was held for it, and the connection is "
            + "closed.");

    public static Problem BucketNotSet(BucketNotSetException notSet) => ProblemKinds.BucketNotSet.Of(
        $"{notSet.Message} {(notSet.IsUnknown
            ? "Whether the settings were changed is unknown: read them, or set them again." : "Nothing was changed; try again later "
                + "or at another node.")}") with
    { RetryAfter = NotReadyRetry, Outcome = notSet.IsUnknown ? "unknown" : "not-written" };

    public static Problem RingUndecided(RingUndecided undecided) => ProblemKinds.RingUndecided.Of(
        $"{undecided.Reason}") with
    { RetryAfter = NotReadyRetry, Outcome = "unknown" };

    public static Problem NotReady(string reason) => ProblemKinds.NotReady.Of(
        $"{reason} Nothing was done; try again later or at another node.") with
    { RetryAfter = NotReadyRetry, Outcome = "not-written" };

    public static Problem Internal() => ProblemKinds.Internal.Of(
        "The node met an error of its own, which its log describes. Whether a write took effect is unknown.") with
    { Outcome = "unknown" };
}
