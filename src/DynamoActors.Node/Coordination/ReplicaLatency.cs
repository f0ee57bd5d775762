namespace DynamoActors.Node.Coordination;

/// <summary>
/// Follows the 95th percentile of replicas' answer times, and which replicas are late at present. After every answer the estimate
/// moves a little up if the answer was slower and a nineteenth of that down if it was not: it rests where one in twenty is slower.
/// </summary>
internal sealed class ReplicaLatency(TimeSpan hedgeMin, TimeSpan hedgeMax)
{
    private const double Step = 0.05;
    private const double Slower = 0.95;

    private const int HandedOnUnheardMax = 2;
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromSeconds(1);

    private readonly Dictionary<int, TimeSpan> _lateSince = [];
    private readonly Dictionary<int, TimeSpan> _probedAt = [];
    private int[] _handedOnSinceHeard = [];
    private double _estimateTicks = hedgeMax.Ticks / 4.0;

    /// <summary>How long a read waits for a replica before it asks one more.</summary>
    public TimeSpan HedgeAfter => new(Math.Clamp((long)_estimateTicks, hedgeMin.Ticks, hedgeMax.Ticks));

    public void Answered(int member, TimeSpan took)
    {
        _estimateTicks *= took.Ticks > _estimateTicks ? 1 + Step * Slower : 1 - Step * (1 - Slower);
        _estimateTicks = Math.Clamp(_estimateTicks, hedgeMin.Ticks / 2.0, hedgeMax.Ticks);
        Answered(member);
    }

    /// <summary>It answered something, whenever that was asked.</summary>
    public void Answered(int member)
    {
        if (member < _handedOnSinceHeard.Length) _handedOnSinceHeard[member] = 0;
        if (_lateSince.Count > 0) _lateSince.Remove(member);
    }

    public void Late(int member, TimeSpan now) => _lateSince[member] = now;

    /// <summary>A late replica is asked last until it answers something, or for a second: then it gets another chance.</summary>
    public bool IsLate(int member, TimeSpan now) =>
        _lateSince.Count > 0 && _lateSince.TryGetValue(member, out var since) && now - since < TimeSpan.FromSeconds(1);

    /// <summary>Something was sent there that can be sent only once.</summary>
    public void HandedOn(int member)
    {
        if (member >= _handedOnSinceHeard.Length) Array.Resize(ref _handedOnSinceHeard, member + 1);
        _handedOnSinceHeard[member]++;
    }

    /// <summary>The more, the less is to be handed on to it.</summary>
    public int DoubtsOf(int member) =>
        (_lateSince.ContainsKey(member) ? int.MaxValue / 2 : 0) + (member < _handedOnSinceHeard.Length ? _handedOnSinceHeard[member] : 0);

    /// <summary>
    /// It has not answered since it was late, or since so much was handed on to it that more would all be lost with it. What can be sent
    /// only once does not go there for trial: whoever passes it over asks it something else instead, where
    /// <paramref name="probe"/> says that it is time for that.
    /// </summary>
    public bool IsSilent(int member, TimeSpan now, out bool probe)
    {
        probe = false;
        bool isTrusted = member >= _handedOnSinceHeard.Length || _handedOnSinceHeard[member] < HandedOnUnheardMax;
        if (isTrusted && (_lateSince.Count == 0 || !_lateSince.ContainsKey(member))) return false;
        probe = !_probedAt.TryGetValue(member, out var probedAt) || now - probedAt >= ProbeInterval;
        if (probe) _probedAt[member] = now;
        return true;
    }
}
