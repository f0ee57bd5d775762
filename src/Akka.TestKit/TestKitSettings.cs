using Akka.Actor;
using Akka.Configuration;

namespace Akka.TestKit;

/// <summary>How patient a spec is: <c>akka.test</c>.</summary>
public class TestKitSettings : IExtension
{
    public TestKitSettings(Config config)
    {
        DefaultTimeout = config.GetTimeSpan("akka.test.default-timeout", TimeSpan.FromSeconds(5));
        SingleExpectDefault = config.GetTimeSpan("akka.test.single-expect-default", TimeSpan.FromSeconds(3));
        TestEventFilterLeeway = config.GetTimeSpan("akka.test.filter-leeway", TimeSpan.FromSeconds(3));
        TestTimeFactor = config.GetDouble("akka.test.timefactor", 1);
        if (TestTimeFactor <= 0)
            throw new ConfigurationException($"akka.test.timefactor is {TestTimeFactor}: it must be greater than 0.");
    }

    public TimeSpan DefaultTimeout { get; }

    /// <summary>How long an expectation waits that does not say.</summary>
    public TimeSpan SingleExpectDefault { get; }

    public TimeSpan TestEventFilterLeeway { get; }

    /// <summary>Multiplies times on slow machines.</summary>
    public double TestTimeFactor { get; }
}
