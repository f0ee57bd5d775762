using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using DynamoActors.Node.Requests;
using DynamoActors.Node.Tracing;

namespace DynamoActors.Http.Tests;

public sealed class TraceTests : FrontEndFixture
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";
    private const string Span = "b7ad6b7169203331";

    private static readonly (string, string) s_sent = ("traceparent", $"00-{Trace}-{Span}-01");

    [Fact]
    public async Task A_problem_names_the_trace_of_its_request_whether_it_is_traced_here_or_not()
    {
        var problem = await ShouldBeProblemAsync(
            await SendAsync(HttpMethod.Get, "/kv/a", null, s_sent), HttpStatusCode.NotFound, "not-found");
        problem.GetProperty("traceId").GetString().ShouldBe(Trace);
        Node.Requests.ShouldHaveSingleItem().Trace.ShouldBeNull("nobody listens");
        problem = await ShouldBeProblemAsync(await Client.GetAsync("/kv/a"), HttpStatusCode.NotFound, "not-found");
        problem.TryGetProperty("traceId", out _).ShouldBeFalse();
        problem = await ShouldBeProblemAsync(
            await SendAsync(HttpMethod.Get, "/kv/a", null, ("traceparent", "nonsense")), HttpStatusCode.NotFound, "not-found");
        problem.TryGetProperty("traceId", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_request_has_a_span_of_its_own_below_the_clients_and_the_node_gets_it()
    {
        var ended = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Traces.SourceName,
            // Other tests run meanwhile, and their requests are not traced.
            Sample = static (ref ActivityCreationOptions<ActivityContext> options) =>
                options.TraceId.ToHexString() == Trace ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        (await PutAsync("/kv/a%2Fb", "v", s_sent)).StatusCode.ShouldBe(HttpStatusCode.Created);
        Node.Script = _ => new QuorumNotReached("r", 2, 1, Unknown: false, TimedOut: true);
        await SendAsync(HttpMethod.Get, "/kv/a%2Fb", null, s_sent);
        (await Client.GetAsync("/kv/a%2Fb")).Dispose();
        await SendAsync(HttpMethod.Get, "/health/ready", null, s_sent);

        // A span ends once its answer is on its way.
        SpinWait.SpinUntil(() => ended.Count >= 2, TimeSpan.FromSeconds(20)).ShouldBeTrue();
        ended.Select(span =>
            (span.OperationName, span.ParentSpanId.ToHexString(), span.GetTagItem("http.response.status_code"), span.Status))
            .ShouldBe([("PUT /kv/{key}", Span, 201, ActivityStatusCode.Unset), ("GET /kv/{key}", Span, 503, ActivityStatusCode.Error)]);
        // One that is not traced follows on the same connection.
        Node.Requests.Select(request => request.Trace?.Context.SpanId)
            .ShouldBe([.. ended.Select(span => (ActivitySpanId?)span.SpanId), null]);
    }
}
