namespace DynamoActors.Http.Answers;

/// <summary>Every kind of problem there is.</summary>
internal static class ProblemKinds
{
    public static readonly ProblemKind KeyEmpty = new("/problems/key-empty", "Empty key",
        "The path names no key.", 400);

    public static readonly ProblemKind KeyTooLong = new("/problems/key-too-long", "Key too long",
        "The key, or the prefix of a listing, has too many bytes once decoded.", 400);

    public static readonly ProblemKind BrokenPercentEncoding = new("/problems/broken-percent-encoding", "Broken percent-encoding",
        "A name or a value in the target is not percent-encoded as it should be.", 400);

    public static readonly ProblemKind BadBucket = new("/problems/bad-bucket", "Bad bucket name",
        "The bucket's name is empty, too long, or has control characters.", 400);

    public static readonly ProblemKind UnknownParameter = new("/problems/unknown-parameter", "Unknown query parameter",
        "A query parameter that this request does not have.", 400);

    public static readonly ProblemKind RepeatedParameter = new("/problems/repeated-parameter", "Repeated query parameter",
        "A query parameter is given twice.", 400);

    public static readonly ProblemKind BadParameter = new("/problems/bad-parameter", "Bad parameter",
        "A parameter's value is none that it may have, or contradicts the bucket or the ring.", 400);

    public static readonly ProblemKind BadContext = new("/problems/bad-context", "Undecodable context",
        "The context is none that this store issued.", 400);

    public static readonly ProblemKind BadHeader = new("/problems/bad-header", "Bad header",
        "A header's value is none that it may have, or the header is not understood.", 400);

    public static readonly ProblemKind BadBucketProperties = new("/problems/bad-bucket-properties", "Bad bucket properties",
        "The body is no change of a bucket's settings.", 400, 413);

    public static readonly ProblemKind BadBatch = new("/problems/bad-batch", "Bad batch",
        "The body is no batch.", 400);

    public static readonly ProblemKind BrokenRequest = new("/problems/broken-request", "Broken request",
        "It is no HTTP request, or its body broke off; the connection may be closed.", 400, 408, 413, 414, 431, 501, 505);

    public static readonly ProblemKind Unauthorized = new("/problems/unauthorized", "Who are you?",
        "There is no token, or none that this cluster knows.", 401);

    public static readonly ProblemKind Forbidden = new("/problems/forbidden", "Not allowed",
        "The token does not have the right that the detail names.", 403);

    public static readonly ProblemKind TooManyRequests = new("/problems/too-many-requests", "Too many requests",
        "The token's limit of requests or bytes per second is used up; Retry-After says when it is not.", 429);

    public static readonly ProblemKind BadToken = new("/problems/bad-token", "Bad token",
        "The body does not say soundly what token to make.", 400);

    public static readonly ProblemKind NoSuchToken = new("/problems/no-such-token", "No such token",
        "No token has that id.", 404);

    public static readonly ProblemKind TokenNotSet = new("/problems/token-not-set", "Token not set",
        "Whether the tokens were changed is unknown.", 503);

    public static readonly ProblemKind NoSuchRoute = new("/problems/no-such-route", "No such route",
        "Nothing is served at the path.", 404);

    public static readonly ProblemKind NotFound = new("/problems/not-found", "Not found",
        "The key is not there; with a context where it was deleted or has expired.", 404);

    public static readonly ProblemKind NoSuchCheckpoint = new("/problems/no-such-checkpoint", "No such checkpoint",
        "The checkpoint is not there, or not any more, or has no such file.", 404);

    public static readonly ProblemKind StoreFailed = new("/problems/store-failed", "Store failed",
        "The disk did not let the node do it: it is full, or fails.", 503);

    public static readonly ProblemKind MethodNotAllowed = new("/problems/method-not-allowed", "Method not allowed",
        "The method is not served at the path; Allow lists those that are.", 405);

    public static readonly ProblemKind TooManySiblings = new("/problems/too-many-siblings", "Too many siblings",
        "The write would leave more siblings than the bucket allows.", 409);

    public static readonly ProblemKind ObjectTooLarge = new("/problems/object-too-large", "Object too large",
        "The write would leave siblings whose values together are more than one key may hold.", 409);

    public static readonly ProblemKind PlanRefused = new("/problems/plan-refused", "Plan refused",
        "The ring cannot change like that, or not now.", 409);

    public static readonly ProblemKind ConditionFailed = new("/problems/condition-failed", "Condition failed",
        "The current version does not meet If-Match, If-None-Match or If-Unmodified-Since.", 412);

    public static readonly ProblemKind ValueTooLarge = new("/problems/value-too-large", "Value too large",
        "The value is longer than any may be.", 413);

    public static readonly ProblemKind BatchTooLarge = new("/problems/batch-too-large", "Batch too large",
        "The batch's body is longer than any may be.", 413);

    public static readonly ProblemKind AnswerTooLarge = new("/problems/answer-too-large", "Answer too large",
        "In a batch's result only: the values read have more than 64 MiB together, and this one was left out. Ask "
        + "for it alone, or in a smaller batch.", 413);

    public static readonly ProblemKind IdempotencyKeyReused = new("/problems/idempotency-key-reused", "Idempotency key reused",
        "An addition to that counter with the same Idempotency-Key was by another amount.", 422);

    public static readonly ProblemKind ContentEncoding = new("/problems/content-encoding", "Content encoding",
        "The body is compressed; only values as they are are taken.", 415);

    public static readonly ProblemKind Internal = new("/problems/internal", "Internal error",
        "The node met an error of its own, which its log describes.", 500);

    public static readonly ProblemKind QuorumNotReached = new("/problems/quorum-not-reached", "Quorum not reached",
        "Too few replicas answered; see requirement, required, reached and outcome.", 503);

    public static readonly ProblemKind Overloaded = new("/problems/overloaded", "Overloaded",
        "The node has as much to do as it takes; Retry-After says when to try again.", 503);

    public static readonly ProblemKind NotReady = new("/problems/not-ready", "Node not ready",
        "The node has no ring yet, or is stopping.", 503);

    public static readonly ProblemKind BucketNotSet = new("/problems/bucket-not-set", "Bucket not set",
        "The bucket's settings could not be made durable.", 503);

    public static readonly ProblemKind RingUndecided = new("/problems/ring-undecided", "Ring undecided",
        "Too few of the ring's members answered to agree on a change, or the node knows no ring yet.", 503);

    public static readonly ProblemKind[] All =
    [
        KeyEmpty, KeyTooLong, BrokenPercentEncoding, BadBucket, UnknownParameter, RepeatedParameter, BadParameter, BadContext,
        BadHeader, BadBucketProperties, BadBatch, BrokenRequest, NoSuchRoute, NotFound, MethodNotAllowed, TooManySiblings,
        ObjectTooLarge, ConditionFailed, ValueTooLarge, BatchTooLarge, AnswerTooLarge, ContentEncoding, IdempotencyKeyReused, Internal,
        QuorumNotReached, Overloaded, NotReady, BucketNotSet, PlanRefused, RingUndecided, NoSuchCheckpoint, StoreFailed,
        Unauthorized, Forbidden, TooManyRequests, BadToken, NoSuchToken, TokenNotSet,
    ];
}
