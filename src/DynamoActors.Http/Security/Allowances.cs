using System.Runtime.CompilerServices;
using DynamoActors.Core.Security;

namespace DynamoActors.Http.Security;

/// <summary>What each token may still ask of this node in this second. Any thread may call.</summary>
internal sealed class Allowances(TimeProvider time)
{
    // A token that is revoked takes its allowance with it.
    private readonly ConditionalWeakTable<Caller, Allowance> _all = [];

    /// <summary>Null: the token has no limits.</summary>
    public Allowance? Of(Caller caller) =>
        caller.Limits == default ? null : _all.GetValue(caller, limited => new Allowance(limited.Limits, time));
}

/// <summary>
/// One token's: a second's worth may be asked at once. Bytes are counted when they have been moved, and operations that came together when
/// their number is known, so that a request larger than a second's worth passes, and those after it wait for it.
/// </summary>
internal sealed class Allowance(RateLimits limits, TimeProvider time)
{
    private readonly Lock _gate = new();
    private double _requests = limits.RequestsPerSecond;
    private double _bytes = limits.BytesPerSecond;
    private long _at = time.GetTimestamp();

    /// <summary>Null: it may; else when it may.</summary>
    public TimeSpan? WaitForNext()
    {
        lock (_gate)
        {
            Refill();
            var wait = 0.0;
            if (limits.RequestsPerSecond > 0 && _requests < 1) wait = (1 - _requests) / limits.RequestsPerSecond;
            if (limits.BytesPerSecond > 0 && _bytes <= 0) wait = Math.Max(wait, (1 - _bytes) / limits.BytesPerSecond);
            if (wait > 0) return TimeSpan.FromSeconds(wait);
            _requests--;
            return null;
        }
    }

    /// <summary>The request was of several operations, and all but the first are counted now.</summary>
    public void Asked(int operations)
    {
        lock (_gate) _requests -= Math.Max(0, operations - 1);
    }

    public void Moved(long bytes)
    {
        lock (_gate) _bytes -= bytes;
    }

    private void Refill()
    {
        var now = time.GetTimestamp();
        var seconds = time.GetElapsedTime(_at, now).TotalSeconds;
        _at = now;
        _requests = Math.Min(limits.RequestsPerSecond, _requests + seconds * limits.RequestsPerSecond);
        _bytes = Math.Min(limits.BytesPerSecond, _bytes + seconds * limits.BytesPerSecond);
    }
}
