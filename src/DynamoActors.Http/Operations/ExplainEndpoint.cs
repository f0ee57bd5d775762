using DynamoActors.Http.Answers;
using DynamoActors.Http.Problems;
using DynamoActors.Http.Serving;
using DynamoActors.Http.Targets;
using DynamoActors.Node.Requests;

namespace DynamoActors.Http.Operations;

/// <summary>Serves <c>/explain/{key}</c>: where a key lies, and what each owner holds of it.</summary>
internal sealed class ExplainEndpoint(IStoreNode node, int keyBytesMax)
{
    public ValueTask ServeAsync(Exchange exchange, ReadOnlySpan<char> encodedKey, ReadOnlySpan<char> query)
    {
        var read = new BucketQuery();
        if (!ObjectNames.TryReadKey(encodedKey, keyBytesMax, out var key, out var problem) || !read.TryRead(query, out problem))
            return exchange.WriteAsync(problem);
        return ServeAsync(exchange, new ExplainKey(read.Bucket, key, exchange));
    }

    private async ValueTask ServeAsync(Exchange exchange, ExplainKey explain)
    {
        var outcome = await exchange.AskAsync(node, explain);
        if (outcome is KeyExplained explained)
            await exchange.WriteJsonAsync(200, ExplainPage.Of(explain, explained), StoreJson.Default.Explanation);
        else await exchange.WriteAsync(OutcomeProblems.Of(outcome, isWrite: false));
    }
}
