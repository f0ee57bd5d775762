using System.Net;
using DynamoActors.Node.Requests;

namespace DynamoActors.Http.Tests;

/// <summary>Keys in the query, where nothing on the way changes them: the same requests as with the key in the path.</summary>
public sealed class KeyInQueryTests : FrontEndFixture
{
    [Theory]
    [InlineData("a%2F%2Fb", "612F2F62")]
    [InlineData("a//b/../c", "612F2F622F2E2E2F63")]
    [InlineData(".", "2E")]
    [InlineData("%2E%2E", "2E2E")]
    [InlineData("%00%ff", "00FF")]
    [InlineData("a+b%2Bc%20d", "612B622B632064")]
    [InlineData("%2525", "253235")]
    [InlineData("a=b?c", "613D623F63")]
    [InlineData("%26key%3D", "266B65793D")]
    public async Task It_is_percent_decoded_once(string encoded, string bytes)
    {
        foreach (var (path, bucket) in ((string, string)[])[("/kv", "default"), ("/buckets/carts/keys", "carts")])
        {
            foreach (var query in (string[])[$"key={encoded}", $"timeout=300&key={encoded}", $"key={encoded}&timeout=300&r=1"])
            {
                (await SendAsync(HttpMethod.Get, $"{path}?{query}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
                var asked = Node.Requests.Last().ShouldBeOfType<GetObject>();
                (asked.Bucket, Convert.ToHexString(asked.Key.Span), asked.Timeout).ShouldBe(
                    (bucket, bytes, query.Contains("timeout") ? TimeSpan.FromMilliseconds(300) : null));
            }
        }
    }

    [Theory]
    [InlineData("/kv?key=a%2Fb", "/kv/a/b")]
    [InlineData("/buckets/carts/keys?key=a%2Fb", "/buckets/carts/keys/a/b")]
    public async Task Every_method_is_served(string inQuery, string inPath)
    {
        (await PutAsync($"{inQuery}&w=1", "one")).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await Client.GetStringAsync(inPath)).ShouldBe("one");
        (await PutAsync(inPath, "two")).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await Client.GetStringAsync(inQuery)).ShouldBe("two");
        (await SendAsync(HttpMethod.Head, inQuery)).Content.Headers.ContentLength.ShouldBe(3);
        (await Client.DeleteAsync(inQuery)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await Client.GetAsync(inPath)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task So_are_pages_about_a_key()
    {
        (await Client.GetStringAsync("/ring/preflist?key=a%2F..&bucket=carts")).ShouldBe(
            await Client.GetStringAsync("/ring/preflist/a%2F..?bucket=carts"));
        Node.Script = _ => new KeyExplained(7, 3, [], [], [], InSyncAsOf: null, "Nothing.");
        (await Client.GetStringAsync("/explain?bucket=carts&key=a%2F..")).ShouldContain("\"a%2F..\",\"bucket\":\"carts\"");
    }

    [Theory]
    [InlineData("GET", "/kv", "key-empty", "key")]
    [InlineData("GET", "/kv?key=", "key-empty", "key")]
    [InlineData("PUT", "/kv?w=1", "key-empty", "key")]
    [InlineData("PUT", "/buckets/b/keys", "key-empty", "key")]
    [InlineData("GET", "/buckets/b/keys?key=", "key-empty", "key")]
    [InlineData("GET", "/explain", "key-empty", "key")]
    [InlineData("GET", "/kv?key=a&key=b", "repeated-parameter", "key")]
    [InlineData("GET", "/kv?key=a&r=x", "bad-parameter", "r")]
    [InlineData("GET", "/kv?key=%zz", "broken-percent-encoding", "key")]
    [InlineData("GET", "/kv/a?key=b", "unknown-parameter", "key")]
    [InlineData("GET", "/buckets/b/keys?key=a&limit=3", "unknown-parameter", "limit")]
    [InlineData("GET", "/cluster?key=a", "unknown-parameter", "key")]
    public async Task What_is_wrong_with_it_is_told(string method, string target, string type, string field)
    {
        using var raw = new RawConnection(FrontEnd.Port);
        raw.Send($"{method} {target} HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
        var answer = raw.Receive();
        (answer.Status, answer.Text.Contains($"\"/problems/{type}\""), answer.Text.Contains($"\"field\":\"{field}\"")).ShouldBe(
            ((int)HttpStatusCode.BadRequest, true, true), answer.Text);
        Node.Requests.ShouldBeEmpty();
    }
}
