using DynamoActors.Http.Security;

namespace DynamoActors.Http.Targets;

/// <summary>What each route asks of whoever uses it. A route that is not named here is for administrators alone.</summary>
internal static class Rights
{
    /// <param name="isRead">GET or HEAD.</param>
    public static Right Of(RouteKind kind, bool isRead) => kind switch
    {
        RouteKind.Live or RouteKind.Ready => Right.Open,
        RouteKind.Object or RouteKind.Keys or RouteKind.Buckets or RouteKind.Batch or RouteKind.Explain => Right.Keys,
        RouteKind.BucketProperties => isRead ? Right.BucketRead : Right.BucketAdmin,
        RouteKind.Plan => isRead ? Right.Known : Right.Admin,
        // What the status page shows of a key is asked for as explain asks for it.
        RouteKind.Statistics or RouteKind.Load or RouteKind.Metrics or RouteKind.Cluster or RouteKind.Ring or RouteKind.PreferenceList
            or RouteKind.Transfers or RouteKind.Status or RouteKind.StatusFile or RouteKind.OpenApi => Right.Known,
        RouteKind.PlanStep or RouteKind.Checkpoints or RouteKind.Checkpoint or RouteKind.Scrub or RouteKind.Log
            or RouteKind.Actors or RouteKind.Repair or RouteKind.Tokens
            or RouteKind.Token or RouteKind.Audit => Right.Admin,
        _ => Right.Undeclared,
    };
}
