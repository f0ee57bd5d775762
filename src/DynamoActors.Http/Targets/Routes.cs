using DynamoActors.Core.Buckets;
using DynamoActors.Http.Answers;

namespace DynamoActors.Http.Targets;

/// <summary>Every route there is. Objects are matched first and by prefix: a key may hold any byte, slashes included.</summary>
internal static class Routes
{
    private const string NodeInTemplate = "{node}";
    private const string KeyPrefix = "/kv/";
    private const string BucketPrefix = "/buckets/";
    private const string ExplainPrefix = "/explain/";
    private const string CheckpointPrefix = "/admin/checkpoints/";
    private const string TokenPrefix = "/admin/tokens/";
    private const string PreferenceListPrefix = "/ring/preflist/";

    private static readonly Route DefaultBucketObject =
        new(RouteKind.Object, "/kv/{key}", ObjectOperations.Get, ObjectOperations.Put, ObjectOperations.Post,
            ObjectOperations.Delete);
    private static readonly Route BucketObject = new(RouteKind.Object, "/buckets/{bucket}/keys/{key}",
        [.. DefaultBucketObject.Operations.Select(operation => operation with { Id = operation.Id + "InBucket" })]);
    private static readonly Route BucketProperties = new(RouteKind.BucketProperties, "/buckets/{bucket}/props",
        Operation.Page("getBucketProperties", "A bucket's settings", StoreJson.Default.BucketProperties, []),
        new Operation("PUT", "putBucketProperties", "Change a bucket's settings; fields left out stay as they are")
        {
            Body = StoreJson.Default.BucketProperties,
            Answers = [new Answer(200, "The settings after the change.") { Json = StoreJson.Default.BucketProperties }],
        });
    private static readonly Route Keys = new(RouteKind.Keys, "/buckets/{bucket}/keys",
    [
        new Operation("GET", "getKeys", "List a bucket's keys in order; where there is a key, read that object", 404, 412, 503)
        {
            Parameters = [Parameter.KeyInQuery with { IsRequired = false }, .. Parameter.OfListings,
                .. ObjectOperations.Get.Parameters.Except([Parameter.Timeout])],
            Answers = [new Answer(200, "A page of keys; or the stored bytes.") { Json = StoreJson.Default.Keys, HasBytes = true },
                .. ObjectOperations.Get.Answers[1..]],
        },
        .. WithKeyInQuery(BucketObject).Operations[1..],
    ]);
    private static readonly Route Explain = new(RouteKind.Explain, "/explain/{key}",
        Operation.Page("getExplanation", "Why a key looks as it does: each owner asked alone", StoreJson.Default.Explanation,
            [Parameter.BucketOfKey], 503));
    private static readonly Route PreferenceList = new(RouteKind.PreferenceList, "/ring/preflist/{key}",
        Operation.Page("getPreferenceList", "The nodes that own a key, in order", StoreJson.Default.PreferenceList,
            [Parameter.BucketOfKey], 503));

    private static readonly Route Checkpoint = new(RouteKind.Checkpoint, CheckpointPrefix + "{checkpoint}",
        Operation.Page("getCheckpoint", "The files of a checkpoint", StoreJson.Default.CheckpointAnswer, [], 404, 503),
        new Operation("DELETE", "deleteCheckpoint", "Let go of a checkpoint", 404, 503)
        {
            Answers = [new Answer(204, "It is gone.")],
        });
    private static readonly Route CheckpointFile = new(RouteKind.Checkpoint, CheckpointPrefix + "{checkpoint}/{file}",
        new Operation("GET", "getCheckpointFile", "A file of a checkpoint, from an offset on", 404, 503)
        {
            Parameters = [Parameter.Offset],
            Answers = [new Answer(200, "Its bytes from the offset on.") { HasBytes = true }],
        });
    private static readonly Route CheckpointChecksum = new(RouteKind.Checkpoint, CheckpointPrefix + "{checkpoint}/{file}/checksum",
        Operation.Page("getCheckpointChecksum", "CRC-32C of a whole file", StoreJson.Default.ChecksumAnswer, [Parameter.Rate], 404, 503));

    private static readonly Route Token = new(RouteKind.Token, TokenPrefix + "{token}",
        new Operation("DELETE", "deleteToken", "Revoke a token", 404, 503)
        {
            Answers = [new Answer(204, "No node that can be reached takes it any more.")],
        });

    private static readonly Route[] PlanSteps =
    [
        Step("join", "Stage: a node that is up, and not in the ring, takes its share"),
        Step("leave", "Stage: a member hands over all it owns, and ends"),
        Step("replace", "Stage: a node takes exactly what a member owns", Parameter.By, Parameter.Lost, Parameter.DataLoss),
        Step("force-remove", "Stage: a member that is dead for good is given up, and others take what it owned", Parameter.DataLoss),
        Step("weight", "Stage: a member gets another share", Parameter.NodeWeight),
        Step("zone", "Stage: a member is in another zone", Parameter.NodeZone),
    ];

