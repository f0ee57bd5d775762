using DynamoActors.Http.Answers;

namespace DynamoActors.Http.Targets;

/// <summary>What can be done with objects, wherever they are named.</summary>
internal static class ObjectOperations
{
    private static readonly Answer Several = new(300, "Several versions: concurrent writes that no later write has superseded; as "
        + "JSON, or by Accept as multipart/mixed.")
    {
        Json = StoreJson.Default.Siblings,
        IsVersion = true,
    };

    public static readonly Operation Get = new("GET", "getObject", "Read an object", 404, 412, 503)
    {
        Parameters = [.. Parameter.OfReads, .. Parameter.ConditionsOfReads],
        Answers =
        [
            new Answer(200, "The stored bytes.") { HasBytes = true, IsVersion = true },
            Several,
            new Answer(304, "The current version is the one that the condition names.") { IsVersion = true },
        ],
    };

    public static readonly Operation Put = new("PUT", "putObject",
        "Write an object. Without a context it replaces what is there; with one it supersedes exactly what that covers.", 409, 412)
    {
        Parameters = [.. Parameter.OfPuts, Parameter.ContextHeader, .. Parameter.Conditions],
        Answers =
        [
            new Answer(201, "Written, durably on as many replicas as asked for. With returnbody=true the object follows, as GET gives it.")
            {
                HasBytes = true,
                IsVersion = true,
            },
        ],
    };

    public static readonly Operation Post = new("POST", "addToCounter",
        "Add to a counter, in a bucket of the policy counter. Both sides of a partition can, and nothing is lost.", 422, 503)
    {
        TakesBody = false,
        Parameters = [.. Parameter.OfAdditions, Parameter.IdempotencyKey],
        Answers = [new Answer(200, "The number now, as far as the coordinating replica knows.") { HasBytes = true, IsVersion = true }],
    };

    public static readonly Operation Delete = new("DELETE", "deleteObject", "Delete an object", 409, 412, 503)
    {
        Parameters = [.. Parameter.OfDeletions, Parameter.ContextHeader, .. Parameter.Conditions],
        Answers = [new Answer(204, "Deleted, or it was not there.") { IsVersion = true }],
    };
}
