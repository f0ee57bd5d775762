using Akka.Event;

namespace DynamoActors.Node.Membership;

/// <summary>Tells the log when another clock is off from this node's by a second or more, when that has become another matter, and when it
/// is over.</summary>
internal sealed class ClockWatch(Action<LogLevel, string> log)
{
    private static readonly TimeSpan _warnFrom = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, TimeSpan> _told = new(StringComparer.Ordinal);

    /// <param name="clock">As a sentence begins with it.</param>
    /// <param name="than">What it is compared with.</param>
    /// <param name="within">How exact that is known.</param>
    public void Look(string clock, TimeSpan ahead, string than, string consequence, TimeSpan within = default)
    {
        var off = ahead.Duration();
        if (!_told.TryGetValue(clock, out var told))
        {
            if (off - within < _warnFrom) return;
        }
        else if (off + within < _warnFrom)
        {
            _told.Remove(clock);
            log(LogLevel.InfoLevel, $"{clock} is right again, to within a second");
            return;
        }
        else if (off - within < _warnFrom || Math.Sign(ahead.Ticks) == Math.Sign(told.Ticks) && off < 2 * told.Duration()
            && told.Duration() < 2 * off) return;
        _told[clock] = ahead;
        log(LogLevel.WarningLevel, FormattableString.Invariant(
            $"{clock} is {off.TotalSeconds:0.0} s {(ahead > TimeSpan.Zero ? "ahead of" : "behind")} {than}: {consequence}"));
    }
}
