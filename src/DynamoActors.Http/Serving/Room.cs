namespace DynamoActors.Http.Serving;

/// <summary>
/// Bytes of something that may be there at once. Who finds too few free waits, first come, first served. Any thread may call.
/// </summary>
internal sealed class Room(long most, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<Waiter> _waiting = new();
    private long _most = most;
    private long _taken;

    public long Taken
    {
        get
        {
            lock (_gate) return _taken;
        }
    }

    /// <summary>May be changed at any time; what was taken stays taken.</summary>
    public long Most
    {
        get => Volatile.Read(ref _most);
        set
        {
            Volatile.Write(ref _most, value);
            Serve();
        }
    }

    /// <summary>False: together with the others it would be too much, or somebody waits already. What is alone always fits.</summary>
    public bool TryTake(long bytes)
    {
        lock (_gate) return _waiting.Count == 0 && Fits(bytes);
    }

    /// <summary>False: there was no room for all of that time.</summary>
    public async Task<bool> TakeAsync(long bytes, TimeSpan patience)
    {
        LinkedListNode<Waiter> place;
        lock (_gate)
        {
            if (_waiting.Count == 0 && Fits(bytes)) return true;
            place = _waiting.AddLast(new Waiter(bytes));
        }

        try
        {
            await place.Value.Granted.Task.WaitAsync(patience, time);
            return true;
        }
        catch (TimeoutException)
        {
            lock (_gate)
            {
                // Granted at the last moment.
                if (place.List == null) return true;
                _waiting.Remove(place);
            }

            // What wanted less may have stood behind it.
            Serve();
            return false;
        }
    }

    public void Return(long bytes)
    {
        lock (_gate) _taken -= bytes;
        Serve();
    }

    private void Serve()
    {
        lock (_gate)
        {
            while (_waiting.First is { } first && Fits(first.Value.Bytes))
            {
                _waiting.RemoveFirst();
                first.Value.Granted.SetResult();
            }
        }
    }

    private bool Fits(long bytes)
    {
        if (_taken != 0 && _taken + bytes > _most) return false;
        _taken += bytes;
        return true;
    }

    private sealed record Waiter(long Bytes)
    {
        public TaskCompletionSource Granted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
