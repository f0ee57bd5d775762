using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using DynamoActors.Core.Versioning;
using DynamoActors.Http;
using DynamoActors.Node.Requests;
using DynamoActors.Node.Telemetry;
using DynamoActors.Node.Tracing;
using DynamoActors.Resp;
using DynamoActors.Server.Startup;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace DynamoActors.Server.Tests;

/// <summary>The page that Prometheus reads, and what is sent to a collector.</summary>
public sealed class TelemetryTests : IDisposable
{
    private readonly Telemetry _telemetry = new("node1", collector: null);

    public void Dispose() => _telemetry.Dispose();

    [Fact]
    public async Task The_document_names_exactly_the_metrics_that_there_are_with_their_units()
    {
        _telemetry.Observe(new NodeOnPaper(DateTimeOffset.UtcNow));
        _telemetry.Meter.Answered(Get(), new ObjectRead(VersionedObject.Of(VersionVector.Empty, [])), TimeSpan.FromMilliseconds(1),
            TimeSpan.Zero);
        _telemetry.Meter.LogSynced(TimeSpan.FromMilliseconds(1));
        await using var http = await HttpFrontEnd.StartAsync(
            new NodeOnPaper(DateTimeOffset.UtcNow), new HttpFrontEndOptions { Port = 0 }, NullLoggerFactory.Instance);
        await using var resp = await RespFrontEnd.StartAsync(
            new NodeOnPaper(DateTimeOffset.UtcNow), new RespOptions { Port = 0 }, http, NullLoggerFactory.Instance);
        await PingAsync(resp.Port);
        var shown = Regex.Matches(await PageAsync(), "^# TYPE (dynamo_\\S+) ", RegexOptions.Multiline).Select(one => one.Groups[1].Value)
            .Order(StringComparer.Ordinal).ToArray();
        var documented = Regex.Matches(
            File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "METRICS.md")), @"^\| `(dynamo_\w+)` \| ([^|]+) \| [^|]{10,} \|$",
                RegexOptions.Multiline);
        documented.Select(row => row.Groups[1].Value).Order(StringComparer.Ordinal).ShouldBe(shown);
        foreach (Match row in documented)
        {
            var (name, unit) = (row.Groups[1].Value, row.Groups[2].Value);
            unit.StartsWith("seconds", StringComparison.Ordinal).ShouldBe(Regex.IsMatch(name, "_seconds(_total)?$"), name);
            (unit == "bytes").ShouldBe(Regex.IsMatch(name, "_bytes(_total)?$"), name);
        }
    }

    private static async Task PingAsync(int port)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        await client.GetStream().WriteAsync("PING\r\nQUIT\r\n"u8.ToArray());
        using var reader = new StreamReader(client.GetStream());
        (await reader.ReadToEndAsync()).ShouldBe("+PONG\r\n+OK\r\n");
    }

    [Fact]
    public async Task What_the_node_counts_is_on_the_page()
    {
        _telemetry.Observe(new NodeOnPaper(DateTimeOffset.UtcNow));
        _telemetry.Meter.Answered(Get(), new QuorumNotReached("r", 2, 1, Unknown: false, TimedOut: true), TimeSpan.FromMilliseconds(1),
            TimeSpan.Zero);
        _telemetry.Meter.LogSynced(TimeSpan.FromMilliseconds(3));
        _telemetry.Meter.Answered(Get(), new NodeOverloaded(TimeSpan.Zero, ""), TimeSpan.Zero, TimeSpan.Zero);
        var page = await PageAsync();
        Value(page, "dynamo_hints{target=\"node2\"}").ShouldBe(5);
        Value(page, "dynamo_hints_dropped_total{target=\"node2\"}").ShouldBe(7);
        Value(page, "dynamo_hints_age_seconds{target=\"node2\"}").ShouldBeInRange(40, 70);
        // One of the two was never compared: no longer ago than the node has been up.
        Value(page, "dynamo_anti_entropy_age_max_seconds{}").ShouldBe(90);
        Value(page, "dynamo_reads_divergent_total{}").ShouldBe(11);
        Value(page, "dynamo_peer_reachable{peer=\"node2\"}").ShouldBe(0);
        Value(page, "dynamo_peer_clock_ahead_seconds{peer=\"node2\"}").ShouldBe(1.5);
        Value(page, "dynamo_mailbox_messages{actors=\"vnodes\"}").ShouldBe(4);
        Value(page, "dynamo_ready{}").ShouldBe(0);
        Value(page, "dynamo_requests_total{consistency=\"bucket\",operation=\"get\",outcome=\"quorum_failed\"}").ShouldBe(1);
        Value(page, "dynamo_requests_total{consistency=\"bucket\",operation=\"get\",outcome=\"overloaded\"}").ShouldBe(1);
        Value(page, "dynamo_log_sync_duration_seconds_sum{}").ShouldBe(0.003);
        // An attempt that was refused at once says nothing about how long requests take.
        Value(page, "dynamo_request_duration_seconds_count{operation=\"get\"}").ShouldBe(1);
        page.ShouldContain("dotnet_gc_collections_total");
    }

    public static TheoryData<string> Distributions() => ["spread", "one value", "two humps", "at the lower edge"];

    [Theory]
    [MemberData(nameof(Distributions))]
    public async Task Percentiles_read_from_the_page_are_within_five_percent(string distribution)
    {
        var random = new Random(7);
        double[] seconds = [.. Enumerable.Range(0, 20_000).Select(_ => distribution switch
        {
            "spread" => Math.Pow(10, random.NextDouble() * 5 - 4.2),
            "one value" => 0.0033,
            "two humps" => random.NextDouble() < 0.98 ? 0.0008 + random.NextDouble() * 0.0001 : 0.9 + random.NextDouble(),
            _ => LatencyBuckets.Seconds[100] * 1.000001,
        }).Order()];
        foreach (var one in seconds) _telemetry.Meter.Answered(Get(), new ObjectRead(null), TimeSpan.FromSeconds(one), TimeSpan.Zero);
        var buckets = Regex.Matches(
            await PageAsync(), "^dynamo_request_duration_seconds_bucket\\{operation=\"get\",le=\"([^\"]+)\"\\} (\\d+)",
                RegexOptions.Multiline)
            .Select(line => (Bound: line.Groups[1].Value == "+Inf" ? double.PositiveInfinity : Number(line.Groups[1].Value),
                Count: Number(line.Groups[2].Value)))
            .ToArray();
        foreach (var quantile in (double[])[0.5, 0.95, 0.99, 0.999])
        {
            var exact = seconds[(int)Math.Ceiling(quantile * seconds.Length) - 1];
            (Quantile(buckets, quantile) / exact).ShouldBeInRange(0.95, 1.05, $"p{quantile * 100} of {distribution}");
        }
    }

    [Fact]
    public async Task A_collector_that_is_named_is_sent_the_metrics()
    {
        using var listener = new HttpListener();
        var port = FreePort();
        listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        listener.Start();
        var sent = listener.GetContextAsync();
        var settings = NodeConfiguration.Read(new NodeLaunch
        {
            Name = "node1",
            DataDirectory = "/data",
            ConfigFile = NodeConfiguration.DefaultFile("node.conf"),
            Settings = [$"dynamo.telemetry.otlp=\"http://127.0.0.1:{port}\""],
        }).Config;
        var telemetry = new Telemetry("node1", Telemetry.CollectorIn(settings));
        telemetry.Observe(new NodeOnPaper(DateTimeOffset.UtcNow));
        // What has not been sent yet is sent at the end.
        var ended = Task.Run(telemetry.Dispose);
        var request = await sent.WaitAsync(TimeSpan.FromSeconds(20));
        request.Request.Url!.AbsolutePath.ShouldBe("/v1/metrics");
        using var body = new MemoryStream();
        await request.Request.InputStream.CopyToAsync(body);
        Encoding.Latin1.GetString(body.ToArray()).ShouldContain("dynamo.hints.age");
        request.Response.Close();
        await ended.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task The_collector_is_sent_the_traces_too_where_some_are_sampled()
    {
        using var listener = new HttpListener();
        var port = FreePort();
        listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        listener.Start();
        var telemetry = new Telemetry("node1", new Uri($"http://127.0.0.1:{port}"), sample: 1);
        Traces.Begin("coordinate put").ShouldNotBeNull().Dispose();
        var ended = Task.Run(telemetry.Dispose);
        var pages = new Dictionary<string, string>();
        while (pages.Count < 2)
        {
            var request = await listener.GetContextAsync().WaitAsync(TimeSpan.FromSeconds(20));
            using var body = new MemoryStream();
            await request.Request.InputStream.CopyToAsync(body);
            pages[request.Request.Url!.AbsolutePath] = Encoding.Latin1.GetString(body.ToArray());
            request.Response.Close();
        }

        await ended.WaitAsync(TimeSpan.FromSeconds(20));
        pages.Keys.ShouldBe(["/v1/metrics", "/v1/traces"], ignoreOrder: true);
        pages["/v1/traces"].ShouldContain("coordinate put");
        Traces.AreOn.ShouldBeFalse();
    }

    [Theory]
    [InlineData("0.5", "", "dynamo.telemetry.otlp")]
    [InlineData("1.5", "http://c:4318", "a number from 0 to 1")]
    public void A_sample_that_nobody_gets_or_that_is_none_is_refused(string sample, string collector, string why)
    {
        var launch = new NodeLaunch
        {
            Name = "node1",
            DataDirectory = "/data",
            ConfigFile = NodeConfiguration.DefaultFile("node.conf"),
            Settings = [$"dynamo.telemetry.otlp=\"{collector}\"", $"dynamo.traces.sample={sample}"],
        };
        var message = Should.Throw<StartFailure>(() => CheckedConfiguration.Of(NodeConfiguration.Read(launch))).Message;
        message.ShouldContain("dynamo.traces.sample");
        message.ShouldContain(why);
    }

    [Theory]
    [InlineData("collector:4318")]
    [InlineData("somewhere")]
    public void An_address_that_is_none_is_refused_by_name(string text)
    {
        var launch = new NodeLaunch
        {
            Name = "node1",
            DataDirectory = "/data",
            ConfigFile = NodeConfiguration.DefaultFile("node.conf"),
            Settings = [$"dynamo.telemetry.otlp=\"{text}\""],
        };
        var message = Should.Throw<StartFailure>(() => CheckedConfiguration.Of(NodeConfiguration.Read(launch))).Message;
        message.ShouldContain("dynamo.telemetry.otlp");
        message.ShouldContain("http://collector:4318");
    }

    private static GetObject Get() => new("default", "key"u8.ToArray(), Nobody.Instance);

    private async Task<string> PageAsync()
    {
        var context = new DefaultHttpContext { Request = { Path = "/metrics", Method = "GET" } };
        using var body = new MemoryStream();
        context.Response.Body = body;
        await _telemetry.Page(context);
        context.Response.StatusCode.ShouldBe(200);
        return Encoding.UTF8.GetString(body.ToArray());
    }

    private static double Value(string page, string series) =>
        Number(page.Split('\n').Single(line => line.StartsWith(series + " ", StringComparison.Ordinal))[(series.Length + 1)..]);

    /// <summary>As Prometheus reads it: straight lines within a bucket.</summary>
    private static double Quantile((double Bound, double Count)[] buckets, double quantile)
    {
        var rank = quantile * buckets[^1].Count;
        var at = Array.FindIndex(buckets, bucket => bucket.Count >= rank);
        var (below, before) = at == 0 ? (0, 0) : buckets[at - 1];
        return below + (buckets[at].Bound - below) * (rank - before) / (buckets[at].Count - before);
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static int FreePort()
    {
        using var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private sealed class Nobody : IClientReply
    {
        public static readonly Nobody Instance = new();

        public void Complete(ClientOutcome outcome) { }
    }
}
