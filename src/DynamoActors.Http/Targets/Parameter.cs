using System.Text.Json.Nodes;
using DynamoActors.Core.Buckets;
using DynamoActors.Core.Counters;
using DynamoActors.Node.Requests;

namespace DynamoActors.Http.Targets;

/// <summary>A parameter of a request, as <c>openapi.json</c> tells of it.</summary>
/// <param name="Schema">Of JSON Schema.</param>
internal sealed record Parameter(string Name, string Description, string Schema)
{
    public const int TimeoutMillisecondsMax = 10 * 60 * 1000;
    public const int LinesMax = 2000;
    public const int WaitMillisecondsMax = 60 * 1000;

    private const string Text = """{"type":"string"}""";
    private const string AboveZero = """{"type":"number","exclusiveMinimum":0}""";
    private const string Int64 = """{"type":"integer","format":"int64"}""";
    private const string Flag = """{"type":"boolean","default":false}""";
    private const string Quorum = """{"oneOf":[{"type":"integer","minimum":1},{"type":"string","enum":["one","quorum","all"]}]}""";

    public static readonly Parameter N = new("n", "Only the key's first n owners take part.", Number(int.MaxValue));
    public static readonly Parameter R = new("r",
        "Answers to wait for, stand-ins included. Of a write only with a condition, which reads first.", Quorum);
    public static readonly Parameter W = new("w", "Durable acknowledgements to wait for, stand-ins included.", Quorum);
    public static readonly Parameter Pr = new("pr", "Answers that must come from owners. Of a write only with a condition, which "
        + "reads first.", Quorum);
    public static readonly Parameter Pw = new("pw", "Acknowledgements that must come from owners.", Quorum);
    public static readonly Parameter Dw = new("dw",
        "Durable acknowledgements; every acknowledgement is durable, so this is a second bound beside w.", Quorum);
    public static readonly Parameter Consistency = new("consistency", "A preset for r, w, pr and pw.",
        """{"type":"string","enum":["fast","quorum","strong"]}""");
    public static readonly Parameter Timeout = new("timeout", "Milliseconds from arrival to answer.", Number(TimeoutMillisecondsMax));
    public static readonly Parameter ReturnBody = new("returnbody", "Answer a write with the object.",
        """{"type":"boolean","default":false}""");
    public static readonly Parameter Context = new("context", "As the header X-Dynamo-Context.", Text);
    public static readonly Parameter Ttl = new("ttl",
        "Seconds after which the version reads as deleted; without it, the bucket's own ttl counts, which the coordinating replica "
            + "applies.",
        Number((long)BucketSettings.TtlLimit.TotalSeconds));
    public static readonly Parameter Prefix = new("prefix", "Percent-encoded; what the keys begin with.", Text);
    public static readonly Parameter Limit = new("limit", "The most keys of a page; 1000 where it is left out.", Number(ListKeys.LimitMax));
    public static readonly Parameter Cursor = new("cursor", "Of the page before.", Text);
    public static readonly Parameter BucketOfKey = new("bucket", "Percent-encoded; default where it is left out.", Text);

    public static readonly Parameter ContextHeader = Header("X-Dynamo-Context", "The context of an earlier answer; several are joined "
        + "by commas.");
    public static readonly Parameter IfMatch = Header("If-Match", "* or a list of entity tags.");
    public static readonly Parameter IfNoneMatch = Header("If-None-Match", "* or a list of entity tags.");

    public static readonly Parameter BucketInPath = InPath("bucket", "Percent-encoded; 1 to 255 bytes of UTF-8 once decoded.");
    public static readonly Parameter KeyInPath = InPath("key", "Percent-encoded; 1 to 1,024 bytes once decoded. Slashes may stand as "
        + "they are.");

