#pragma warning disable RS0030 // The one place that starts a thread: background work must not hold up actors or the store's writer.
namespace DynamoActors.Storage.Background;

/// <summary>Background work on one thread of its own. What a piece throws goes to the callback, and the next piece runs.</summary>
/// <remarks>
/// Disposing waits for the running piece and drops those that have not begun; they only ever delay work, never lose data.
/// </remarks>
public sealed class BackgroundThread : IBackgroundWork, IDisposable
{
    private readonly Queue<Action> _queue = new();
    private readonly Action<Exception> _failed;
    private readonly Thread _thread;
    private bool _stopping;

    public BackgroundThread(string name, Action<Exception> failed)
    {
        _failed = failed;
        // Not a reason to keep the process alive: a crash must be harmless at any moment anyway.
        _thread = new Thread(Run) { Name = name, IsBackground = true };
        _thread.Start();
    }

    public void Enqueue(Action work)
    {
        lock (_queue)
        {
            if (_stopping)
                return;
            _queue.Enqueue(work);
            Monitor.Pulse(_queue);
        }
    }

    public void Dispose()
    {
        lock (_queue)
        {
            _stopping = true;
            _queue.Clear();
            Monitor.Pulse(_queue);
        }
        if (Thread.CurrentThread != _thread)
            _thread.Join();
    }

    private void Run()
    {
        while (Next() is { } work)
        {
            try
            {
                work();
            }
            catch (Exception e)
            {
                _failed(e);
            }
        }
    }

    private Action? Next()
    {
        lock (_queue)
        {
            while (_queue.Count == 0 && !_stopping)
                Monitor.Wait(_queue);
            return _stopping ? null : _queue.Dequeue();
        }
    }
}
