using System.Collections.Concurrent;
using Akka.Dispatch;
using Akka.Embedded;

namespace DynamoActors.MultiNode.Tests.Clusters.InProcess;

/// <summary>The threads that run one node's actors. Stopped, they take up nothing more, like those of a process that got SIGSTOP.</summary>
internal sealed class NodeThreads : IMailboxExecutor
{
    // Some wait for the disk while others go on.
    private const int Count = 6;

    private readonly BlockingCollection<IRunnable> _runs = [];
    private readonly ManualResetEventSlim _go = new(initialState: true);
    private readonly Thread[] _threads;
    private volatile bool _dead;

    public NodeThreads(string name)
    {
        _threads = [.. Enumerable.Range(1, Count).Select(number => new Thread(RunAll) { IsBackground = true, Name = $"{name} {number}" })];
        foreach (var thread in _threads) thread.Start();
    }

    public void Execute(IRunnable run)
    {
        lock (_runs)
        {
            if (!_dead) _runs.Add(run);
        }
    }

    public void Stop() => _go.Reset();

    public void Continue() => _go.Set();

    /// <summary>For good: what was about to run never does.</summary>
    public void Kill()
    {
        lock (_runs)
        {
            _dead = true;
            _runs.CompleteAdding();
        }

        _go.Set();
        foreach (var thread in _threads) thread.Join();
    }

    private void RunAll()
    {
        foreach (var run in _runs.GetConsumingEnumerable())
        {
            _go.Wait();
            if (_dead) return;
            run.Run();
        }
    }
}
