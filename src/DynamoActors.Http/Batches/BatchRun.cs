using DynamoActors.Http.Problems;
using DynamoActors.Http.Serving;
using DynamoActors.Node.Requests;

namespace DynamoActors.Http.Batches;

/// <summary>
/// Asks the node for all operations of a batch; those on one key one after another, in the order given. Each outcome becomes JSON where it
/// arrives, and its object is let go. Keys that are written are begun at once, since their values are in the body that was taken; of keys
/// that are only read few are under way, since a short batch may name many large values, and once one does not fit into the answer no
/// further get is begun.
/// </summary>
/// <param name="makeRoom">Waits for memory for so many bytes until the batch is answered; false: there is none.</param>
internal sealed class BatchRun(
    IStoreNode node, ClientRequest[] operations, long bytesMax, Func<long, Task<bool>> makeRoom)
{
    /// <summary>Enough to hide a replica's latency behind the others'; so many values the node may hold beyond the bound.</summary>
    public const int GetsAtOnce = 8;

    private readonly ReadOnlyMemory<byte>[] _results = new ReadOnlyMemory<byte>[operations.Length];
    private readonly Lock _counting = new();
    private readonly SemaphoreSlim _large = new(1);
    private int _next = -1;
    private long _bytes;
    private bool _isFull;
    private bool _hasRoom;

    /// <summary>The results in the operations' places, each a JSON object.</summary>
    public async Task<ReadOnlyMemory<byte>[]> RunAsync()
    {
        var perKey = Enumerable.Range(0, operations.Length)
            .GroupBy(index => (operations[index].Bucket, Convert.ToHexString(operations[index].Key.Span)))
            .ToLookup(ofKey => ofKey.All(index => operations[index] is GetObject), ofKey => ofKey.ToArray());
        var onlyRead = perKey[true].SelectMany(ofKey => ofKey).Select(index => new[] { index }).ToArray();
        var running = perKey[false].Select(AskInOrderAsync).ToList();
        for (var reader = 0; reader < GetsAtOnce; reader++) running.Add(ReadInTurnAsync(onlyRead));
        await Task.WhenAll(running);
        return _results;
    }

    private async Task ReadInTurnAsync(int[][] keys)
    {
        while (Interlocked.Increment(ref _next) is var turn && turn < keys.Length) await AskInOrderAsync(keys[turn]);
    }

    private async Task AskInOrderAsync(int[] indexes)
    {
        foreach (var index in indexes)
        {
            if (operations[index] is GetObject && Volatile.Read(ref _isFull))
                _results[index] = RenderedResult.Of(OutcomeProblems.AnswerTooLarge(bytesMax));
            else await AskAsync(index);
        }
    }

    private async Task AskAsync(int index)
    {
        var operation = operations[index];
        operation.ObjectBytesMax = TransferBudget.LargeFrom;
        var outcome = await AskAsync(operation);
        if (outcome is ObjectIsLarge)
        {
            await _large.WaitAsync();
            try
            {
                // Once for all of the batch: several that each wait for more than they have would wait for each other.
                _hasRoom = _hasRoom || await makeRoom(bytesMax);
                outcome = _hasRoom
                    ? await AskAsync(new GetObject(operation.Bucket, operation.Key, new BatchReply()) { Trace = operation.Trace })
                    : OutcomeProblems.TooManyAnswers(bytesMax);
            }
            finally
            {
                _large.Release();
            }
        }

        var bytes = RenderedResult.ValueBytesOf(outcome);
        _results[index] = bytes == 0 || TryTake(bytes)
            ? RenderedResult.Of(operation, outcome, bytes)
            : RenderedResult.Of(OutcomeProblems.AnswerTooLarge(bytesMax));
    }

    private Task<ClientOutcome> AskAsync(ClientRequest operation)
    {
        node.Submit(operation);
        return ((BatchReply)operation.Client).Outcome;
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
}

/// <summary>Where one operation of a batch is answered.</summary>
internal sealed class BatchReply : IClientReply
{
    private readonly TaskCompletionSource<ClientOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<ClientOutcome> Outcome => _outcome.Task;

    public void Complete(ClientOutcome outcome) => _outcome.SetResult(outcome);
}
