using System.Collections.Concurrent;
using DynamoActors.Http.Serving;

namespace DynamoActors.Resp.Calls;

/// <summary>Asks the node as HTTP does, with the same patience and within the same bounds.</summary>
internal sealed class Question(ServingBounds bounds) : Asking(bounds)
{
    private Call? _call;

    /// <summary>Dozens of answers of one connection may wait for the first of them.</summary>
    protected override int CountedFrom => 4 * 1024;

    public void Begin(Call call) => (_call, Caller) = (call, call.Caller);

    /// <summary>It has its turn already, of so many bytes.</summary>
    public void HaveTurn(long bytes) => TurnBytes = bytes;

    public void End()
    {
        EndAsking();
        (_call, Caller) = (null, null);
    }

    protected override Task BeforeLargeAsync() => _call!.Turn;
}

/// <summary>Questions that have been answered serve again. Any thread may call.</summary>
internal sealed class Questions(ServingBounds bounds)
{
    private const int SpareMax = 1024;

    private readonly ConcurrentQueue<Question> _spare = new();

    public Question Rent(Call call)
    {
        if (!_spare.TryDequeue(out var question)) question = new Question(bounds);
        question.Begin(call);
        return question;
    }

    public void Return(Question question)
    {
        question.End();
        if (_spare.Count < SpareMax) _spare.Enqueue(question);
    }
}
