using System.Net;
using DynamoActors.Http.Serving;
using DynamoActors.Node.Requests;
using Microsoft.Extensions.Logging.Abstractions;

namespace DynamoActors.Http.Tests;

/// <summary>All bodies together are bounded, and beyond the bound a request is refused before its body is read.</summary>
public sealed class BodyBudgetTests : IAsyncLifetime
{
    private readonly FakeStoreNode _node = new();
    private HttpFrontEnd _frontEnd = null!;
    private HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        _frontEnd = await HttpFrontEnd.StartAsync(_node, new HttpFrontEndOptions { Port = 0, BodiesBytesMax = 20_000 },
            NullLoggerFactory.Instance);
        _client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_frontEnd.Port}") };
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _frontEnd.StopAsync(TimeSpan.FromSeconds(5));
        await _frontEnd.DisposeAsync();
    }

    [Theory]
    [InlineData("/kv/b", "PUT", false)]
    [InlineData("/kv/b", "PUT", true)]
    [InlineData("/kv:batch", "POST", false)]
    [InlineData("/buckets/b/props", "PUT", false)]
    public async Task What_comes_on_top_of_too_much_is_503_at_once_and_passes_when_there_is_room(string path, string method, bool chunked)
    {
        var held = new TaskCompletionSource<ClientRequest>(TaskCreationOptions.RunContinuationsAsynchronously);
        _node.Held = held.SetResult;
        var large = _client.PutAsync("/kv/a", new StringContent(new string('a', 19_990)));
        var request = await held.Task;
        _node.Held = null;

        var refused = await SendAsync(path, method, chunked);
        refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable, await refused.Content.ReadAsStringAsync());
        (await refused.Content.ReadAsStringAsync()).ShouldContain("dynamo.http.bodies-bytes-max");
        refused.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(1));
        _node.Requests.Count.ShouldBe(1);
        // Without a body there is nothing to hold.
        (await _client.GetAsync("/kv/none")).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        request.Client.Complete(new NodeNotReady("enough"));
        await large;
        // The room is given back right behind the answer.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        for (var attempt = await SendAsync(path, method, chunked); !attempt.IsSuccessStatusCode; attempt = await SendAsync(path, method,
            chunked))
        {
            attempt.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            patience.IsCancellationRequested.ShouldBeFalse("The room was never given back.");
        }
    }

    [Fact]
    public async Task A_body_of_unknown_length_is_refused_where_it_outgrows_the_room()
    {
        var held = new TaskCompletionSource<ClientRequest>(TaskCreationOptions.RunContinuationsAsynchronously);
        _node.Held = held.SetResult;
        var other = _client.PutAsync("/kv/a", new StringContent(new string('a', 10_000)));
        var request = await held.Task;

        // Its beginning finds room.
        var growing = new HttpRequestMessage(HttpMethod.Put, "/kv/b") { Content = new StringContent(new string('b', 15_000)) };
        growing.Headers.TransferEncodingChunked = true;
        var refused = await _client.SendAsync(growing);
        refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await refused.Content.ReadAsStringAsync()).ShouldContain("/problems/overloaded");
        _node.Requests.Count.ShouldBe(1);
        request.Client.Complete(new NodeNotReady("enough"));
        await other;
    }

    [Fact]
    public async Task A_single_body_passes_whatever_its_size()
    {
        for (var put = 0; put < 3; put++)
        {
            var growing = new HttpRequestMessage(HttpMethod.Put, "/kv/a") { Content = new StringContent(new string('a', 50_000)) };
            growing.Headers.TransferEncodingChunked = true;
            (await _client.SendAsync(growing)).StatusCode.ShouldBe(HttpStatusCode.Created);
        }

        (await _client.PutAsync("/kv/a", new StringContent(new string('a', 50_000)))).StatusCode.ShouldBe(HttpStatusCode.Created);
        for (var put = 0; put < 20; put++) (await _client.PutAsync("/kv/a", new StringContent(new string('a', 15_000))))
            .IsSuccessStatusCode.ShouldBeTrue();
    }

    [Fact]
    public async Task All_that_a_growing_body_held_is_given_back()
    {
        for (var put = 0; put < 20; put++)
        {
            var growing = new HttpRequestMessage(HttpMethod.Put, "/kv/a") { Content = new StringContent(new string('a', 15_000)) };
            growing.Headers.TransferEncodingChunked = true;
            (await _client.SendAsync(growing)).IsSuccessStatusCode.ShouldBeTrue($"put {put}");
        }
    }

    [Fact]
    public void A_budget_gives_what_it_has()
    {
        var budget = new BodyBudget(10);
        (budget.TryTake(6), budget.TryTake(5), budget.TryTake(4), budget.Bytes).ShouldBe((true, false, true, 10));
        budget.Return(10);
        (budget.TryTake(11), budget.TryTake(1)).ShouldBe((true, false));
        budget.TryTake(22, held: 11).ShouldBeTrue();
        budget.Return(33);
        (budget.TryTake(6), budget.TryTake(5), budget.TryTake(5, held: 6), budget.Bytes).ShouldBe((true, false, true, 11));
        budget.TryTake(1, held: 6).ShouldBeFalse();
    }

    private async Task<HttpResponseMessage> SendAsync(string path, string method, bool chunked)
    {
        var text = path switch
        {
            "/kv:batch" => """{"operations":[{"op":"get","key":"a"}]}""",
            "/kv/b" => new string('b', 5_000),
            _ => """{"w":"all"}"""
        };
        var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = new StringContent(text) };
        request.Headers.TransferEncodingChunked = chunked;
        return await _client.SendAsync(request);
    }
}
