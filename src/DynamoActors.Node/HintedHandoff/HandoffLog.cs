using Akka.Event;

namespace DynamoActors.Node.HintedHandoff;

/// <summary>
/// What the log says of the hints for owners that were away: that they are kept, that they are being delivered, how that ended; each once
/// for an outage. Hints for an owner that was merely late are a detail.
/// </summary>
internal sealed class HandoffLog(Action<LogLevel, string> log)
{
    private readonly SortedDictionary<string, Outage> _outages = new(StringComparer.Ordinal);

    /// <summary>Owners whose outage is not over: hints for them were kept, and not all are known to be delivered.</summary>
    public IReadOnlyList<string> Open => [.. _outages.Keys];

    /// <summary>They were there when the node started.</summary>
    public void Found(string owner, long hints)
    {
        _outages.Add(owner, new Outage());
        log(LogLevel.InfoLevel, $"{Hints(hints)} for {owner} kept from before this start");
    }

    /// <summary>There are hints, and their owner cannot be reached.</summary>
    public void Keeping(string owner, long hints)
    {
        if (_outages.TryGetValue(owner, out var outage))
        {
            if (outage.Since is null) return;
            outage.Since = null;
            log(LogLevel.InfoLevel, $"Delivering to {owner} broke off: {Hints(hints)} kept until it can be reached");
            return;
        }
        _outages.Add(owner, new Outage());
        log(LogLevel.InfoLevel, $"Keeping hints for {owner} until it can be reached");
    }

    /// <summary>A replay begins.</summary>
    public void Delivering(string owner, long hints, TimeSpan now)
    {
        bool isFirst = _outages.TryGetValue(owner, out var outage) && outage.Since is null;
        if (isFirst) outage!.Since = now;
        log(isFirst ? LogLevel.InfoLevel : LogLevel.DebugLevel, $"Delivering {Hints(hints)} to {owner}");
    }

    /// <summary>A replay has ended, having delivered so many.</summary>
    public void Delivered(string owner, long hints, TimeSpan now)
    {
        if (!_outages.TryGetValue(owner, out var outage))
        {
            log(LogLevel.DebugLevel, $"Delivered {Hints(hints)} to {owner}");
            return;
        }
        outage.Delivered += hints;
        outage.Until = now;
    }

    /// <summary>No hints are left, and no replay is under way.</summary>
    public void Ended(string owner)
    {
        if (!_outages.Remove(owner, out var outage)) return;
        var took = outage.Until - (outage.Since ?? outage.Until);
        log(LogLevel.InfoLevel, outage.Delivered == 0
            ? $"No hints for {owner} are left: they were too old to be delivered, anti-entropy covers them"
            : FormattableString.Invariant($"Delivered {All(outage.Delivered)} to {owner} in {took.TotalSeconds:0.0} s"));
    }

    private static string All(long count) => count == 1 ? "the only hint" : $"all {count} hints";

    private static string Hints(long count) => count == 1 ? "1 hint" : $"{count} hints";

    private sealed class Outage
    {
        /// <summary>When delivering began; null: it has not.</summary>
        public TimeSpan? Since { get; set; }

        public TimeSpan Until { get; set; }

        public long Delivered { get; set; }
    }
}
