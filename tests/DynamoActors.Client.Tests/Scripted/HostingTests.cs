using System.Diagnostics;
using System.Diagnostics.Metrics;
using DynamoActors.Client.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace DynamoActors.Client.Tests.Scripted;

/// <summary>Dependency injection, health, metrics and traces.</summary>
public sealed class HostingTests
{
    private readonly ScriptedNodes _nodes = new();

    [Fact]
    public async Task Client_and_typed_buckets_are_injected_over_the_factorys_handlers()
    {
        _nodes.ScriptAll(_ => _nodes.Siblings(300, "1", "2"));
        await using var services = Services();
        var bucket = services.GetRequiredService<DynamoBucket<int>>();
        (await bucket.GetAsync("a")).ShouldBeOfType<Found<int>>().Value.ShouldBe(2);
        services.GetRequiredService<DynamoClient>().ShouldBeSameAs(services.GetRequiredService<DynamoClient>());
    }

    [Fact]
    public void A_client_without_nodes_is_refused_when_it_is_made()
    {
        var services = new ServiceCollection();
        services.AddDynamoActors(_ => { });
        using var provider = services.BuildServiceProvider();
        Should.Throw<ArgumentException>(() => provider.GetRequiredService<DynamoClient>()).Message.ShouldContain("name one node");
    }

    [Fact]
    public async Task A_node_that_says_nothing_is_told_of_as_such()
    {
        var nodes = new ScriptedNodes();
        nodes.Script("n1", (_, cancellation) => ScriptedNodes.HangAsync(cancellation));
        using var client = nodes.Client();
        var silent = client.Cluster.Everybody.Far.Single(node => node.Address.Host == "n1");
        (await client.Cluster.WhyNotReadyAsync(silent, CancellationToken.None)).ShouldBe("n1: no answer within 450 ms.");
    }

    [Fact]
    public async Task Health_is_that_of_the_nodes()
    {
        _nodes.ScriptAll(_ => _nodes.Answer(200));
        await using var services = Services();
        var health = services.GetRequiredService<HealthCheckService>();
        (await health.CheckHealthAsync()).Status.ShouldBe(HealthStatus.Healthy);
        (await health.CheckHealthAsync(check => check.Tags.Contains("ready"))).Entries.ShouldHaveSingleItem();

        _nodes.Script("n2", _ => _nodes.Answer(
            503, """{"status":"not-ready","node":"node2","reason":"It has just started."}""", "application/json"));
        var degraded = await health.CheckHealthAsync();
        degraded.Status.ShouldBe(HealthStatus.Degraded);
        degraded.Entries["DynamoActors"].Description.ShouldBe("2 of 3 nodes serve. n2: It has just started.");

        _nodes.ScriptAll(_ => ScriptedNodes.Refuse());
        var report = await health.CheckHealthAsync();
        report.Status.ShouldBe(HealthStatus.Unhealthy);
        report.Entries["DynamoActors"].Description.ShouldNotBeNull().ShouldStartWith("0 of 3 nodes serve. n1: Connection refused");
    }

    [Fact]
    public async Task Requests_are_measured_and_traced()
    {
        var outcomes = new List<string>();
        var attempts = new List<string>();
        using var meters = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == "DynamoActors.Client") listener.EnableMeasurementEvents(instrument);
            },
        };
        // Other tests measure at the same time: theirs have no such operation on this thread's flow.
        meters.SetMeasurementEventCallback<double>((_, _, tags, _) => Note(outcomes, tags));
        meters.SetMeasurementEventCallback<long>((_, _, tags, _) => Note(attempts, tags));
        meters.Start();
        var spans = new List<Activity>();
        using var traces = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "DynamoActors.Client",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span => spans.AddIf(Mine.Value, span),
        };
        ActivitySource.AddActivityListener(traces);
        Mine.Value = true;

        _nodes.Script("n1", _ => ScriptedNodes.Refuse());
        _nodes.Script("n2", _ => _nodes.Answer(201));
        using var client = await _nodes.RoutedClientAsync();
        await client.Bucket("b").PutAsync("a", default);

        outcomes.ShouldBe(["put answered"]);
        attempts.Where(one => one.StartsWith("put")).ShouldBe(["put first", "put retry"]);
        var span = spans.Single();
        span.DisplayName.ShouldBe("put b");
        span.Events.Select(one => one.Tags.Single().Value).ShouldBe(["n1", "n2"]);
    }

    private static readonly AsyncLocal<bool> Mine = new();

    private static void Note(List<string> measured, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (Mine.Value) measured.Add(string.Join(' ', tags.ToArray().Select(tag => tag.Value)));
    }

    private ServiceProvider Services()
    {
        var services = new ServiceCollection().AddLogging();
        services.AddDynamoActors(options =>
        {
            foreach (var node in (string[])["n1", "n2", "n3"]) options.Nodes.Add(new Uri($"http://{node}"));
        }).ConfigurePrimaryHttpMessageHandler(() => _nodes);
        services.AddDynamoBucket<int>("numbers", all => all.Max());
        services.AddHealthChecks().AddDynamoActors(tags: ["ready"]);
        return services.BuildServiceProvider();
    }
}

file static class Lists
{
    public static void AddIf<T>(this List<T> list, bool isWanted, T item)
    {
        if (isWanted) list.Add(item);
    }
}
