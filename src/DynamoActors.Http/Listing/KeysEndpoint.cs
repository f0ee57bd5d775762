using DynamoActors.Http.Answers;
using DynamoActors.Http.Problems;
using DynamoActors.Http.Serving;
using DynamoActors.Http.Targets;
using DynamoActors.Node.Requests;

namespace DynamoActors.Http.Listing;

/// <summary>
/// Serves <c>/buckets/{bucket}/keys</c>, a page of the bucket's keys in the order of their unsigned bytes, and <c>/buckets</c>, a page of
/// the buckets.
/// </summary>
internal sealed class KeysEndpoint(IStoreNode node, int keyBytesMax)
{
    public ValueTask ServeBucketsAsync(Exchange exchange, ReadOnlySpan<char> encodedQuery) =>
        ServeAsync(exchange, ListKeys.Buckets, encodedQuery);

    public ValueTask ServeAsync(Exchange exchange, ReadOnlySpan<char> encodedBucket, ReadOnlySpan<char> encodedQuery) =>
        ObjectNames.TryReadBucket(encodedBucket, out var bucket, out var problem) ? ServeAsync(exchange, bucket, encodedQuery)
            : exchange.WriteAsync(problem);

    private ValueTask ServeAsync(Exchange exchange, string bucket, ReadOnlySpan<char> encodedQuery)
    {
        var query = new KeysQuery(bucket == ListKeys.Buckets ? Parameter.OfBuckets : Parameter.OfListings, keyBytesMax);
        if (!query.TryRead(encodedQuery, out var problem)) return exchange.WriteAsync(problem);
        return query.TryReadAfter(bucket, out var after) is { } bad ? exchange.WriteAsync(bad)
            : ServeAsync(exchange, new ListKeys(bucket, query.Prefix, exchange)
            {
                After = after,
                Limit = query.Limit,
                Timeout = query.Timeout,
            });
    }

    private async ValueTask ServeAsync(Exchange exchange, ListKeys list)
    {
        var outcome = await exchange.AskAsync(node, list);
        if (outcome is not KeysListed listed)
        {
            await exchange.WriteAsync(OutcomeProblems.Of(outcome, isWrite: false));
            return;
        }

        var ofBuckets = list.Bucket == ListKeys.Buckets;
        // Behind the length of its name.
        var names = listed.Keys.Select(key => PercentEncoding.Encode(key.Span[(ofBuckets ? 1 : 0)..]));
        var cursor = listed.Next is { } next ? KeysCursor.ToText(list.Bucket, list.Prefix.Span, next.Span) : null;
        await (ofBuckets ? exchange.WriteJsonAsync(200, new Answers.Buckets(names, cursor), StoreJson.Default.Buckets)
            : exchange.WriteJsonAsync(200, new Keys(names, cursor), StoreJson.Default.Keys));
    }
}
