using DynamoActors.Client.Requests;
using DynamoActors.Client.Values;
using DynamoActors.Client.Wire;

namespace DynamoActors.Client;

/// <summary>What a node's answer means to the caller. Pure.</summary>
internal static class Outcomes
{
    private const string NoType = "application/octet-stream";

    public static WriteResult OfWrite(NodeAnswer answer) => answer.Status switch
    {
        201 or 204 => new Written(new DynamoContext(answer.Context), answer.ETag ?? ""),
        _ when answer.Certainty == Certainty.Unclear => new Unknown(answer.Detail),
        _ => new NotWritten(WhyNotWritten(answer), answer.Detail, new DynamoContext(answer.Context)),
    };

    /// <param name="answer">Of a node.</param>
    /// <param name="context">Of the answer, or of a key of which nothing is known.</param>
    /// <param name="codec">Of the values.</param>
    /// <param name="resolver">Null: several values are a conflict.</param>
    public static GetResult<T> OfRead<T>(
        NodeAnswer answer, DynamoContext context, ValueCodec<T> codec, Func<IReadOnlyList<T>, T>? resolver)
    {
        if (answer.Status == 404 && answer.Problem == "not-found") return new Absent<T>(context);
        if (answer.Certainty != Certainty.Answered || answer.Status is not (200 or 300))
            return new NotRead<T>(WhyNotRead(answer), answer.Detail);
        if (answer.Siblings == null)
        {
            return codec.TryDecode(answer.Body, out var value, out var error)
                ? new Found<T>(value, context, answer.ETag ?? "", answer.ContentType ?? NoType, StoreHeaders.Date(answer.LastModified))
                : new NotRead<T>(Client.WhyNotRead.Malformed, error);
        }

        var siblings = new List<DynamoSibling<T>>();
        foreach (var part in answer.Siblings)
        {
            if (!codec.TryDecode(part.Value ?? [], out var value, out var error))
                return new NotRead<T>(Client.WhyNotRead.Malformed, error);
            siblings.Add(new DynamoSibling<T>(
                value, part.ContentType ?? NoType, StoreHeaders.Date(part.LastModified), part.Dot ?? ""));
        }

        var conflict = new Conflict<T>(siblings, context, answer.ETag ?? "");
        return resolver == null ? conflict : Resolved(conflict, resolver);
    }

    public static Found<T> Resolved<T>(Conflict<T> conflict, Func<IReadOnlyList<T>, T> resolver) => new(
        resolver([.. conflict.Siblings.Select(one => one.Value)]), conflict.Context, conflict.ETag, conflict.Siblings[0].ContentType,
        conflict.Siblings.Max(one => one.LastModified), conflict.Siblings.Count);

    private static WhyNotWritten WhyNotWritten(NodeAnswer answer) => (answer.Status, answer.Problem) switch
    {
        (0, _) => Client.WhyNotWritten.NoNodeReachable,
        (_, "overloaded" or "not-ready") => Client.WhyNotWritten.Overloaded,
        (_, "quorum-not-reached") => Client.WhyNotWritten.QuorumNotReached,
        (401 or 403, _) => Client.WhyNotWritten.NotAllowed,
        (429, _) => Client.WhyNotWritten.Overloaded,
        (412, _) => Client.WhyNotWritten.ConditionFailed,
        (409, _) => Client.WhyNotWritten.TooManySiblings,
        (413, _) => Client.WhyNotWritten.TooLarge,
        _ => Client.WhyNotWritten.Refused,
    };

    private static WhyNotRead WhyNotRead(NodeAnswer answer) => (answer.Status, answer.Problem) switch
    {
        _ when answer.TimedOut => Client.WhyNotRead.TimedOut,
        (0, _) => Client.WhyNotRead.NoNodeReachable,
        (_, "overloaded" or "not-ready") => Client.WhyNotRead.Overloaded,
        (_, "quorum-not-reached") => Client.WhyNotRead.QuorumNotReached,
        (401 or 403, _) => Client.WhyNotRead.NotAllowed,
        (429, _) => Client.WhyNotRead.Overloaded,
        _ => answer.Status >= 500 ? Client.WhyNotRead.NoNodeReachable : Client.WhyNotRead.Refused,
    };
}
