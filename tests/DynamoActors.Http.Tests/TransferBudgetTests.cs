using System.Net;
using DynamoActors.Http.Serving;
using DynamoActors.Node.Requests;
using Microsoft.Extensions.Logging.Abstractions;

namespace DynamoActors.Http.Tests;

/// <summary>All bodies together are bounded; what comes beyond waits as long as its request may take, and is refused unread.</summary>
public sealed class TransferBudgetTests : IAsyncLifetime
{
    private readonly FakeStoreNode _node = new();
    private HttpFrontEnd _frontEnd = null!;
    private HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        var options = new HttpFrontEndOptions { Port = 0, BodiesBytesMax = 20_000, RequestTimeout = TimeSpan.FromMilliseconds(200) };
        _frontEnd = await HttpFrontEnd.StartAsync(_node, options, NullLoggerFactory.Instance);
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
    public async Task What_finds_no_room_in_its_time_is_503_and_passes_when_there_is_some(string path, string method, bool chunked)
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
    public async Task A_body_of_unknown_length_finds_no_more_room_than_others()
    {
        var held = new TaskCompletionSource<ClientRequest>(TaskCreationOptions.RunContinuationsAsynchronously);
        _node.Held = held.SetResult;
        var other = _client.PutAsync("/kv/a", new StringContent(new string('a', 10_000)));
        var request = await held.Task;

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
    public async Task What_finds_no_room_waits_for_it()
    {
        var held = new TaskCompletionSource<ClientRequest>(TaskCreationOptions.RunContinuationsAsynchronously);
        _node.Held = held.SetResult;
        var first = _client.PutAsync("/kv/a", new StringContent(new string('a', 19_990)));
        var request = await held.Task;
        _node.Held = null;

        var second = _client.PutAsync("/kv/b?timeout=60000", new StringContent(new string('b', 5_000)));
        (await _client.PutAsync("/kv/c", new StringContent(new string('c', 5_000)))).StatusCode
            .ShouldBe(HttpStatusCode.ServiceUnavailable, "it may not wait so long");
        second.IsCompleted.ShouldBeFalse();
        request.Client.Complete(new NodeNotReady("enough"));
        (await second).StatusCode.ShouldBe(HttpStatusCode.Created);
        await first;
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
