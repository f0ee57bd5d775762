using DynamoActors.Http.Answers;
using DynamoActors.Http.Problems;
using DynamoActors.Http.Serving;
using DynamoActors.Http.Targets;
using DynamoActors.Node.Requests;

namespace DynamoActors.Http.Listing;

/// <summary>Serves <c>/buckets/{bucket}/keys</c>: a page of the bucket's keys, in the order of their unsigned bytes.</summary>
internal sealed class KeysEndpoint(IStoreNode node, int keyBytesMax)
{
    public ValueTask ServeAsync(Exchange exchange, ReadOnlySpan<char> encodedBucket, ReadOnlySpan<char> encodedQuery)
    {
        if (!ObjectNames.TryReadBucket(encodedBucket, out var bucket, out var problem)) return exchange.WriteAsync(problem);
        var query = new KeysQuery(bucket, keyBytesMax);
        if (!query.TryRead(encodedQuery, out problem)) return exchange.WriteAsync(problem);
        return ServeAsync(exchange, new ListKeys(bucket, query.Prefix, exchange)
        {
            After = query.After,
            Limit = query.Limit,
            Timeout = query.Timeout
        });
    }

    private async ValueTask ServeAsync(Exchange exchange, ListKeys list)
    {
        var outcome = await exchange.AskAsync(node, list);
        if (outcome is KeysListed listed) await exchange.WriteJsonAsync(200, Of(list, listed), StoreJson.Default.Keys);
        else await exchange.WriteAsync(OutcomeProblems.Of(outcome, isWrite: false));
    }

    private static Keys Of(ListKeys list, KeysListed listed) => new(
        listed.Keys.Select(key => PercentEncoding.Encode(key.Span)),
        listed.Next is { } next ? KeysCursor.ToText(list.Bucket, list.Prefix.Span, next.Span) : null);
}
