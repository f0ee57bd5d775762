namespace DynamoActors.Node.Membership;

/// <summary>Tells the log, once in a while, how many connections to the links had to make room because they said nothing.</summary>
internal sealed class StrangersWatch(Action<string> warn)
{
    private static readonly TimeSpan _quiet = TimeSpan.FromSeconds(10);

    private long _told;
    private TimeSpan? _toldAt;

    /// <param name="turnedAway">So many so far.</param>
    public void Look(long turnedAway, TimeSpan now)
    {
        if (turnedAway == _told || now - _toldAt < _quiet) return;
        (_told, _toldAt) = (turnedAway, now);
        warn("Too many connections to this node's links (--links) had not said whose they are: the longest silent were closed, "
            + $"{turnedAway} so far. Let nobody but the nodes reach that port");
    }
}
