using DynamoActors.Core.Counters;
using DynamoActors.Core.Security;
using DynamoActors.Core.Versioning;
using DynamoActors.Http.Problems;
using DynamoActors.Http.Serving;
using DynamoActors.Node.Requests;
using DynamoActors.Resp.Protocol;

namespace DynamoActors.Resp.Calls;

/// <summary>
/// One command on its way: what it was sent, what it asks the node, and the memory that is held for it. Several of a connection are under
/// way at once; their answers go out in the order in which they came.
/// </summary>
internal sealed class Call(RespServices services, Session session, Argument[] arguments, string? command = null)
{
    /// <summary>Answers are kept without asking for room up to here.</summary>
    private const long UncountedBytesMax = 64 * 1024;

    private readonly Lock _gate = new();
    private TaskCompletionSource? _turn;
    private bool _isTurn;
    private List<Question>? _holding;
    private List<long>? _bodies;
    private long _turnBytes;
    private List<long>? _answers;
    private long _uncounted;
    private long _counted;

    public RespServices Services => services;

    public Session Session => session;

    /// <summary>The command's name in small letters; null: there is none of that name.</summary>
    public string? Command => command;

    /// <summary>The command's name first.</summary>
    public Argument[] Arguments => arguments;

    /// <summary>Who asks.</summary>
    public Caller? Caller { get; } = services.CallerOf(session);

    /// <summary>As it was when the command came.</summary>
    public int Database { get; } = session.Database;

    /// <summary>As <see cref="Database"/>.</summary>
    public int Version { get; set; } = session.Version;

    public Task<Reply> Reply { get; set; } = null!;

    /// <summary>
    /// Every answer before this one has been written. Room for much is asked for no sooner: held by a later answer of the same connection,
    /// an earlier one could wait for it in vain.
    /// </summary>
    public Task Turn
    {
        get
        {
            lock (_gate)
            {
                if (_isTurn) return Task.CompletedTask;
                return (_turn ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }
        }
    }

    public void TakeTurn()
    {
        lock (_gate)
        {
            _isTurn = true;
            _turn?.TrySetResult();
        }
    }

    public Task<ClientOutcome> GetAsync(ReadOnlyMemory<byte> key) =>
        AskAsync(question => new GetObject(services.Databases.NameOf(Database), key, question));

    /// <param name="ttl">Null: the bucket's.</param>
    public Task<ClientOutcome> PutAsync(ReadOnlyMemory<byte> key, Argument value, TimeSpan? ttl, Conditions conditions = default) =>
        AskAsync(question => new PutObject(services.Databases.NameOf(Database), key, question)
        {
            Value = value.Bytes,
            Headroom = value.Headroom,
            Ttl = ttl,
            Conditions = conditions,
        });

    public Task<ClientOutcome> AddAsync(ReadOnlyMemory<byte> key, CounterAdd add) =>
        AskAsync(question => new PutObject(services.Databases.NameOf(Database), key, question) { Add = add });

    public Task<ClientOutcome> DeleteAsync(ReadOnlyMemory<byte> key, Conditions conditions) =>
        AskAsync(question => new PutObject(services.Databases.NameOf(Database), key, question)
        {
            Tombstone = true,
            Conditions = conditions,
        });

    public Task<ClientOutcome> ListAsync(ReadOnlyMemory<byte> prefix, ReadOnlyMemory<byte> after, int limit) =>
        AskAsync(question => new ListKeys(services.Databases.NameOf(Database), prefix, question) { After = after, Limit = limit });

    /// <summary>Counts what an answer of many parts has so far. False: there is no room for it.</summary>
    public async ValueTask<bool> CountAsync(long bytes)
    {
        long wanted;
        lock (_gate)
        {
            _counted += bytes;
            if (_counted > services.AnswerBytesMax) return false;
            if (_uncounted <= UncountedBytesMax) return true;
            wanted = _uncounted;
            _uncounted = 0;
        }

        await Turn;
        if (!await services.Bounds.Answers.TakeAsync(wanted, services.Bounds.PatienceFor(wanted))) return false;
        lock (_gate) (_answers ??= []).Add(wanted);
        return true;
    }

    /// <summary>Of the bodies' room, which is the command's until it is done.</summary>
    public void HoldBody(long bytes) => (_bodies ??= []).Add(bytes);

    /// <summary>Its last large argument was read in a turn of so many bytes: it goes on with what is asked of the node first.</summary>
    public void HoldTurn(long bytes) => _turnBytes = bytes;

    /// <summary>The node is done with the arguments.</summary>
    public void ReturnBodies()
    {
        if (Interlocked.Exchange(ref _turnBytes, 0) is > 0 and var turn) services.Bounds.Work.Leave(turn);
        foreach (var bytes in _bodies ?? []) services.Bounds.Bodies.Return(bytes);
        _bodies = null;
    }

    /// <summary>The answer has been written, or never will be.</summary>
    public void End()
    {
        foreach (var question in _holding ?? []) services.Questions.Return(question);
        foreach (var bytes in _answers ?? []) services.Bounds.Answers.Return(bytes);
        _holding = null;
        _answers = null;
    }

    private async Task<ClientOutcome> AskAsync(Func<IClientReply, ClientRequest> make)
    {
        var question = services.Questions.Rent(this);
        try
        {
            var request = make(question);
            if (Interlocked.Exchange(ref _turnBytes, 0) is > 0 and var turn)
            {
                // What waits for others' answers first, as a large read does, keeps no turn from them.
                if (request is PutObject) question.HaveTurn(turn);
                else services.Bounds.Work.Leave(turn);
            }

            var outcome = await question.AskAsync(services.Node, request);
            if (!question.HoldsRoom && outcome is ObjectRead { Object: { } read })
                lock (_gate) _uncounted += read.Siblings.Sum(sibling => (long)sibling.Value.Length);
            return outcome;
        }
        finally
        {
            if (!question.HoldsRoom) services.Questions.Return(question);
            else lock (_gate) (_holding ??= []).Add(question);
        }
    }
}
