using System.Text.Json;
using DynamoActors.Core.Buckets;
using DynamoActors.Core.Quorum;
using DynamoActors.Http.Answers;
using DynamoActors.Http.Json;
using DynamoActors.Http.Objects;
using DynamoActors.Http.Problems;
using DynamoActors.Http.Targets;

namespace DynamoActors.Http.Buckets;

/// <summary>A bucket's settings as a JSON object. What is not set is null, and comes from the cluster.</summary>
internal static class BucketPropertiesJson
{
    private static readonly string Known = StoreJson.NamesOf(StoreJson.Default.BucketProperties);

    public static BucketProperties Of(BucketSettings settings) => new(
        settings.Policy switch { ConflictPolicy.Lww => "lww", ConflictPolicy.Counter => "counter", _ => "siblings" },
        settings.N,
        settings.R,
        settings.W,
        settings.Pr,
        settings.Pw,
        settings.Dw,
        (long?)settings.Ttl?.TotalSeconds,
        settings.SiblingsMax);

    /// <summary>The settings with the fields that the object names changed; else null, and what is wrong.</summary>
    public static BucketSettings? Apply(BucketSettings settings, ReadOnlyMemory<byte> json, out BucketFields fields,
        out BucketFieldError? error)
    {
        (fields, error) = (BucketFields.None, null);
        if (!JsonBody.TryParse(json, out var document, out var fault))
        {
            error = new BucketFieldError("body", fault);
            return null;
        }

        using (document) return Apply(settings, document.RootElement, out fields, out error);
    }

    private static BucketSettings? Apply(BucketSettings settings, JsonElement properties, out BucketFields fields,
        out BucketFieldError? error)
    {
        fields = BucketFields.None;
        error = properties.ValueKind == JsonValueKind.Object ? null : new BucketFieldError("body", "The body is not a JSON object.");
        if (error != null) return null;
        HashSet<string> seen = [];
        foreach (var property in properties.EnumerateObject())
        {
            if (!JsonBody.TryName(property, out var name)) error = new BucketFieldError("body", $"A member's name {JsonBody.NoText}.");
            else if (!seen.Add(name))
                error = new BucketFieldError(RequestProblems.Shown(name), $"'{RequestProblems.Shown(name)}' is given more than once; "
                    + $"give it once.");
            else if (Apply(settings, name, property.Value, out error) is { } changed) settings = changed;
            if (error != null) return null;
            // A field is named as its property.
            fields |= Enum.Parse<BucketFields>(name!, ignoreCase: true);
        }

        return settings;
    }

    private static BucketSettings? Apply(BucketSettings settings, string name, JsonElement value, out BucketFieldError? error)
    {
        error = null;
        switch (name)
        {
            case "policy": return ReadPolicy(value, out error) is { } policy ? settings with { Policy = policy } : null;
            case "n" when value.ValueKind == JsonValueKind.Null: return settings with { N = null };
            case "n": return ReadNumber(name, value, out error) is { } n ? settings with { N = n } : null;
            case "siblingsMax": return ReadNumber(name, value, out error) is { } max ? settings with { SiblingsMax = max } : null;
            case "r": return TryReadSetting(name, value, out var r, out error) ? settings with { R = r } : null;
            case "w": return TryReadSetting(name, value, out var w, out error) ? settings with { W = w } : null;
            case "pr": return TryReadSetting(name, value, out var pr, out error) ? settings with { Pr = pr } : null;
            case "pw": return TryReadSetting(name, value, out var pw, out error) ? settings with { Pw = pw } : null;
            case "dw": return TryReadSetting(name, value, out var dw, out error) ? settings with { Dw = dw } : null;
            case "ttl" when value.ValueKind == JsonValueKind.Null: return settings with { Ttl = null };
            case "ttl": return ReadTtl(value, out error) is { } ttl ? settings with { Ttl = ttl } : null;
            default:
                error = new BucketFieldError(RequestProblems.Shown(name), $"'{RequestProblems.Shown(name)}' is no property of a "
                    + $"bucket; known are {Known}.");
                return null;
        }
    }

    private static ConflictPolicy? ReadPolicy(JsonElement value, out BucketFieldError? error)
    {
        error = null;
        var text = value.ValueKind == JsonValueKind.String && JsonBody.TryText(value, out var sent) ? sent : null;
        if (text is "siblings") return ConflictPolicy.Siblings;
        if (text is "lww") return ConflictPolicy.Lww;
        if (text is "counter") return ConflictPolicy.Counter;
        error = new BucketFieldError("policy", $"policy is {Shown(value)}; it is \"siblings\", \"lww\" or \"counter\".");
        return null;
    }

    private static int? ReadNumber(string name, JsonElement value, out BucketFieldError? error)
    {
        error = null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number)) return number;
        error = new BucketFieldError(name, $"{name} is {Shown(value)}; it is a whole number.");
        return null;
    }

    private static TimeSpan? ReadTtl(JsonElement value, out BucketFieldError? error)
    {
        error = null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var seconds) && TimeToLive.TryFrom(seconds, out var ttl))
            return ttl;
        error = new BucketFieldError("ttl", $"ttl is {Shown(value)}; it is {TimeToLive.Expected}, or null for none.");
        return null;
    }

    private static bool TryReadSetting(string name, JsonElement value, out QuorumSetting? setting, out BucketFieldError? error)
    {
        (setting, error) = (null, null);
        if (value.ValueKind == JsonValueKind.Null) return true;
        var text = value.ValueKind switch
        {
            JsonValueKind.String when JsonBody.TryText(value, out var sent) => sent,
            JsonValueKind.Number => value.GetRawText(),
            _ => "",
        };
        if (WholeNumber.TryParse(text, out QuorumSetting parsed))
        {
            setting = parsed;
            return true;
        }

        error = new BucketFieldError(name, $"{name} is {Shown(value)}; it is a number from 1 up, \"one\", \"quorum\" or \"all\", or "
            + $"null for the cluster's own.");
        return false;
    }

    private static string Shown(JsonElement value) => RequestProblems.Shown(JsonBody.Raw(value));
}
