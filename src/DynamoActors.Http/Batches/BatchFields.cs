using System.Text.Json;
using DynamoActors.Core.Buckets;

namespace DynamoActors.Http.Batches;

/// <summary>The members of one operation as they were sent. A member that is null counts as left out.</summary>
internal struct BatchFields()
{
    public string? Op { get; private set; }

    public string Bucket { get; private set; } = BucketName.Default;

    /// <summary>Percent-encoded, as in a path.</summary>
    public string Key { get; private set; } = "";

    public bool HasValue { get; private set; }

    /// <summary>Null also where it was not base64.</summary>
    public byte[]? Value { get; private set; }

    public string? ContentType { get; private set; }

    public string? Context { get; private set; }

    public long? Ttl { get; private set; }

    /// <summary>False where there is no such member, or it is of another type.</summary>
    public bool TryTake(string name, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Null) return IsKnown(name);
        if (name == "ttl") return TryTakeTtl(value);
        if (value.ValueKind != JsonValueKind.String || !IsKnown(name)) return false;
        switch (name)
        {
            case "op": Op = value.GetString(); break;
            case "bucket": Bucket = value.GetString()!; break;
            case "key": Key = value.GetString()!; break;
            case "contentType": ContentType = value.GetString(); break;
            case "context": Context = value.GetString(); break;
            default: TakeValue(value); break;
        }

        return true;
    }

    private static bool IsKnown(string name) => name is "op" or "bucket" or "key" or "value" or "contentType" or "context" or "ttl";

    private void TakeValue(JsonElement value)
    {
        HasValue = true;
        Value = value.TryGetBytesFromBase64(out var bytes) ? bytes : null;
    }

    private bool TryTakeTtl(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt64(out var seconds)) return false;
        Ttl = seconds;
        return true;
    }
}
