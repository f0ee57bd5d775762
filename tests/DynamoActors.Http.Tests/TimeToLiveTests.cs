using System.Net;
using System.Text.Json;
using DynamoActors.Core.Buckets;
using DynamoActors.Node.Requests;
using Microsoft.Extensions.Logging.Abstractions;

namespace DynamoActors.Http.Tests;

/// <summary>How long what is written lives, where the request says so. When that is over the coordinating replica decides, as for a
/// bucket's own time to live.</summary>
public sealed class TimeToLiveTests : IAsyncLifetime
{
    private readonly FakeStoreNode _node = new();
    private HttpFrontEnd _frontEnd = null!;
    private HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        _frontEnd = await HttpFrontEnd.StartAsync(_node, new HttpFrontEndOptions { Port = 0 },
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
    [InlineData("/kv/a", null)]
    [InlineData("/kv/a?ttl=1", 1L)]
    [InlineData("/kv/a?ttl=3155760000", 3155760000L)]
    [InlineData("/buckets/brief/keys/a", null)]
    [InlineData("/buckets/brief/keys/a?ttl=60", 60L)]
    public async Task A_version_lives_for_so_many_seconds(string target, long? seconds)
    {
        await _node.SetBucketAsync("brief", BucketSettings.Default with { Ttl = TimeSpan.FromSeconds(30) });
        (await _client.PutAsync(target, new StringContent("x"))).StatusCode.ShouldBe(HttpStatusCode.Created);
        TtlOfLast().ShouldBe(seconds is { } asked ? TimeSpan.FromSeconds(asked) : null);
    }

    [Fact]
    public async Task A_put_in_a_batch_expires_too_and_a_deletion_never()
    {
        await _node.SetBucketAsync("brief", BucketSettings.Default with { Ttl = TimeSpan.FromSeconds(30) });
        await _client.PostAsync("/kv:batch", new StringContent("""{"operations":[{"op":"put","key":"a","value":"","ttl":5}]}"""));
        TtlOfLast().ShouldBe(TimeSpan.FromSeconds(5));
        await _client.PostAsync("/kv:batch", new StringContent("""{"operations":[{"op":"put","bucket":"brief","key":"a","value":""}]}"""));
        TtlOfLast().ShouldBeNull();
        await _client.PostAsync("/kv:batch", new StringContent("""{"operations":[{"op":"delete","bucket":"brief","key":"a"}]}"""));
        TtlOfLast().ShouldBeNull();
        await _client.DeleteAsync("/buckets/brief/keys/a");
        TtlOfLast().ShouldBeNull();
    }

    [Fact]
    public async Task A_buckets_time_to_live_is_shown_changed_and_taken_away()
    {
        (await PropertiesAsync(null)).GetProperty("ttl").ValueKind.ShouldBe(JsonValueKind.Null);
        (await PropertiesAsync("""{"ttl":90}""")).GetProperty("ttl").GetInt64().ShouldBe(90);
        (await PropertiesAsync("""{"siblingsMax":3}""")).GetProperty("ttl").GetInt64().ShouldBe(90);
        (await PropertiesAsync("""{"ttl":null}""")).GetProperty("ttl").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    private async Task<JsonElement> PropertiesAsync(string? change)
    {
        var answer = change == null
            ? await _client.GetAsync("/buckets/b/props") : await _client.PutAsync("/buckets/b/props", new StringContent(change));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
    }

    private TimeSpan? TtlOfLast() => _node.Requests.Last().ShouldBeOfType<PutObject>().Ttl;
}
