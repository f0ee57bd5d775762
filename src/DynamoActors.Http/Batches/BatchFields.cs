using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using DynamoActors.Core.Buckets;
using DynamoActors.Http.Answers;
using DynamoActors.Http.Json;
using DynamoActors.Http.Problems;

namespace DynamoActors.Http.Batches;

/// <summary>The members of one operation as they were sent. A member that is null counts as left out.</summary>
internal struct BatchFields()
{
    private static readonly JsonTypeInfo Body = StoreJson.Default.BatchBodyOperation;

    private readonly HashSet<string> _seen = [];

    public string? Op { get; private set; }

    /// <summary>Percent-encoded, as in a path.</summary>
    public string Bucket { get; private set; } = BucketName.Default;

    /// <summary>Percent-encoded, as in a path.</summary>
    public string Key { get; private set; } = "";

    public bool HasValue { get; private set; }

    /// <summary>Null also where it was not base64.</summary>
    public byte[]? Value { get; private set; }

    public string? ContentType { get; private set; }

    public string? Context { get; private set; }

    public long? Ttl { get; private set; }

    public long? By { get; private set; }

    public string? IdempotencyKey { get; private set; }

    /// <summary>What is wrong with it, if anything is: no such member, given before, of another type, or no text.</summary>
    public Problem? Take(JsonProperty member)
    {
        if (!JsonBody.TryName(member, out var name))
            return RequestProblems.BadOperation("operations", $"A member's name {JsonBody.NoText}.");
        if (!_seen.Add(name))
            return RequestProblems.BadOperation(RequestProblems.Shown(name), $"'{RequestProblems.Shown(name)}' is given more than "
                + $"once; give it once.");
        var value = member.Value;
        if (value.ValueKind == JsonValueKind.Null) return IsKnown(name) ? null : Unknown(name);
        if (name is "ttl" or "by") return TryTakeNumber(name, value) ? null : Unknown(name);
        if (value.ValueKind != JsonValueKind.String || !IsKnown(name)) return Unknown(name);
        if (name == "value")
        {
            (HasValue, Value) = (true, JsonBody.BytesOf(value));
            return null;
        }

        if (!JsonBody.TryText(value, out var text)) return RequestProblems.BadOperation(name, $"{name} {JsonBody.NoText}.");
        switch (name)
        {
            case "op": Op = text; break;
            case "bucket": Bucket = text; break;
            case "key": Key = text; break;
            case "contentType": ContentType = text; break;
            case "idempotencyKey": IdempotencyKey = text; break;
            default: Context = text; break;
        }

        return null;
    }

    private static bool IsKnown(string name) => Body.Properties.Any(member => member.Name == name);

    private static Problem Unknown(string name) =>
        RequestProblems.BadOperation(RequestProblems.Shown(name), $"'{RequestProblems.Shown(name)}' is unknown, or not of its type; "
            + $"known are {StoreJson.NamesOf(Body)}.");

    private bool TryTakeNumber(string name, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt64(out var number)) return false;
        if (name == "ttl") Ttl = number;
        else By = number;
        return true;
    }
}
