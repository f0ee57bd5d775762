using System.Net;
using DynamoActors.Core.Security;

namespace DynamoActors.Http.Tests;

/// <summary>How much a token may ask for.</summary>
public sealed partial class AccessTests
{
    [Fact]
    public async Task Beyond_its_limit_a_token_is_told_when_to_come_back()
    {
        var token = Token("read:*", limits: new RateLimits(1, 0));
        var answers = new List<HttpResponseMessage>();
        for (var index = 0; index < 20; index++) answers.Add(await SendAsync("GET", "/kv/k", token));

        answers[0].StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var refused = answers.First(answer => answer.StatusCode == HttpStatusCode.TooManyRequests);
        refused.Headers.RetryAfter!.Delta!.Value.ShouldBeGreaterThan(TimeSpan.Zero);
    }

    [Fact]
    public async Task Bytes_are_counted_after_the_request_that_moves_them()
    {
        var token = Token("write:*", limits: new RateLimits(0, 10));
        using var first = Request("PUT", "/kv/k", token);
        first.Content = new ByteArrayContent(new byte[1000]);

        (await _client.SendAsync(first)).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await SendAsync("GET", "/kv/k", token)).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task Each_operation_of_a_batch_is_counted()
    {
        var token = Token("read:*", limits: new RateLimits(10, 0));
        using var batch = Request("POST", "/kv:batch", token);
        var operation = """{"op":"get","key":"k"}""";
        batch.Content = new StringContent($$"""{"operations":[{{string.Join(',', Enumerable.Repeat(operation, 100))}}]}""");

        (await _client.SendAsync(batch)).StatusCode.ShouldBe(HttpStatusCode.OK);
        var refused = await SendAsync("GET", "/kv/k", token);
        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        refused.Headers.RetryAfter!.Delta!.Value.ShouldBeInRange(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10));
    }
}
