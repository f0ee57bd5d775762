using Akka.Configuration;

namespace Akka.Remote;

/// <param name="Threshold">The suspicion from which a node counts as unreachable. Low finds crashes sooner and is wrong more often.</param>
/// <param name="MaxSampleSize">How many of the last intervals are remembered.</param>
/// <param name="MinStandardDeviation">Keeps very regular heartbeats from making the detector nervous.</param>
/// <param name="AcceptableHeartbeatPause">How much later than usual a heartbeat may come without raising suspicion.</param>
/// <param name="FirstHeartbeatEstimate">The interval assumed before any was seen.</param>
internal sealed record PhiAccrualSettings(
    double Threshold, int MaxSampleSize, TimeSpan MinStandardDeviation, TimeSpan AcceptableHeartbeatPause, TimeSpan FirstHeartbeatEstimate)
{
    /// <param name="config">The whole configuration.</param>
    /// <param name="section">Where a detector's settings are, such as <c>akka.cluster.failure-detector</c>.</param>
    /// <exception cref="ConfigurationException">A value cannot be used; the message names its path.</exception>
    public static PhiAccrualSettings Read(Config config, string section)
    {
        var settings = new PhiAccrualSettings(
            config.GetDouble($"{section}.threshold"),
            config.GetInt($"{section}.max-sample-size"),
            config.GetTimeSpan($"{section}.min-std-deviation", allowInfinite: false),
            config.GetTimeSpan($"{section}.acceptable-heartbeat-pause", allowInfinite: false),
            config.GetTimeSpan($"{section}.heartbeat-interval", allowInfinite: false));
        if (!(settings.Threshold > 0))
            throw new ConfigurationException($"{section}.threshold is {settings.Threshold}; give a number above 0, such as 8.0");
        if (settings.MaxSampleSize < 2)
            throw new ConfigurationException($"{section}.max-sample-size is {settings.MaxSampleSize}; give at least 2");
        RequirePositive(settings.MinStandardDeviation, $"{section}.min-std-deviation");
        RequirePositive(settings.FirstHeartbeatEstimate, $"{section}.heartbeat-interval");
        return settings;
    }

    private static void RequirePositive(TimeSpan value, string path)
    {
        if (value <= TimeSpan.Zero) throw new ConfigurationException($"{path} is {value}; give a time above zero, such as 1s");
    }
}
