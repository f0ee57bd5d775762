using System.Net;
using DynamoActors.Node.Requests;
using Microsoft.Extensions.Logging.Abstractions;

namespace DynamoActors.Http.Tests;

/// <summary><c>/metrics</c>, whose content somebody else makes.</summary>
public sealed class MetricsTests : FrontEndFixture
{
    [Fact]
    public async Task It_is_served_while_the_node_is_not_ready()
    {
        Node.Readiness = new NodeReadiness(false, "not yet");
        (await Client.GetStringAsync("/metrics")).ShouldBe("of /metrics\n");
        // The connection goes on as before.
        (await Client.GetAsync("/health/live")).StatusCode.ShouldBe(HttpStatusCode.OK);
        using var head = await SendAsync(HttpMethod.Head, "/metrics");
        (head.StatusCode, (await head.Content.ReadAsByteArrayAsync()).Length).ShouldBe((HttpStatusCode.OK, 0));
        await ShouldBeProblemAsync(await Client.PostAsync("/metrics", null), HttpStatusCode.MethodNotAllowed, "method-not-allowed");
    }

    [Fact]
    public async Task Without_anyone_to_make_it_there_is_no_such_page()
    {
        await using var frontEnd = await HttpFrontEnd.StartAsync(Node, new HttpFrontEndOptions { Port = 0 }, NullLoggerFactory.Instance);
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{frontEnd.Port}") };
        await ShouldBeProblemAsync(await client.GetAsync("/metrics"), HttpStatusCode.NotFound, "no-such-route");
        await frontEnd.StopAsync(TimeSpan.FromSeconds(5));
    }
}
