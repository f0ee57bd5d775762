using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using DynamoActors.Core.Counters;
using DynamoActors.Core.Versioning;
using DynamoActors.Http.Answers;
using DynamoActors.Http.Json;
using DynamoActors.Http.Objects;
using DynamoActors.Http.Problems;
using DynamoActors.Http.Serving;
using DynamoActors.Http.Targets;
using DynamoActors.Node.Requests;

namespace DynamoActors.Http.Batches;

/// <summary>
/// Reads <c>{"operations":[{"op","bucket","key","value","contentType","context","ttl","by","idempotencyKey"}]}</c>. All of it is checked
/// before anything is done; the first thing that is wrong is told, with the place of its operation.
/// </summary>
internal sealed class BatchReader(RequestLimits limits)
{
    public bool TryRead(ReadOnlyMemory<byte> body, out ClientRequest[] operations, [NotNullWhen(false)] out Problem? problem)
    {
        operations = [];
        if (!JsonBody.TryParse(body, out var document, out var fault))
        {
            problem = RequestProblems.BadBatch("body", fault);
            return false;
        }

        using (document) problem = FindOperations(document.RootElement, out var listed) ?? ReadAll(listed, out operations);
        return problem == null;
    }

    private static Problem? FindOperations(JsonElement root, out JsonElement operations)
    {
        operations = default;
        if (root.ValueKind != JsonValueKind.Object) return RequestProblems.BadBatch("body", "The body is not a JSON object.");
        foreach (var member in root.EnumerateObject())
        {
            if (!JsonBody.TryName(member, out var name)) return RequestProblems.BadBatch("body", $"A member's name {JsonBody.NoText}.");
            if (name != "operations")
                return RequestProblems.BadBatch("body", $"'{RequestProblems.Shown(name)}' is no member of a batch; there is only "
                    + $"'operations'.");
            if (operations.ValueKind != JsonValueKind.Undefined)
                return RequestProblems.BadBatch("operations", "'operations' is given more than once; give it once.");
            operations = member.Value;
        }

        if (operations.ValueKind != JsonValueKind.Array)
            return RequestProblems.BadBatch("operations", "'operations' is not an array, or is missing.");
        var count = operations.GetArrayLength();
        return count is >= 1 and <= BatchBody.OperationsMax ? null
            : RequestProblems.BadBatch("operations", $"There are {count} operations; a batch has 1 to {BatchBody.OperationsMax}.");
    }

    private Problem? ReadAll(JsonElement listed, out ClientRequest[] operations)
    {
        operations = new ClientRequest[listed.GetArrayLength()];
        var index = 0;
        foreach (var element in listed.EnumerateArray())
        {
            if (Read(element, out var operation) is { } problem) return RequestProblems.InBatch(index, problem);
            operations[index++] = operation!;
        }

        return null;
    }

    private Problem? Read(JsonElement element, out ClientRequest? operation)
    {
        operation = null;
        if (element.ValueKind != JsonValueKind.Object) return RequestProblems.BadOperation("operations", "It is not a JSON object.");
        var fields = new BatchFields();
        foreach (var member in element.EnumerateObject())
        {
            if (fields.Take(member) is { } unsound) return unsound;
        }

        if (fields.Op is not ("get" or "put" or "delete" or "add"))
            return RequestProblems.BadOperation("op", $"op is '{RequestProblems.Shown(fields.Op ?? "")}'; it is get, put, delete or add.");
        if (!ObjectNames.TryReadBucket(fields.Bucket, out var bucket, out var problem)) return problem;
        if (!ObjectNames.TryReadKey(fields.Key, limits.KeyBytesMax, out var key, out problem)) return problem;
        if (fields.Op != "put" && (fields.HasValue || fields.ContentType != null || fields.Ttl != null))
            return RequestProblems.BadOperation("op", "Only a put has value, contentType and ttl.");
        if (fields.Op != "add" && (fields.By != null || fields.IdempotencyKey != null))
            return RequestProblems.BadOperation("op", "Only an addition has by and idempotencyKey.");
        if (fields.Op == "get")
        {
            operation = new GetObject(bucket, key, new BatchReply());
            return fields.Context == null ? null : RequestProblems.BadOperation("context", "A get takes no context.");
        }

        if (fields.Op == "add") return ReadAddition(fields, bucket, key, out operation);
        VersionVector? context = null;
        if (fields.Context != null && !ContextText.TryParse(fields.Context, bucket, key, out context, out var error))
            return RequestProblems.BadContext("context", error);
        TimeSpan? ttl = null;
        if (fields.Op == "put" && CheckPut(fields, out ttl) is { } badPut) return badPut;
        operation = new PutObject(bucket, key, new BatchReply())
        {
            Value = fields.Value ?? [],
            ContentType = fields.ContentType,
            Context = context,
            Tombstone = fields.Op == "delete",
            Ttl = ttl,
        };
        return null;
    }

    private static Problem? ReadAddition(in BatchFields fields, string bucket, byte[] key, out ClientRequest? operation)
    {
        operation = null;
        if (fields.Context != null) return RequestProblems.BadOperation("context", "An addition takes no context.");
        if (fields.By is not { } by) return RequestProblems.BadOperation("by", "An addition has by, a whole number of 64 bits.");
        UInt128? name = null;
        if (fields.IdempotencyKey is { } sent)
        {
            if (!IdempotencyKey.TryRead(sent, out var hash))
                return RequestProblems.BadOperation("idempotencyKey", $"idempotencyKey is not {IdempotencyKey.Expected}.");
            name = hash;
        }

        operation = new PutObject(bucket, key, new BatchReply()) { Add = new CounterAdd(by, name) };
        return null;
    }

    private Problem? CheckPut(BatchFields fields, out TimeSpan? ttl)
    {
        ttl = null;
        if (!fields.HasValue) return RequestProblems.BadOperation("value", "A put has a value, in base64; an empty one is \"\".");
        if (fields.Value is null) return RequestProblems.BadOperation("value", "value is not base64.");
        if (fields.Value.Length > limits.ValueBytesMax) return RequestProblems.ValueTooLarge(fields.Value.Length, limits.ValueBytesMax);
        if (fields.ContentType != null && !Sibling.IsContentType(fields.ContentType))
            return RequestProblems.BadOperation("contentType", $"contentType is not 1 to {Sibling.ContentTypeLengthMax} printable "
                + $"ASCII characters.");
        if (fields.Ttl is not { } seconds) return null;
        if (!TimeToLive.TryFrom(seconds, out var read))
            return RequestProblems.BadOperation("ttl", $"ttl is {seconds}; it is {TimeToLive.Expected}.");
        ttl = read;
        return null;
    }
}
