namespace DynamoActors.Node.Requests;

/// <summary>
/// How many requests a node has under way, whichever way they came in: from its own front end, one by one or in a batch, or forwarded by
/// another node. Any thread may call.
/// </summary>
internal sealed class RequestAdmission(int requestsMax)
{
    private static readonly TimeSpan _retryAfter = TimeSpan.FromSeconds(1);

    private int _underWay;
    private TaskCompletionSource? _empty;

    public int UnderWay => Volatile.Read(ref _underWay);

    /// <summary>False: there are as many as there may be. True: <see cref="Leave"/> follows.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _underWay) <= requestsMax) return true;
        Interlocked.Decrement(ref _underWay);
        return false;
    }

    public void Leave()
    {
        if (Interlocked.Decrement(ref _underWay) == 0) Volatile.Read(ref _empty)?.TrySetResult();
    }

    /// <summary>Ends when none is under way for a moment.</summary>
    public Task EmptyAsync()
    {
        var empty = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Interlocked.Exchange(ref _empty, empty);
        if (UnderWay == 0) empty.TrySetResult();
        return empty.Task;
    }

    public NodeOverloaded Refusal => new(_retryAfter, $"{requestsMax} requests are under way on this node (dynamo.requests-max).");
}
