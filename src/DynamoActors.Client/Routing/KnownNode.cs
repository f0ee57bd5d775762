namespace DynamoActors.Client.Routing;

/// <summary>What is known of a node by asking it. Any thread.</summary>
internal sealed class KnownNode(Uri address)
{
    /// <summary>Within this a node that lost to another may answer all the same: it is busy then, or its garbage is collected.</summary>
    public static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(100);

    /// <summary>So many times in a row another node answered first, although this one was asked first.</summary>
    private const int LossesMax = 3;

    /// <summary>A node that came back is found to be so by the next request after this.</summary>
    private static readonly TimeSpan ProbePause = TimeSpan.FromMilliseconds(500);

    /// <summary>Of an address that no member of the ring has: whoever removed a node need not change every client for it.</summary>
    private static readonly TimeSpan StrangerPause = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan StrangerPauseMax = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private volatile bool _isDown;
    private volatile int _losses;
    private volatile bool _isMember = true;
    private long _losingSince;
    private long _probedAt;
    private TimeSpan _pause;
    private TimeSpan _strangerPause;

    public Uri Address { get; } = address;

    public bool IsDown => _isDown;

    /// <summary>False: there is a ring, and it is not in it.</summary>
    public bool IsMember
    {
        get => _isMember;
        set
        {
            lock (_lock)
            {
                if (_isMember == value) return;
                _isMember = value;
                if (value) _pause = TimeSpan.Zero;
                else _strangerPause = StrangerPause;
            }
        }
    }

    /// <summary>True where that is news.</summary>
    public bool Answered()
    {
        if (!_isDown && _losses == 0) return false;
        lock (_lock)
        {
            _losses = 0;
            var isNews = _isDown;
            _isDown = false;
            return isNews;
        }
    }

    /// <summary>True where that is news.</summary>
    public bool Failed(TimeProvider time)
    {
        lock (_lock)
        {
            if (_isDown) return false;
            _isDown = true;
            _strangerPause = StrangerPause;
            Pause(time);
            return true;
        }
    }

    /// <summary>Another node, asked later, answered first. True where this one now counts as down, and that is news.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="askedAt">This one, by <see cref="TimeProvider.GetTimestamp"/>.</param>
    public bool Lost(TimeProvider time, long askedAt)
    {
        lock (_lock)
        {
            if (_losses++ == 0) _losingSince = askedAt;
            // Many requests at once lose to the same short pause of one node.
            return _losses >= LossesMax && time.GetElapsedTime(_losingSince) >= Slow && Failed(time);
        }
    }

    /// <summary>True for one caller each time that it is down and its next probe is due.</summary>
    public bool TryTakeProbe(TimeProvider time)
    {
        if (!_isDown) return false;
        lock (_lock)
        {
            if (!_isDown || time.GetElapsedTime(_probedAt) < _pause) return false;
            Pause(time);
            return true;
        }
    }

    private void Pause(TimeProvider time)
    {
        _probedAt = time.GetTimestamp();
        _pause = ProbePause;
        if (_isMember) return;
        // Clients that lost it at the same moment need not ask at the same moment.
        _pause = _strangerPause * (1 - Random.Shared.NextDouble() / 4);
        _strangerPause = _strangerPause * 2 < StrangerPauseMax ? _strangerPause * 2 : StrangerPauseMax;
    }
}
