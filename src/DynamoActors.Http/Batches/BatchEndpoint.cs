using DynamoActors.Http.Answers;
using DynamoActors.Http.Objects;
using DynamoActors.Http.Problems;
using DynamoActors.Http.Security;
using DynamoActors.Http.Serving;
using DynamoActors.Node.Requests;

namespace DynamoActors.Http.Batches;

/// <summary>
/// Serves <c>POST /kv:batch</c>: up to <see cref="BatchBody.OperationsMax"/> gets, puts, deletes and additions, each with a result of its
/// own. It is no transaction; operations on one key take effect in the order given.
/// </summary>
internal sealed class BatchEndpoint(IStoreNode node, RequestLimits limits)
{
    private static readonly ReadOnlyMemory<byte> Before = "{\"results\":["u8.ToArray();
    private static readonly ReadOnlyMemory<byte> Between = ","u8.ToArray();
    private static readonly ReadOnlyMemory<byte> After = "]}"u8.ToArray();

    private readonly BatchReader _reader = new(limits);

    /// <summary>One value of the largest size fits in base64 (four characters for three bytes), beside others.</summary>
    private readonly int _bodyBytesMax = (int)Math.Min(int.MaxValue / 2, limits.ValueBytesMax * 2L + (1 << 20));

    public async ValueTask ServeAsync(Exchange exchange)
    {
        var length = exchange.Request.Headers.ContentLength ?? (exchange.MayHaveBody ? null : 0);
        if (await RequestBody.ReadAsync(exchange, length, _bodyBytesMax) is not { } body)
        {
            await exchange.WriteAsync(RequestProblems.BatchTooLarge(_bodyBytesMax));
            return;
        }

        if (!_reader.TryRead(body, out var operations, out var problem))
        {
            await exchange.WriteAsync(problem);
            return;
        }

        exchange.Charge(operations.Length);
        for (var index = 0; index < operations.Length; index++)
        {
            operations[index].Trace = exchange.Trace;
            if (AccessControl.Refusal(exchange.Caller, operations[index]) is not { } denied) continue;
            await exchange.WriteAsync(RequestProblems.InBatch(index, OutcomeProblems.Denied(denied)));
            return;
        }

        if (body.Length >= TransferBudget.LargeFrom && !await exchange.TakeTurnAsync(body.Length))
        {
            await exchange.WriteAsync(OutcomeProblems.Overloaded(OutcomeProblems.TooMuchWork));
            return;
        }

        var results = await new BatchRun(node, operations, limits.BatchAnswerBytesMax, exchange.HoldAnswerAsync).RunAsync();
        await exchange.WriteJsonAsync(200, Before, results, Between, After);
    }
}