    private static readonly Route[] Pages =
    [
        WithKeyInQuery(DefaultBucketObject), WithKeyInQuery(Explain), WithKeyInQuery(PreferenceList),
        new(RouteKind.Buckets, "/buckets",
            Operation.Page("getBuckets", "List the buckets that have keys", StoreJson.Default.Buckets, Parameter.OfBuckets, 503)),
        new(RouteKind.Batch, "/kv:batch", new Operation("POST", "postBatch",
            "Up to 100 gets, puts and deletes at the same time, each with a result of its own. No transaction, but operations on one key "
                + "take effect in the order given.")
        {
            Body = StoreJson.Default.BatchBody,
            Answers = [new Answer(200,
                "Every operation was tried; each result has its own status.") { Json = StoreJson.Default.BatchResults }],
        }),
        new(RouteKind.Statistics, "/stats", Operation.Page("getStatistics", "What this node counts", StoreJson.Default.Statistics, [])),
        new(RouteKind.Load, "/stats/load",
            Operation.Page("getLoad", "Requests and how long they took, over the last minutes", StoreJson.Default.Load, [])),
        new(RouteKind.Metrics, "/metrics", new Operation("GET", "getMetrics", "What this node counts, in Prometheus' text format")
        {
            Answers = [new Answer(200, "What this node counts; docs/METRICS.md explains each figure.") { HasBytes = true }],
        }),
        new(RouteKind.Cluster, "/cluster", Operation.Page("getCluster", "The members as this node sees them", StoreJson.Default.Cluster,
            [])),
        new(RouteKind.Plan, "/cluster/plan",
            Operation.Page("getPlan", "What is staged for the ring, and what would become of it", StoreJson.Default.Plan, [], 503)),
        Decision("commit", "Have the ring agree on what is staged; data moves from then on", Parameter.Epoch),
        Decision("clear", "Forget what is staged"),
        Decision("abort", "While data moves: what has not been handed over yet stays where it is"),
        new(RouteKind.Transfers, "/cluster/transfers",
            Operation.Page("getTransfers", "The partitions on their way to this node, and how many are on their way at all",
                StoreJson.Default.Transfers, [], 503)),
        new(RouteKind.Checkpoints, "/admin/checkpoints", new Operation("POST", "postCheckpoint",
            "Keep this node's store as it is now, until it was fetched or nobody has asked for it for 15 minutes", 503)
        {
            TakesBody = false,
            Parameters = [Parameter.At],
            Answers = [new Answer(200, "It is taken.") { Json = StoreJson.Default.CheckpointAnswer }],
        }),
        new(RouteKind.Scrub, "/admin/scrub",
            Operation.Page("getScrub", "How far reading through all tables has come", StoreJson.Default.ScrubAnswer, []),
            new Operation("POST", "postScrub", "Read every block of every table, or go on with it")
            {
                TakesBody = false,
                Parameters = [Parameter.Rate],
                Answers = [new Answer(200, "It is under way.") { Json = StoreJson.Default.ScrubAnswer }],
            },
            new Operation("DELETE", "deleteScrub", "Pause it")
            {
                Answers = [new Answer(200, "It is paused.") { Json = StoreJson.Default.ScrubAnswer }],
            }),
        new(RouteKind.Log, "/admin/log",
            Operation.Page("getLog", "The last lines of this node's log, or those that follow", StoreJson.Default.LogAnswer,
                [Parameter.After, Parameter.Lines, Parameter.Wait])),
        new(RouteKind.Actors, "/admin/actors",
            Operation.Page("getActors", "This node's actors, and how many messages wait for each", StoreJson.Default.ActorsAnswer, [])),
        new(RouteKind.Repair, "/admin/repair", new Operation("POST", "postRepair",
            "Take the damaged files that were found out of the store, for which the node's actors stop and start again", 503)
        {
            TakesBody = false,
            Answers = [new Answer(200, "What was done; the other owners bring what was lost.") { Json = StoreJson.Default.RepairAnswer }],
        }),
        new(RouteKind.Tokens, "/admin/tokens",
            Operation.Page("getTokens", "The tokens that there are, and what they may", StoreJson.Default.TokensShown, []),
            new Operation("POST", "postToken", "Make a token", 503)
            {
                Body = StoreJson.Default.NewToken,
                Answers = [new Answer(201, "It counts at every node that can be reached. Shown this once.")
                {
                    Json = StoreJson.Default.TokenMade,
                }],
            }),
        new(RouteKind.Audit, "/admin/audit", Operation.Page("getAudit",
            "Who changed what through this node: the last thousand, also from before it was started; its log has all",
            StoreJson.Default.AuditShown, [])),
        new(RouteKind.Ring, "/ring", Operation.Page("getRing", "Which members own which partitions", StoreJson.Default.Ring, [], 503)),
        new(RouteKind.Live, "/health/live", Operation.Page("getLive", "This process answers", StoreJson.Default.Health, [])),
        new(RouteKind.Ready, "/health/ready", new Operation("GET", "getReady", "This node serves requests for objects")
        {
            Answers =
            [
                new Answer(200, "This node serves requests for objects.") { Json = StoreJson.Default.Health },
                new Answer(503, "It does not, for the reason given.") { Json = StoreJson.Default.Health },
            ],
        }),
        new(RouteKind.Status, "/", File("getStatusPage",
            "The cluster for people: members, ring, load; and what each owner holds of a key") with
        {
            Parameters = [Parameter.KeyOfForm, Parameter.BucketOfKey],
        }),
        new(RouteKind.StatusFile, "/page.css", File("getPageStyle", "How the page looks")),
        new(RouteKind.StatusFile, "/page.js", File("getPageScript", "What keeps the page fresh")),
        new(RouteKind.OpenApi, "/openapi.json", new Operation("GET", "getOpenApi", "This document")
        {
            Answers = [new Answer(200, "This document.")],
        }),
    ];

