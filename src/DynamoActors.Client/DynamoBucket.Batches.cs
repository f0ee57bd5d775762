using System.Net.Http.Headers;
using System.Text.Json;
using DynamoActors.Client.Requests;
using DynamoActors.Client.Wire;

namespace DynamoActors.Client;

public sealed partial class DynamoBucket<T>
{
    private const int OperationsMax = 100;

    /// <summary>Of values; base64 makes them a third longer, and nodes take at least 17 MiB.</summary>
    private const int BatchBytesMax = 8 * 1024 * 1024;

    private const int BatchesAtOnce = 4;

    /// <summary>Reads many keys, a hundred with each request. It is no snapshot.</summary>
    /// <returns>A result for each key, in its place.</returns>
    public async Task<IReadOnlyList<GetResult<T>>> GetManyAsync(
        IEnumerable<DynamoKey> keys, ReadOptions? options = null, CancellationToken cancellation = default)
    {
        DynamoKey[] all = [.. keys];
        // A batch takes no numbers of replicas, and a session looks at each answer by itself.
        if (_session != null || options is { R: not null } or { Pr: not null } or { Consistency: not null })
            return await EachAsync(all, key => GetAsync(key, options, cancellation));
        var deadline = _client.Deadline(options?.Timeout);
        var answers = await BatchAsync([.. all.Select(key => Operation("get", key))], isRead: true, deadline, cancellation);
        // What an answer has no room for comes by itself, within the same time.
        return await EachAsync([.. Enumerable.Range(0, all.Length)], index => answers[index].Problem == "answer-too-large"
            ? GetAsync(all[index], new ReadOptions { Timeout = deadline.LeftOrLeast }, cancellation)
            : Task.FromResult(Outcomes.OfRead(answers[index], ContextOf(answers[index], all[index]), _codec, _resolver)));
    }

    /// <summary>
    /// Writes many keys, up to a hundred with each request. It is no transaction: each has its own result. Of options there are the
    /// context, the time to live, the content type and the time for all.
    /// </summary>
    /// <returns>A result for each write, in its place.</returns>
    public async Task<IReadOnlyList<WriteResult>> PutManyAsync(
        IEnumerable<(DynamoKey Key, T Value, WriteOptions? Options)> writes, TimeSpan? timeout = null,
        CancellationToken cancellation = default)
    {
        (DynamoKey Key, T Value, WriteOptions? Options)[] all = [.. writes];
        var operations = all.Select(write => Operation("put", write.Key, write.Options) with
        {
            Value = _codec.Encode(write.Value),
            ContentType = CheckedType(write.Options) ?? _codec.ContentType,
            Ttl = write.Options?.TimeToLive is { } ttl ? SecondsOf(ttl) : null,
        });
        var answers = await BatchAsync([.. operations], isRead: false, _client.Deadline(timeout), cancellation);
        return [.. answers.Select((answer, index) => Noted(all[index].Key, Outcomes.OfWrite(answer)))];
    }

    /// <summary>Writes many keys without a context: each replaces what is there.</summary>
    /// <returns>A result for each write, in its place.</returns>
    public Task<IReadOnlyList<WriteResult>> PutManyAsync(
        IEnumerable<KeyValuePair<DynamoKey, T>> writes, TimeSpan? timeout = null, CancellationToken cancellation = default) =>
        PutManyAsync(writes.Select(write => (write.Key, write.Value, (WriteOptions?)null)), timeout, cancellation);

    /// <summary>Deletes many keys, a hundred with each request; each has its own result.</summary>
    /// <returns>A result for each deletion, in its place.</returns>
    public async Task<IReadOnlyList<WriteResult>> DeleteManyAsync(
        IEnumerable<DynamoKey> keys, TimeSpan? timeout = null, CancellationToken cancellation = default)
    {
        DynamoKey[] all = [.. keys];
        var deadline = _client.Deadline(timeout);
        var answers = await BatchAsync([.. all.Select(key => Operation("delete", key))], isRead: false, deadline, cancellation);
        return [.. answers.Select((answer, index) => Noted(all[index], Outcomes.OfWrite(answer)))];
    }

    internal BatchOperation Operation(string op, DynamoKey key, WriteOptions? options = null)
    {
        if (options is { IfAbsent: true } or { IfMatch: not null } or { W: not null } or { Pw: not null } or { Consistency: not null })
            throw new ArgumentException("Within a batch a write has no condition and no numbers of replicas.", nameof(options));
        return new BatchOperation(op, PercentEncoding.Encode(Name), PercentEncoding.Encode(CheckedKey(key).Span))
        {
            Context = options?.Context.Text,
        };
    }

    internal async Task<NodeAnswer[]> BatchAsync(
        BatchOperation[] operations, bool isRead, Deadline deadline, CancellationToken cancellation)
    {
        var pages = await EachAsync([.. PagesOf(operations)], page => SendAsync(page, isRead, deadline, cancellation));
        return [.. pages.SelectMany(page => page)];
    }

    private async Task<NodeAnswer[]> SendAsync(
        BatchOperation[] operations, bool isRead, Deadline deadline, CancellationToken cancellation)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new BatchBody(operations), StoreJson.Default.BatchBody);
        var request = new StoreRequest("batch", HttpMethod.Post, "/kv:batch")
        {
            Timeout = deadline.LeftOrLeast,
            TakesTimeout = false,
            IsRead = isRead,
            Body = () => new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        };
        var answer = await _client.SendAsync(request, cancellation);
        var results = answer.Status == 200 ? StoreJson.Read(answer.Body, StoreJson.Default.BatchPage)?.Results : null;
        return results?.Length == operations.Length
            ? Array.ConvertAll(results, answer.PartOf)
            : [.. operations.Select(_ => answer.Status == 200 ? answer.Incomprehensible() : answer)];
    }

    private static IEnumerable<BatchOperation[]> PagesOf(BatchOperation[] operations)
    {
        var page = new List<BatchOperation>();
        long bytes = 0;
        foreach (var operation in operations)
        {
            var more = operation.Value?.Length ?? 0;
            if (page.Count == OperationsMax || (page.Count > 0 && bytes + more > BatchBytesMax))
            {
                yield return [.. page];
                page.Clear();
                bytes = 0;
            }

            page.Add(operation);
            bytes += more;
        }

        if (page.Count > 0) yield return [.. page];
    }

    /// <summary>A few at once, results in their places.</summary>
    private static async Task<TResult[]> EachAsync<TItem, TResult>(TItem[] items, Func<TItem, Task<TResult>> work)
    {
        var results = new TResult[items.Length];
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, Math.Min(BatchesAtOnce, items.Length)).Select(async _ =>
        {
            while (Interlocked.Increment(ref next) is var index && index < items.Length) results[index] = await work(items[index]);
        }));
        return results;
    }
}
