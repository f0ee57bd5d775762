using Akka.Actor;
using Akka.Event;

namespace Akka.Remote;

/// <summary>Lets the first of many equal complaints through, and then one with their number each <see cref="Interval"/>.</summary>
internal sealed class RateLimitedWarning(ILoggingAdapter log, IDateTimeOffsetNowTimeProvider clock)
{
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private TimeSpan? _last;
    private long _silent;

    public void Warn(string what)
    {
        long silent;
        lock (_lock)
        {
            var now = clock.MonotonicClock;
            if (_last is { } last && now - last < Interval)
            {
                _silent++;
                return;
            }
            _last = now;
            silent = _silent;
            _silent = 0;
        }
        log.Warning("{0}{1}", what, silent == 0 ? "" : $" ({silent} more of these since the last such line)");
    }
}
