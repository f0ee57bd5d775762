using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;
using DynamoActors.Core.Security;
using DynamoActors.Http.Problems;
using DynamoActors.Http.Security;
using DynamoActors.Node.Requests;
using DynamoActors.Node.Tracing;

namespace DynamoActors.Http.Serving;

/// <summary>
/// Asks the node, and goes on asking where it says that it has too much to do and has done nothing. Large writes take turns; a large object
/// is read once there is room for it.
/// </summary>
/// <remarks>One request at a time: the same object is the reply address and the awaitable of the answer, and a request allocates
/// neither.</remarks>
internal abstract class Asking(ServingBounds bounds) : IClientReply, IValueTaskSource<ClientOutcome>, IThreadPoolWorkItem
{
    /// <summary>
    /// Answers up to this size are written on the thread that brings them, which saves a change of threads; larger ones would keep a
    /// coordinator from its next message while they are copied to the socket.
    /// </summary>
    private const int InlineBytesMax = 16 * 1024;

    /// <summary>Of a large object, the node's own copy and another replica's are in memory before they are found to be the same.</summary>
    private const long CopiesOfRead = 2;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan PauseMax = TimeSpan.FromMilliseconds(160);

    private ManualResetValueTaskSourceCore<ClientOutcome> _reply;
    private ClientOutcome? _outcome;
    private IStoreNode _node = null!;
    private ClientRequest? _request;
    private ITimer? _again;
    private TimeSpan _pause;
    private long _refusedAt;
    private long _answerBytes;

    protected ServingBounds Bounds { get; } = bounds;

    /// <summary>What a request has waited for room for its body; its other waits are as much shorter.</summary>
    protected TimeSpan Waited { get; set; }

    /// <summary>Of the turn that it has; zero: none.</summary>
    protected long TurnBytes { get; set; }

    /// <summary>Answers with more bytes than this count among those that are under way.</summary>
    protected virtual int CountedFrom => TransferBudget.LargeFrom;

    /// <summary>Who asks; null: nobody that is known, who may nothing.</summary>
    public Caller? Caller { get; set; }

    /// <summary>Hands the request, whose reply address is this object, to the node.</summary>
    public ValueTask<ClientOutcome> AskAsync(IStoreNode node, ClientRequest request) =>
        AccessControl.Refusal(Caller, request) is { } denied ? new ValueTask<ClientOutcome>(denied)
        : request is PutObject put && put.Value.Length >= TransferBudget.LargeFrom ? AskInTurnAsync(node, put)
        : AskNowAsync(node, request);

    /// <summary>Waits until the node may work on so much more, which it may until the request has ended. False: not in the request's
    /// time.</summary>
    public async ValueTask<bool> TakeTurnAsync(long bytes, TimeSpan? patience = null)
    {
        if (TurnBytes > 0) return true;
        var began = Bounds.Time.GetTimestamp();
        if (!await Bounds.Work.EnterAsync(bytes, LeftOf(patience ?? Bounds.PatienceFor(bytes)))) return false;
        TurnBytes = bytes;
        Waited += Bounds.Time.GetElapsedTime(began);
        return true;
    }

    /// <summary>The body, which has its turn, is read from now on.</summary>
    public ReadingTurn BeginTurn()
    {
        var turn = new ReadingTurn(Bounds.Work, TurnBytes, Bounds.Time);
        TurnBytes = 0;
        return turn;
    }

    public void EndTurn(ReadingTurn turn) => TurnBytes = turn.End();

    /// <summary>What the spans of what is asked stand below; null: it is not traced.</summary>
    public TraceParent? Trace { get; protected set; }

    /// <summary>Room for an object is held until the request has ended.</summary>
    public bool HoldsRoom => _answerBytes > 0;

    /// <summary>Room for large objects that are read, until the request has ended. False: there was none in the request's time.</summary>
    public async Task<bool> HoldAnswerAsync(long bytes)
    {
        if (!await Bounds.Answers.TakeAsync(bytes, _request?.Timeout ?? Bounds.PatienceFor(bytes))) return false;
        _answerBytes += bytes;
        return true;
    }

    /// <summary>Before room is asked for that others might wait for in vain.</summary>
    protected virtual Task BeforeLargeAsync() => Task.CompletedTask;

    /// <summary>Of what a request may wait, once it has waited for room for its body.</summary>
    private TimeSpan LeftOf(TimeSpan patience) => patience > Waited ? patience - Waited : TimeSpan.Zero;

