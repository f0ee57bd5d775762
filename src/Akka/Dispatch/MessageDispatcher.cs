using Akka.Actor;

namespace Akka.Dispatch;

/// <summary>Gives cells threads to run on. One that is configured under an id serves all actors that name it.</summary>
public abstract class MessageDispatcher
{
    private long _inhabitants;

    private protected MessageDispatcher(string id, int throughput)
    {
        Id = id;
        Throughput = throughput;
    }

    public string Id { get; }

    /// <summary>How many messages a cell may handle before it lets another one run.</summary>
    public int Throughput { get; }

    public void Schedule(Action run) => Execute(new ActionRunnable(run));

    internal abstract void Execute(IRunnable run);

    internal void Attach() => Interlocked.Increment(ref _inhabitants);

    internal void Detach()
    {
        if (Interlocked.Decrement(ref _inhabitants) == 0)
            Deserted();
    }

    private protected virtual void Deserted()
    {
    }
}

/// <summary>Runs cells on the shared thread pool.</summary>
public sealed class Dispatcher : MessageDispatcher
{
    // Work that an actor causes runs next on its own thread, while its data is in cache; now and then it goes to the end of
    // the common queue instead, so that two busy actors cannot keep a third one waiting below them for ever.
    private const int LocalInARow = 61;

    [ThreadStatic]
    private static int _row;

    internal Dispatcher(string id, int throughput)
        : base(id, throughput)
    {
    }

    internal override void Execute(IRunnable run) =>
        ThreadPool.UnsafeQueueUserWorkItem(run, preferLocal: ++_row % LocalInARow != 0);
}
