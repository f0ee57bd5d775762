using DynamoActors.Storage;

namespace DynamoActors.Benchmarks;

/// <summary>Makes the batches of many threads durable as a node does: one thread flushes for all that were appended meanwhile.</summary>
internal sealed class SharedFlush : IDisposable
{
    private readonly IStorageEngine _engine;
    private readonly object _gate = new();
    private readonly Thread _flusher;
    private long _appended;
    private long _durable;
    private bool _stopping;

    public SharedFlush(IStorageEngine engine)
    {
        _engine = engine;
        _flusher = new Thread(Run);
        _flusher.Start();
    }

    public void Commit(WriteBatch batch)
    {
        var sequence = _engine.Append(batch);
        lock (_gate)
        {
            _appended = Math.Max(_appended, sequence);
            Monitor.PulseAll(_gate);
            while (_durable < sequence)
                Monitor.Wait(_gate);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.PulseAll(_gate);
        }
        _flusher.Join();
    }

    private void Run()
    {
        while (IsWanted())
        {
            var durable = _engine.Flush();
            lock (_gate)
            {
                _durable = durable;
                Monitor.PulseAll(_gate);
            }
        }
    }

    private bool IsWanted()
    {
        lock (_gate)
        {
            while (_appended <= _durable && !_stopping)
                Monitor.Wait(_gate);
            return !_stopping;
        }
    }
}
