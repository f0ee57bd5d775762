namespace DynamoActors.Storage.Background;

/// <summary>Background work that waits until its owner says so: a simulation decides when, and how much.</summary>
public sealed class ManualBackgroundWork : IBackgroundWork
{
    private readonly Queue<Action> _queue = new();

    public int Waiting
    {
        get
        {
            lock (_queue)
                return _queue.Count;
        }
    }

    public void Enqueue(Action work)
    {
        lock (_queue)
            _queue.Enqueue(work);
    }

    /// <summary>Runs the oldest piece on the calling thread; false where none waits. What it throws reaches the caller.</summary>
    public bool RunOne()
    {
        Action? work;
        lock (_queue)
        {
            if (!_queue.TryDequeue(out work))
                return false;
        }
        work();
        return true;
    }

    /// <summary>Runs until none waits, those included that the pieces themselves add.</summary>
    public void RunAll()
    {
        while (RunOne())
        {
        }
    }
}
