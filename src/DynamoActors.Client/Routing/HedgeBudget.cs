namespace DynamoActors.Client.Routing;

/// <summary>How many reads may ask a second node: a share of all, and a few at once. Any thread.</summary>
internal sealed class HedgeBudget(double share)
{
    private const double SavedMax = 10;

    private readonly Lock _lock = new();
    private double _saved = share > 0 ? SavedMax : 0;

    public void ReadBegan()
    {
        lock (_lock) _saved = Math.Min(SavedMax, _saved + share);
    }

    public bool TryTake()
    {
        lock (_lock)
        {
            if (_saved < 1) return false;
            _saved--;
            return true;
        }
    }

    /// <summary>Whether one may be taken now.</summary>
    public bool HasAny
    {
        get
        {
            lock (_lock) return _saved >= 1;
        }
    }
}