    public static readonly Parameter NodeInPath = InPath("node", "The node's name, percent-encoded.");
    public static readonly Parameter By = new("by", "The name of the node that takes its place.", Text) { IsRequired = true };
    public static readonly Parameter Op = new("op", "What to do.", """{"type":"string","enum":["add"]}""") { IsRequired = true };
    public static readonly Parameter Amount = new("by", "What to add; negative to count down.", Int64) { IsRequired = true };
    public static readonly Parameter IdempotencyKey = Header("Idempotency-Key",
        $"1 to 255 characters: an addition that is sent again with the same one counts once, by whichever node, for ten minutes; by "
        + $"another amount it is refused (422). Of one counter a replica remembers {Counter.NamedMax:N0} of less than ten minutes; a "
        + "further one is refused (503).");
    public static readonly Parameter Lost = new("lost",
        "The node is dead for good: its data comes from the other owners. Refused while it can be reached.", Flag);
    public static readonly Parameter DataLoss = new("dataloss", "Even where it has the only copies that there are.", Flag);
    public static readonly Parameter NodeWeight = new("weight", "Its capacity beside the others'.", AboveZero) { IsRequired = true };

    public static readonly Parameter NodeZone = new("zone", "What its machine shares with others: no two copies of a partition are in one "
        + "zone where there are enough. Empty: none.", Text)
    { IsRequired = true };
    public static readonly Parameter Epoch = new("epoch",
        "Of the ring for which the plan was shown: refused where the ring is another by now.", """{"type":"integer","minimum":0}""");

    public static readonly Parameter CheckpointInPath = InPath("checkpoint", "As POST /admin/checkpoints has named it.");
    public static readonly Parameter TokenInPath = InPath("token", "The token's id.");
    public static readonly Parameter FileInPath = InPath("file", "One of the checkpoint's files.");
    public static readonly Parameter At = new("at",
        "A time of the hybrid clock, as another node has told it: this node's clock is beyond it before the checkpoint is taken.", Text);
    public static readonly Parameter Offset = new("offset", "Of the first byte to send.", Number(long.MaxValue));
    public static readonly Parameter Rate = new("rate", "Bytes to read a second, at most; 67108864 where it is left out.",
        Number(long.MaxValue));

    public static readonly Parameter After = new("after",
        "The 'next' of an earlier answer: the lines that follow. Without it, the last lines.", Number(long.MaxValue));
    public static readonly Parameter Lines = new("lines", "The most lines of the answer; 100 where it is left out.", Number(LinesMax));
    public static readonly Parameter Wait = new("wait",
        "Milliseconds to wait for a line where there is none yet; without it, the answer comes at once.", Number(WaitMillisecondsMax));

    /// <summary>No proxy touches a query.</summary>
    public static readonly Parameter KeyInQuery =
        new("key", "Percent-encoded; 1 to 1,024 bytes once decoded, any of them; a plus is a plus.", Text) { IsRequired = true };

    public static readonly Parameter KeyOfForm = new("key",
        "As a form sends what was typed, a plus for a blank; in that, %XX stands for a byte and every other character for itself.", Text);

    public static readonly Parameter[] OfReads = [N, R, Pr, Consistency, Timeout];
    public static readonly Parameter[] OfDeletions = [.. OfReads, W, Pw, Dw, Context];
    public static readonly Parameter[] OfPuts = [.. OfDeletions, Ttl, ReturnBody];
    public static readonly Parameter[] OfAdditions = [N, Consistency, Timeout, W, Pw, Dw, Op, Amount];
    public static readonly Parameter[] OfBuckets = [Limit, Cursor, Timeout];
    public static readonly Parameter[] OfListings = [Prefix, .. OfBuckets];
    public static readonly Parameter[] Conditions =
        [IfMatch, IfNoneMatch, Header("If-Unmodified-Since", "A date; to the second, where an ETag is exact. Not heeded beside If-Match.")];
    public static readonly Parameter[] ConditionsOfReads =
        [.. Conditions, Header("If-Modified-Since", "A date. Not heeded beside If-None-Match.")];

    public string In { get; private init; } = "query";

    public bool IsRequired { get; init; }

    public static string[] NamesOf(Parameter[] parameters) => Array.ConvertAll(parameters, parameter => parameter.Name);

    public JsonObject ToOpenApi()
    {
        var shown = new JsonObject { ["name"] = Name, ["in"] = In, ["description"] = Description, ["schema"] = JsonNode.Parse(Schema) };
        if (In == "path" || IsRequired) shown["required"] = true;
        return shown;
    }

    private static Parameter Header(string name, string description) => new(name, description, Text) { In = "header" };

    private static Parameter InPath(string name, string description) => new(name, description, Text) { In = "path" };

    private static string Number(long max) => $$"""{"type":"integer","minimum":1,"maximum":{{max}}}""";
}
