namespace DynamoActors.Storage.Background;

/// <summary>
/// Background work that is done before <see cref="Enqueue"/> returns, except what a running piece adds: that runs after it.
/// </summary>
public sealed class InlineBackgroundWork : IBackgroundWork
{
    private readonly Queue<Action> _queue = new();
    private bool _running;

    public void Enqueue(Action work)
    {
        lock (_queue)
        {
            _queue.Enqueue(work);
            if (_running)
                return;
            _running = true;
        }
        try
        {
            while (Next() is { } next)
                next();
        }
        catch
        {
            lock (_queue)
                _running = false;
            throw;
        }
    }

    private Action? Next()
    {
        lock (_queue)
        {
            _running = _queue.TryDequeue(out var next);
            return next;
        }
    }
}