    /// <summary>What was asked has been answered to the client.</summary>
    protected void EndAsking()
    {
        if (TurnBytes > 0) Bounds.Work.Leave(TurnBytes);
        if (_answerBytes > 0) Bounds.Answers.Return(_answerBytes);
        TurnBytes = _answerBytes = 0;
        // An idle connection keeps no value in memory.
        _reply.Reset();
        _request = null;
    }

    private ValueTask<ClientOutcome> AskNowAsync(IStoreNode node, ClientRequest request)
    {
        _reply.Reset();
        _node = node;
        _request = request;
        request.Trace = Trace;
        _pause = TimeSpan.Zero;
        request.ObjectBytesMax = TransferBudget.LargeFrom;
        node.Submit(request);
        return new ValueTask<ClientOutcome>(this, _reply.Version);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ClientOutcome> AskInTurnAsync(IStoreNode node, PutObject put)
    {
        if (!await TakeTurnAsync(put.Value.Length, put.Timeout)) return OutcomeProblems.TooMuchWork;
        var bytes = TurnBytes;
        TurnBytes = 0;
        var began = Bounds.Time.GetTimestamp();
        ClientOutcome? outcome = null;
        try
        {
            return outcome = await AskNowAsync(node, put);
        }
        finally
        {
            Bounds.Work.Leave(bytes, began, failed: outcome is null or NodeOverloaded or NodeNotReady or QuorumNotReached);
        }
    }

    void IClientReply.Complete(ClientOutcome outcome)
    {
        switch (outcome)
        {
            case NodeOverloaded when MayAskAgain():
                _again ??= Bounds.Time.CreateTimer(
                    static asking => ((Asking)asking!).AskAgain(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                _again.Change(_pause, Timeout.InfiniteTimeSpan);
                return;
            case ObjectIsLarge large:
                _ = AskWithRoomAsync(large.Bytes);
                return;
        }

        var bytes = BytesOf(outcome);
        if (bytes <= InlineBytesMax) _reply.SetResult(outcome);
        else if (bytes > CountedFrom && outcome is ObjectRead && MayStillWait && !HasRoomFor(bytes)) _ = AskWithRoomAsync(bytes);
        else Continue(outcome);
    }

    void IThreadPoolWorkItem.Execute()
    {
        var outcome = _outcome!;
        _outcome = null;
        _reply.SetResult(outcome);
    }

    private void Continue(ClientOutcome outcome)
    {
        _outcome = outcome;
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Nothing was done, and there is time left: longer pauses each time.</summary>
    private bool MayAskAgain()
    {
        if (_request is InspectionRequest) return false;
        if (_pause == TimeSpan.Zero) (_pause, _refusedAt) = (FirstPause, Bounds.Time.GetTimestamp());
        else _pause = TimeSpan.FromTicks(Math.Min(_pause.Ticks * 2, PauseMax.Ticks));
        return Bounds.Time.GetElapsedTime(_refusedAt) + _pause < (_request!.Timeout ?? Bounds.Patience);
    }

    /// <summary>Or there is room held already, of which the rest is to be given back.</summary>
    private bool MayStillWait => _answerBytes > 0 || _request!.ObjectBytesMax < int.MaxValue;

    private void AskAgain() => _node.Submit(_request!);

    /// <summary>Of two copies that were in memory one is left.</summary>
    private bool HasRoomFor(long bytes)
    {
        if (_answerBytes == 0 && !Bounds.Answers.TryTake(bytes)) return false;
        if (_answerBytes > bytes) Bounds.Answers.Return(_answerBytes - bytes);
        _answerBytes = bytes;
        return true;
    }

    private async Task AskWithRoomAsync(long bytes)
    {
        await BeforeLargeAsync();
        if (_answerBytes == 0 && bytes > TransferBudget.LargeFrom && !await HoldAnswerAsync(CopiesOfRead * bytes))
        {
            Continue(OutcomeProblems.TooManyAnswers(Bounds.Answers.BytesMax));
            return;
        }

        _request!.ObjectBytesMax = int.MaxValue;
        _node.Submit(_request);
    }

    private static long BytesOf(ClientOutcome outcome)
    {
        var value = outcome switch
        {
            ObjectRead read => read.Object,
            ObjectWritten written => written.Object,
            _ => null,
        };
        if (value == null) return 0;
        long bytes = 0;
        foreach (var sibling in value.Siblings) bytes += sibling.Value.Length;
        return bytes;
    }

    ClientOutcome IValueTaskSource<ClientOutcome>.GetResult(short token) => _reply.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<ClientOutcome>.GetStatus(short token) => _reply.GetStatus(token);

    void IValueTaskSource<ClientOutcome>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _reply.OnCompleted(continuation, state, token, flags);
}
