using System.Runtime.ExceptionServices;

namespace DynamoActors.Storage.Log;

/// <summary>
/// Lets any number of threads make their batches durable with few syncs: one of them flushes for all that were appended before, while the others
/// wait; those that come meanwhile share the next flush.
/// </summary>
/// <remarks>For callers with threads of their own. Whoever else flushes the same engine only makes the wait shorter.</remarks>
public sealed class GroupCommit(IStorageEngine engine)
{
    private readonly Lock _gate = new();
    private readonly Queue<Waiter> _waiting = new();
    private bool _flushing;

    /// <summary>Appends the batch and returns its sequence number when it survives power loss.</summary>
    /// <exception cref="StorageException">Of <see cref="IStorageEngine.Append"/>, or of the flush that was to cover the batch.</exception>
    public long Commit(WriteBatch batch)
    {
        var waiter = new Waiter(engine.Append(batch));
        bool leads;
        lock (_gate)
        {
            leads = !_flushing;
            _flushing = true;
            if (!leads)
                _waiting.Enqueue(waiter);
        }
        if (leads || waiter.WaitOrLead())
            Lead();
        return waiter.Sequence;
    }

    private void Lead()
    {
        long durable = 0;
        Exception? failure = null;
        try
        {
            durable = engine.Flush();
        }
        catch (Exception e)
        {
            failure = e;
        }
        HandOn(durable, failure);
        if (failure is not null)
            ExceptionDispatchInfo.Throw(failure);
    }

    /// <summary>Releases whom the flush covered; the first it did not cover leads the next.</summary>
    private void HandOn(long durable, Exception? failure)
    {
        var covered = new List<Waiter>();
        Waiter? next = null;
        lock (_gate)
        {
            // Appending and queueing are two steps, so the queue is only nearly in order: everybody in it is looked at.
            for (var left = _waiting.Count; left > 0; left--)
            {
                var waiter = _waiting.Dequeue();
                if (failure is not null || waiter.Sequence <= durable)
                    covered.Add(waiter);
                else if (next is null)
                    next = waiter;
                else
                    _waiting.Enqueue(waiter);
            }
            _flushing = next is not null;
        }
        // The next flush first: it takes the disk longer than it takes the others to wake up.
        next?.MakeLeader();
        foreach (var waiter in covered)
            waiter.Release(failure);
    }

    private sealed class Waiter(long sequence)
    {
        private bool _leads;
        private bool _released;
        private Exception? _failure;

        public long Sequence { get; } = sequence;

        /// <summary>Returns true where this thread is to flush; false where another did.</summary>
        public bool WaitOrLead()
        {
            lock (this)
            {
                while (!_leads && !_released)
                    Monitor.Wait(this);
            }
            if (_failure is not null)
                ExceptionDispatchInfo.Throw(_failure);
            return _leads;
        }

        public void MakeLeader()
        {
            lock (this)
            {
                _leads = true;
                Monitor.Pulse(this);
            }
        }

        public void Release(Exception? failure)
        {
            lock (this)
            {
                (_released, _failure) = (true, failure);
                Monitor.Pulse(this);
            }
        }
    }
}
