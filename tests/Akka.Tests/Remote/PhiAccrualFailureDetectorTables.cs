using Akka.Remote;

namespace Akka.Tests.Remote;

public class PhiAccrualFailureDetectorTables
{
    private static readonly PhiAccrualSettings _settings = new(
        Threshold: 8, MaxSampleSize: 100, MinStandardDeviation: Milliseconds(100), AcceptableHeartbeatPause: Milliseconds(3000), FirstHeartbeatEstimate: Milliseconds(1000));

    /// <summary>Values of −log10 of the normal distribution's tail, from its tables.</summary>
    [Theory]
    [InlineData(0, 0.301)]
    [InlineData(1, 0.800)]
    [InlineData(2, 1.643)]
    [InlineData(3, 2.870)]
    [InlineData(4, 4.499)]
    public void Phi_is_the_tail_of_the_normal_distribution(double deviations, double phi) =>
        PhiAccrualFailureDetector.Phi(1000 + deviations * 200, 1000, 200).ShouldBe(phi, 0.01 + phi * 0.06);

    [Fact]
    public void Phi_grows_with_silence_and_never_overflows()
    {
        double last = 0;
        for (int elapsed = 0; elapsed < 1_000_000; elapsed += 37)
        {
            double phi = PhiAccrualFailureDetector.Phi(elapsed, 1000, 100);
            phi.ShouldBeGreaterThanOrEqualTo(last);
            double.IsFinite(phi).ShouldBeTrue();
            last = phi;
        }
        last.ShouldBeGreaterThan(1000);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1000, true)]
    [InlineData(3900, true)]
    [InlineData(5100, false)]
    public void A_regular_node_is_given_up_after_its_interval_and_the_acceptable_pause(int silence, bool available)
    {
        var detector = Beating(beats: 50, interval: 1000);

        detector.IsAvailable(Milliseconds(50_000 + silence)).ShouldBe(available);
    }

    [Fact]
    public void A_node_that_was_never_heard_of_is_not_suspected()
    {
        var detector = new PhiAccrualFailureDetector(_settings);

        detector.IsMonitoring.ShouldBeFalse();
        detector.IsAvailable(Milliseconds(1_000_000)).ShouldBeTrue();
    }

    [Fact]
    public void One_heartbeat_is_enough_to_start_the_clock()
    {
        var detector = new PhiAccrualFailureDetector(_settings);
        detector.Heartbeat(Milliseconds(0));

        detector.IsAvailable(Milliseconds(2000)).ShouldBeTrue();
        detector.IsAvailable(Milliseconds(9000)).ShouldBeFalse();
    }

    [Fact]
    public void A_heartbeat_after_a_long_pause_makes_it_available_and_teaches_nothing()
    {
        var detector = Beating(beats: 50, interval: 1000);
        detector.Heartbeat(Milliseconds(600_000));

        detector.IsAvailable(Milliseconds(600_000)).ShouldBeTrue();
        detector.IsAvailable(Milliseconds(606_000)).ShouldBeFalse();
    }

    [Fact]
    public void Only_the_last_intervals_count()
    {
        var detector = Beating(beats: 50, interval: 3000);
        for (int i = 1; i <= 200; i++) detector.Heartbeat(Milliseconds(150_000 + i * 1000));

        detector.IsAvailable(Milliseconds(350_000 + 5100)).ShouldBeFalse();
    }

    private static PhiAccrualFailureDetector Beating(int beats, int interval)
    {
        var detector = new PhiAccrualFailureDetector(_settings);
        for (int i = 0; i <= beats; i++) detector.Heartbeat(Milliseconds(i * interval));
        return detector;
    }

    private static TimeSpan Milliseconds(double value) => TimeSpan.FromMilliseconds(value);
}