    public static IReadOnlyList<Route> All { get; } =
        [DefaultBucketObject, BucketObject, Keys, BucketProperties, PreferenceList, Explain, Checkpoint, CheckpointFile, CheckpointChecksum,
            Token,
            .. PlanSteps, .. Pages];

    /// <summary>Null where nothing is served at the path. Bucket and key, or the node's name in its place, come back as they were sent,
    /// still percent-encoded.</summary>
    public static Route? Match(ReadOnlySpan<char> path, out ReadOnlySpan<char> bucket, out ReadOnlySpan<char> key)
    {
        bucket = BucketName.Default;
        if (TryAfter(path, KeyPrefix, out key)) return DefaultBucketObject;
        if (TryAfter(path, BucketPrefix, out var inBucket)) return MatchInBucket(inBucket, out bucket, out key);
        if (TryAfter(path, PreferenceListPrefix, out key)) return PreferenceList;
        if (TryAfter(path, ExplainPrefix, out key)) return Explain;
        if (TryAfter(path, TokenPrefix, out key)) return Token;
        if (TryAfter(path, CheckpointPrefix, out key)) return MatchOfCheckpoint(key);
        foreach (var page in Pages)
        {
            if (path.SequenceEqual(page.Template)) return page;
        }
        foreach (var step in PlanSteps)
        {
            if (TryAfter(path, step.Template[..^NodeInTemplate.Length], out key)) return step;
        }

        return null;
    }

    private static Operation File(string id, string summary) =>
        new("GET", id, summary) { Answers = [new Answer(200, summary) { HasBytes = true }] };

    private static Route Step(string verb, string summary, params Parameter[] parameters) =>
        new(RouteKind.PlanStep, $"/cluster/{verb}/{NodeInTemplate}", Post($"post{Pascal(verb)}", summary, parameters));

    private static Route Decision(string verb, string summary, params Parameter[] parameters) =>
        new(RouteKind.Plan, $"/cluster/plan/{verb}", Post($"post{Pascal(verb)}", summary, parameters));

    private static Operation Post(string id, string summary, params Parameter[] parameters) =>
        new("POST", id, summary, 409, 503)
        {
            TakesBody = false,
            Parameters = parameters,
            Answers = [new Answer(200, "What is staged now, and what would become of the ring.") { Json = StoreJson.Default.Plan }],
        };

    private static string Pascal(string verb) =>
        string.Concat(verb.Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));

    /// <summary>For clients whose paths something on the way may change.</summary>
    private static Route WithKeyInQuery(Route route) => new(route.Kind, route.Template[..^"/{key}".Length],
        [.. route.Operations.Select(operation => operation with
        {
            Id = operation.Id + "ByQuery",
            Parameters = [Parameter.KeyInQuery, .. operation.Parameters],
        })]);

    private static Route? MatchInBucket(ReadOnlySpan<char> path, out ReadOnlySpan<char> bucket, out ReadOnlySpan<char> key)
    {
        key = default;
        var slash = path.IndexOf('/');
        bucket = slash < 0 ? path : path[..slash];
        if (slash < 0) return null;
        var rest = path[(slash + 1)..];
        if (TryAfter(rest, "keys/", out key)) return BucketObject;
        if (rest.SequenceEqual("keys")) return Keys;
        return rest.SequenceEqual("props") ? BucketProperties : null;
    }

    private static Route? MatchOfCheckpoint(ReadOnlySpan<char> path) => path.Count('/') switch
    {
        0 => Checkpoint,
        1 => CheckpointFile,
        2 when path.EndsWith("/checksum") => CheckpointChecksum,
        _ => null,
    };

    private static bool TryAfter(ReadOnlySpan<char> path, string prefix, out ReadOnlySpan<char> rest)
    {
        rest = default;
        if (!path.StartsWith(prefix)) return false;
        rest = path[prefix.Length..];
        return true;
    }
}
