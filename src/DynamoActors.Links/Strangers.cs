namespace DynamoActors.Links;

/// <summary>
/// Connections that others have made and that have not shown yet who they are: few at once, since each takes memory and a file. Beyond that
/// the one that has waited longest makes room, and not the newest is refused: a node shows at once who it is, so that it gets through
/// beside any number of others that say nothing.
/// </summary>
public sealed class Strangers<T>(Action<T> turnAway)
    where T : class
{
    /// <summary>More than the nodes that come at once after one of them was started again.</summary>
    public const int Most = 256;

    private readonly Lock _lock = new();
    private readonly LinkedList<T> _waiting = new();
    private long _turnedAway;

    /// <summary>So many had to make room so far.</summary>
    public long TurnedAway => Volatile.Read(ref _turnedAway);

    public void Add(T stranger)
    {
        T? longest = null;
        lock (_lock)
        {
            _waiting.AddLast(stranger);
            if (_waiting.Count > Most)
            {
                longest = _waiting.First!.Value;
                _waiting.RemoveFirst();
                _turnedAway++;
            }
        }
        if (longest is not null) turnAway(longest);
    }

    /// <summary>It has shown who it is, or is gone.</summary>
    public void Remove(T stranger)
    {
        lock (_lock) _waiting.Remove(stranger);
    }
}
