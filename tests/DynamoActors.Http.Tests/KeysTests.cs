using System.Net;
using System.Text.Json;
using DynamoActors.Node.Requests;

namespace DynamoActors.Http.Tests;

/// <summary>Listing a bucket's keys: what is asked of the node, how its answer looks, and what is refused.</summary>
public sealed class KeysTests : FrontEndFixture
{
    [Fact]
    public async Task A_page_has_the_keys_percent_encoded_and_a_cursor_that_leads_on_from_its_last()
    {
        Node.Script = _ => new KeysListed([new byte[] { 0, 0xff }, "a/../b c"u8.ToArray()], "a/../b c"u8.ToArray());
        var page = await JsonAsync("/buckets/caf%C3%A9/keys?prefix=%00%ff&limit=2&timeout=700");
        page.GetProperty("keys").EnumerateArray().Select(key => key.GetString()).ShouldBe(["%00%FF", "a%2F..%2Fb%20c"]);
        var first = Asked();
        (first.Bucket, first.Limit, first.Timeout).ShouldBe(("café", 2, TimeSpan.FromMilliseconds(700)));
        first.Prefix.ToArray().ShouldBe([0, 0xff]);
        first.After.IsEmpty.ShouldBeTrue();

        var cursor = page.GetProperty("cursor").GetString();
        foreach (var other in (string[])["/buckets/b/keys?prefix=%00%ff&", "/buckets/caf%C3%A9/keys?",
            "/buckets/caf%C3%A9/keys?prefix=%00&", "/buckets/caf%C3%A9%00/keys?prefix=%ff&"])
            await ShouldBeProblemAsync(await Client.GetAsync($"{other}cursor={cursor}"), HttpStatusCode.BadRequest,
                other.Contains("A9%00") ? "bad-bucket" : "bad-parameter");
        Node.Requests.ShouldBeEmpty();

        Node.Script = _ => new KeysListed([], null);
        var last = await JsonAsync($"/buckets/caf%C3%A9/keys?cursor={cursor}&prefix=%00%ff");
        last.GetProperty("cursor").ValueKind.ShouldBe(JsonValueKind.Null);
        last.GetProperty("keys").GetArrayLength().ShouldBe(0);
        var second = Asked();
        second.After.ToArray().ShouldBe("a/../b c"u8.ToArray());
        second.Limit.ShouldBe(1000);
    }

    [Theory]
    [InlineData("limit=many", "bad-parameter", "limit")]
    [InlineData("limit=0", "bad-parameter", "limit")]
    [InlineData("limit=-1", "bad-parameter", "limit")]
    [InlineData("limit=10001", "bad-parameter", "limit")]
    [InlineData("limit=", "bad-parameter", "limit")]
    [InlineData("limit=1&limit=1", "repeated-parameter", "limit")]
    [InlineData("cursor=", "bad-parameter", "cursor")]
    [InlineData("cursor=garbage", "bad-parameter", "cursor")]
    [InlineData("cursor=AWEAAAAA", "bad-parameter", "cursor")]
    [InlineData("cursor=%20", "bad-parameter", "cursor")]
    [InlineData("prefix=%zz", "broken-percent-encoding", "prefix")]
    [InlineData("timeout=0", "bad-parameter", "timeout")]
    [InlineData("timeout=600001", "bad-parameter", "timeout")]
    [InlineData("%zz=1", "broken-percent-encoding", "query")]
    [InlineData("r=1", "unknown-parameter", "r")]
    public async Task Bad_queries_are_400(string query, string type, string field)
    {
        using var raw = new RawConnection(FrontEnd.Port);
        raw.Send($"GET /buckets/b/keys?{query} HTTP/1.1\r\nHost: a\r\n\r\n");
        var answer = raw.Receive();
        answer.Status.ShouldBe(400, answer.Text);
        var problem = JsonDocument.Parse(answer.Text).RootElement;
        problem.GetProperty("type").GetString().ShouldBe("/problems/" + type);
        problem.GetProperty("field").GetString().ShouldBe(field);
        Node.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("limit=1", 1, null)]
    [InlineData("limit=10000&timeout=1", 10_000, 1)]
    [InlineData("&timeout=600000&", 1000, 600_000)]
    public async Task The_ends_of_each_range_are_taken(string query, int limit, int? milliseconds)
    {
        Node.Script = _ => new KeysListed([], null);
        await JsonAsync("/buckets/b/keys?" + query);
        var asked = Asked();
        (asked.Limit, asked.Timeout).ShouldBe((limit, milliseconds is { } given ? TimeSpan.FromMilliseconds(given) : null));
    }

