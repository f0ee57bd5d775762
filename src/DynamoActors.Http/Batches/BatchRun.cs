using DynamoActors.Http.Problems;
using DynamoActors.Node.Requests;

namespace DynamoActors.Http.Batches;

/// <summary>
/// Asks the node for all operations of a batch. Each outcome becomes JSON where it arrives, and its object is let go. Writes are asked at
/// once, since their values are in the body
/// that was taken; of gets few are under way, since a short batch may name many large values, and once one does not fit into the answer
/// no further get is begun.
/// </summary>
internal sealed class BatchRun(IStoreNode node, BatchOperation[] operations, Func<BatchOperation, IClientReply, ClientRequest> requestOf,
    long bytesMax)
{
    /// <summary>Enough to hide a replica's latency behind the others'; so many values the node may hold beyond the bound.</summary>
    public const int GetsAtOnce = 8;

    private readonly ReadOnlyMemory<byte>[] _results = new ReadOnlyMemory<byte>[operations.Length];
    private readonly Lock _counting = new();
    private int _next = -1;
    private long _bytes;
    private bool _isFull;

    /// <summary>The results in the operations' places, each a JSON object.</summary>
    public async Task<ReadOnlyMemory<byte>[]> RunAsync()
    {
        var running = new List<Task>();
        for (var index = 0; index < operations.Length; index++)
        {
            if (operations[index].Verb != BatchVerb.Get) running.Add(AskAsync(index));
        }

        for (var reader = 0; reader < GetsAtOnce; reader++) running.Add(GetInTurnAsync());
        await Task.WhenAll(running);
        return _results;
    }

    private async Task GetInTurnAsync()
    {
        while (Interlocked.Increment(ref _next) is var index && index < operations.Length)
        {
            if (operations[index].Verb != BatchVerb.Get) continue;
            if (Volatile.Read(ref _isFull)) _results[index] = RenderedResult.Of(OutcomeProblems.AnswerTooLarge(bytesMax));
            else await AskAsync(index);
        }
    }

    private async Task AskAsync(int index)
    {
        var reply = new BatchReply();
        node.Submit(requestOf(operations[index], reply));
        var outcome = await reply.Outcome;
        var bytes = RenderedResult.ValueBytesOf(outcome);
        _results[index] = bytes == 0 || TryTake(bytes)
            ? RenderedResult.Of(operations[index].Verb, outcome, bytes)
            : RenderedResult.Of(OutcomeProblems.AnswerTooLarge(bytesMax));
    }

    private bool TryTake(long bytes)
    {
        lock (_counting)
        {
            if (_bytes + bytes > bytesMax)
            {
                _isFull = true;
                return false;
            }

            _bytes += bytes;
            return true;
        }
    }

    private sealed class BatchReply : IClientReply
    {
        private readonly TaskCompletionSource<ClientOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<ClientOutcome> Outcome => _outcome.Task;

        public void Complete(ClientOutcome outcome) => _outcome.SetResult(outcome);
    }
}
