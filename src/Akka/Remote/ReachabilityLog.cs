using Akka.Actor;
using Akka.Event;

namespace Akka.Remote;

/// <summary>
/// What the log says of the connections to one peer: a warning when it cannot be reached, and a line when it is back. A dead peer fails
/// again and again: that is for DEBUG, and now and then a warning says that it lasts. Any thread may call.
/// </summary>
internal sealed class ReachabilityLog(Address peer, ILoggingAdapter log, IDateTimeOffsetNowTimeProvider clock)
{
    private readonly Lock _lock = new();
    private TimeSpan? _lostSince;
    private TimeSpan? _warned;
    private bool _isReturnNews;
    private long _failures;

    public void Lost(string why)
    {
        LogLevel level;
        string repeated;
        lock (_lock)
        {
            var now = clock.MonotonicClock;
            _lostSince ??= now;
            _failures++;
            // Also one that comes and goes every second is worth a warning only so often.
            bool isDue = _warned is not { } warned || now - warned >= RateLimitedWarning.Interval;
            level = isDue ? LogLevel.WarningLevel : LogLevel.DebugLevel;
            repeated = _failures == 1 ? "" : $" (attempt {_failures}, since {now - _lostSince:hh\\:mm\\:ss})";
            if (isDue)
            {
                _warned = now;
                _isReturnNews = true;
            }
        }
        if (log.IsEnabled(level))
            log.Log(level, null, $"No connection to {peer}{repeated}: {why}. Messages to it are lost until there is one");
    }

    public void Reached()
    {
        TimeSpan lasted;
        lock (_lock)
        {
            if (_lostSince is not { } since) return;
            lasted = clock.MonotonicClock - since;
            _lostSince = null;
            _failures = 0;
            if (!_isReturnNews) return;
            _isReturnNews = false;
        }
        log.Info("{0} is connected again, after {1:hh\\:mm\\:ss}", peer, lasted);
    }
}