    [Fact]
    public async Task A_prefix_is_as_long_as_a_key_may_be()
    {
        Node.Script = _ => new KeysListed(["-._~"u8.ToArray()], null);
        (await JsonAsync("/buckets/b/keys?prefix=" + new string('a', 1024))).GetProperty("keys")[0].GetString().ShouldBe("-._~");
        Asked().Prefix.Length.ShouldBe(1024);
    }

    [Fact]
    public async Task Too_long_a_prefix_a_bad_bucket_and_another_method_are_refused()
    {
        await ShouldBeProblemAsync(await Client.GetAsync("/buckets/b/keys?prefix=" + new string('a', 1025)), HttpStatusCode.BadRequest,
            "key-too-long", "prefix");
        await ShouldBeProblemAsync(await Client.GetAsync("/buckets/%0a/keys"), HttpStatusCode.BadRequest, "bad-bucket", "bucket");
        await ShouldBeProblemAsync(await Client.DeleteAsync("/buckets/b/keys"), HttpStatusCode.BadRequest, "key-empty", "key");
        await ShouldBeProblemAsync(await Client.PostAsync("/buckets/b/keys", null), HttpStatusCode.BadRequest, "key-empty", "key");
        var answer = await Client.PatchAsync("/buckets/b/keys", null);
        await ShouldBeProblemAsync(answer, HttpStatusCode.MethodNotAllowed, "method-not-allowed", "method");
        answer.Content.Headers.Allow.ShouldBe(["GET", "HEAD", "PUT", "POST", "DELETE"]);
        Node.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_partition_without_a_majority_is_503()
    {
        Node.Script = _ => new QuorumNotReached("r", 2, 1, Unknown: false, TimedOut: false);
        var problem = await ShouldBeProblemAsync(await Client.GetAsync("/buckets/b/keys"), HttpStatusCode.ServiceUnavailable,
            "quorum-not-reached");
        (problem.GetProperty("required").GetInt32(), problem.GetProperty("reached").GetInt32()).ShouldBe((2, 1));
        problem.GetProperty("outcome").GetString().ShouldBe("failed");
    }

    private ListKeys Asked()
    {
        Node.Requests.TryDequeue(out var request).ShouldBeTrue();
        return request.ShouldBeOfType<ListKeys>();
    }

    private async Task<JsonElement> JsonAsync(string path)
    {
        var answer = await Client.GetAsync(path);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
    }

    [Fact]
    public async Task Buckets_are_listed_page_by_page_like_keys()
    {
        Node.Script = request => ((ListKeys)request).After.IsEmpty
            ? new KeysListed(["\u0001b"u8.ToArray(), "\u0004a/\u00e4"u8.ToArray()], "\u0004a/\u00e4"u8.ToArray())
            : new KeysListed(["\u0007default"u8.ToArray()], null);
        var page = await JsonAsync("/buckets?limit=2&timeout=300");
        page.GetProperty("buckets").EnumerateArray().Select(name => name.GetString()).ShouldBe(["b", "a%2F%C3%A4"]);
        var asked = Asked();
        (asked.Bucket, asked.Prefix.Length, asked.Limit, asked.Timeout).ShouldBe(("", 0, 2, TimeSpan.FromMilliseconds(300)));
        var cursor = page.GetProperty("cursor").GetString()!;
        page = await JsonAsync($"/buckets?cursor={cursor}");
        page.GetProperty("buckets").EnumerateArray().Select(name => name.GetString()).ShouldBe(["default"]);
        page.GetProperty("cursor").ValueKind.ShouldBe(JsonValueKind.Null);
        Asked().After.Span.SequenceEqual("\u0004a/\u00e4"u8).ShouldBeTrue();

        await ShouldBeProblemAsync(await Client.GetAsync("/buckets?prefix=a"), HttpStatusCode.BadRequest, "unknown-parameter", "prefix");
        await ShouldBeProblemAsync(await Client.GetAsync($"/buckets/b/keys?cursor={cursor}"), HttpStatusCode.BadRequest, "bad-parameter",
            "cursor");
    }
}
