using System.Text.Json.Nodes;
using DynamoActors.Node.Requests;
using DynamoActors.Pbm.Load;

namespace DynamoActors.Pbm.Tests;

public sealed class LoadTests : PbmFixture
{
    private static readonly LoadPlan _plan = new(10, 16, 100, 0.5, 1000, "b");

    [Fact]
    public async Task A_load_reads_and_writes_its_own_bucket_and_the_next_is_held_against_it()
    {
        string[] bench = ["bench", "--seconds", "60", "--requests", "60", "--connections", "2", "--size", "10"];
        var first = await RunAsync(bench);
        first.Code.ShouldBe(0, first.ToString());
        first.Out.ShouldContain("the first such run");
        first.Out.ShouldMatch("^60 requests in .*, 0 failed");
        Node.Requests.ShouldAllBe(request => request.Bucket == "pbm-bench");
        Node.Requests.OfType<PutObject>().ShouldContain(put => put.Value.Length == 10);
        Node.Requests.OfType<GetObject>().ShouldNotBeEmpty();
        (await RunAsync(bench)).Out.ShouldContain("against the last run, of");
    }

    [Fact]
    public async Task Where_somebody_sits_it_shows_how_far_it_is()
    {
        var ran = await RunOnTerminalAsync(80, "bench", "--seconds", "60", "--requests", "5", "--connections", "1");
        ran.Code.ShouldBe(0, ran.ToString());
        ran.Out.ShouldContain("requests/s");
        ran.Out.ShouldContain("the first such run");
    }

    [Fact]
    public async Task Requests_that_fail_are_counted_shown_and_no_measure_for_the_next_run()
    {
        Node.Script = _ => new QuorumNotReached("w", 2, 1, Unknown: false, TimedOut: false);
        var failed = await RunAsync("bench", "--requests", "5", "--connections", "1");
        failed.Code.ShouldBe(ExitCodes.Refused);
        failed.Out.ShouldContain("The first that failed: ");
        failed.Out.ShouldContain("503");
        Directory.GetFiles(SettingsDirectory).ShouldBeEmpty();
        var wrong = await RunAsync("bench", "--connections", "0");
        (wrong.Code, wrong.Error.Contains("--connections is 0; it is 1 to 10,000")).ShouldBe((ExitCodes.Usage, true));
    }

    [Fact]
    public async Task An_interrupted_load_goes_on_where_it_was_and_counts_as_one()
    {
        using var stop = new CancellationTokenSource();
        Node.Held = request =>
        {
            if (Node.Requests.Count >= 20) stop.Cancel();
            request.Client.Complete(request is PutObject ? new QuorumNotReached("w", 2, 1, false, false) : new ObjectRead(null));
        };
        string[] bench = ["bench", "--seconds", "60", "--requests", "50", "--connections", "1", "--reads", "1", "--keys", "7"];
        var interrupted = await RunUntilAsync(stop.Token, bench);
        interrupted.Code.ShouldBe(ExitCodes.No, interrupted.ToString());
        interrupted.Out.ShouldContain("the same with --resume goes on");
        Node.Held = null;
        var before = Node.Requests.Count;
        (await RunAsync([.. bench[..^1], "8", "--resume"])).ToString().ShouldContain("No such load was interrupted");

        // For how long is known from before.
        var resumed = await RunAsync("bench", "--connections", "1", "--reads", "1", "--keys", "7", "--resume", "--json");
        resumed.Code.ShouldBe(0, resumed.ToString());
        var report = JsonNode.Parse(resumed.Out)!;
        report["requests"]!.GetValue<long>().ShouldBe(50);
        report["verdict"]!.GetValue<string>().ShouldStartWith("the first such run");
        // The one that was under way when it was interrupted counts as none.
        (Node.Requests.Count - before).ShouldBeInRange(50 - before, 50 - before + 1);
        (await RunAsync("bench", "--connections", "1", "--reads", "1", "--keys", "7", "--resume")).Code.ShouldBe(ExitCodes.Usage);
    }

    [Theory]
    [InlineData(1000, 10, "as fast as before", false)]
    [InlineData(1050, 11, "as fast as before", false)]
    [InlineData(1200, 10, "faster", false)]
    [InlineData(850, 10, "slower", true)]
    [InlineData(1000, 13, "slower", true)]
    [InlineData(1200, 13, "faster", false)]
    public void A_verdict_allows_for_noise(double rate, double p99, string word, bool isSlower)
    {
        var last = Report(1000, 10);
        var report = Report(rate, p99).Against(last);
        report.Verdict.ShouldStartWith(word + ":");
        report.IsSlower.ShouldBe(isSlower);
    }

    [Fact]
    public void Percentiles_are_right_to_within_one_in_a_hundred()
    {
        var random = new Random(1);
        double[] all = [.. Enumerable.Range(0, 50_000).Select(_ => Math.Pow(10, 1 + random.NextDouble() * 5)).Order()];
        var (one, other) = (new Latencies(), new Latencies());
        for (var at = 0; at < all.Length; at++) (at % 2 == 0 ? one : other).Add(TimeSpan.FromMicroseconds(all[at]));
        one.Add(other);
        foreach (var percent in (double[])[50, 95, 99, 99.9])
            (one.Percentile(percent).TotalMicroseconds / all[(int)Math.Ceiling(percent / 100 * all.Length) - 1])
                .ShouldBeInRange(0.99, 1.011, $"p{percent}");
        one.Max.TotalMicroseconds.ShouldBe(all[^1], 0.1);
        one.Percentile(100).ShouldBeLessThanOrEqualTo(one.Max);
        new Latencies().Percentile(99).ShouldBe(TimeSpan.Zero);
    }

    private static LoadReport Report(double rate, double p99) =>
        new(_plan, DateTimeOffset.UnixEpoch, 10, 1, rate, 0, null, 1, 2, p99, 4, 5);
}
