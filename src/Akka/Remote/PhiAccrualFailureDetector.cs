namespace Akka.Remote;

/// <summary>
/// How suspicious the silence of one node is (Hayashibara et al., "The φ accrual failure detector", 2004):
/// φ = −log10(probability that a heartbeat is still to come), with the intervals taken as normally distributed. φ = 1 is one
/// mistake in ten, φ = 8 one in a hundred million. Holds no clock: every call is given the time, which must not go backwards.
/// </summary>
internal sealed class PhiAccrualFailureDetector
{
    private readonly PhiAccrualSettings _settings;
    private readonly double[] _intervals;
    private int _count;
    private int _next;
    private double _sum;
    private double _sumOfSquares;
    private TimeSpan? _last;

    public PhiAccrualFailureDetector(PhiAccrualSettings settings)
    {
        _settings = settings;
        _intervals = new double[settings.MaxSampleSize];
    }

    public bool IsMonitoring => _last is not null;

    public void Heartbeat(TimeSpan now)
    {
        if (_last is null)
        {
            // Two samples around the estimate, so that the first real intervals are judged against something with a spread.
            double estimate = _settings.FirstHeartbeatEstimate.TotalMilliseconds;
            Remember(estimate - estimate / 4);
            Remember(estimate + estimate / 4);
        }
        else if (IsAvailable(now))
        {
            // The pause of a node that was given up says nothing about its usual rhythm.
            Remember((now - _last.Value).TotalMilliseconds);
        }
        _last = now;
    }

    public bool IsAvailable(TimeSpan now) => Phi(now) < _settings.Threshold;

    /// <summary>Zero for a node that was never heard of: nothing can be said about it.</summary>
    public double Phi(TimeSpan now)
    {
        if (_last is not { } last) return 0;
        double mean = _sum / _count;
        double deviation = Math.Max(Math.Sqrt(Math.Max(0, _sumOfSquares / _count - mean * mean)), _settings.MinStandardDeviation.TotalMilliseconds);
        return Phi((now - last).TotalMilliseconds, mean + _settings.AcceptableHeartbeatPause.TotalMilliseconds, deviation);
    }

    /// <summary>
    /// With the logistic approximation of the normal distribution's tail, which stays exact enough in relative terms far out where
    /// 1 − F(x) would be lost in rounding.
    /// </summary>
    internal static double Phi(double elapsed, double mean, double deviation)
    {
        double y = (elapsed - mean) / deviation;
        double exponent = -y * (1.5976 + 0.070566 * y * y);
        // log10(1 + e^exponent) without overflow: for a great exponent it is the exponent itself.
        if (elapsed > mean) return (Math.Log(1 + Math.Exp(exponent)) - exponent) / Math.Log(10);
        return Math.Log(1 + Math.Exp(-exponent)) / Math.Log(10);
    }

    private void Remember(double interval)
    {
        if (_count == _intervals.Length)
        {
            double forgotten = _intervals[_next];
            _sum -= forgotten;
            _sumOfSquares -= forgotten * forgotten;
        }
        else
        {
            _count++;
        }
        _intervals[_next] = interval;
        _next = (_next + 1) % _intervals.Length;
        _sum += interval;
        _sumOfSquares += interval * interval;
    }
}
