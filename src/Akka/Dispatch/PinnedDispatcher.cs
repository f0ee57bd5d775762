using System.Collections.Concurrent;

namespace Akka.Dispatch;

/// <summary>
/// A thread of its own for one actor, for work that blocks. The thread starts with the first message and ends when the actor has.
/// </summary>
public sealed class PinnedDispatcher : MessageDispatcher
{
    private readonly BlockingCollection<IRunnable> _runs = [];
    private readonly string _threadName;
    private int _started;

    internal PinnedDispatcher(string id, int throughput, string threadName)
        : base(id, throughput) => _threadName = threadName;

    internal override void Execute(IRunnable run)
    {
        if (Interlocked.Exchange(ref _started, 1) == 0)
            new Thread(RunAll) { IsBackground = true, Name = _threadName }.Start();
        try
        {
            _runs.Add(run);
        }
        catch (InvalidOperationException)
        {
            // The actor is gone and its thread with it: only stragglers that find a closed mailbox come here.
            ThreadPool.UnsafeQueueUserWorkItem(run, preferLocal: false);
        }
    }

    private protected override void Deserted() => _runs.CompleteAdding();

    private void RunAll()
    {
        foreach (IRunnable run in _runs.GetConsumingEnumerable())
            run.Run();
    }
}
