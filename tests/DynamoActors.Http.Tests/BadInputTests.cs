using System.Net;
using System.Text;
using System.Text.Json;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Requests;

namespace DynamoActors.Http.Tests;

/// <summary>Whatever is wrong with a request: a 4xx problem that names the field, and nothing reaches the node.</summary>
public sealed class BadInputTests : FrontEndFixture
{
    [Theory]
    [InlineData("/kv/", "key-empty", "key")]
    [InlineData("/buckets/b/keys/", "key-empty", "key")]
    [InlineData("/kv/a%", "broken-percent-encoding", "key")]
    [InlineData("/kv/a%4", "broken-percent-encoding", "key")]
    [InlineData("/kv/%zz", "broken-percent-encoding", "key")]
    [InlineData("/kv/%4g/b", "broken-percent-encoding", "key")]
    [InlineData("/buckets//keys/a", "bad-bucket", "bucket")]
    [InlineData("/buckets/%/keys/a", "broken-percent-encoding", "bucket")]
    [InlineData("/buckets/%ff/keys/a", "broken-percent-encoding", "bucket")]
    [InlineData("/buckets/%0a/keys/a", "bad-bucket", "bucket")]
    [InlineData("/kv/a?n=0", "bad-parameter", "n")]
    [InlineData("/kv/a?n=x", "bad-parameter", "n")]
    [InlineData("/kv/a?r=0", "bad-parameter", "r")]
    [InlineData("/kv/a?r=-1", "bad-parameter", "r")]
    [InlineData("/kv/a?w=most", "bad-parameter", "w")]
    [InlineData("/kv/a?w=1.5", "bad-parameter", "w")]
    [InlineData("/kv/a?w=", "bad-parameter", "w")]
    [InlineData("/kv/a?pr=two", "bad-parameter", "pr")]
    [InlineData("/kv/a?pw=99999999999999999999", "bad-parameter", "pw")]
    [InlineData("/kv/a?dw=%20", "bad-parameter", "dw")]
    [InlineData("/kv/a?consistency=eventual", "bad-parameter", "consistency")]
    [InlineData("/kv/a?timeout=soon", "bad-parameter", "timeout")]
    [InlineData("/kv/a?timeout=0", "bad-parameter", "timeout")]
    [InlineData("/kv/a?timeout=600001", "bad-parameter", "timeout")]
    [InlineData("/kv/a?returnbody=perhaps", "bad-parameter", "returnbody")]
    [InlineData("/kv/a?ttl=0", "bad-parameter", "ttl")]
    [InlineData("/kv/a?ttl=-5", "bad-parameter", "ttl")]
    [InlineData("/kv/a?ttl=1.5", "bad-parameter", "ttl")]
    [InlineData("/kv/a?ttl=soon", "bad-parameter", "ttl")]
    [InlineData("/kv/a?ttl=3155760001", "bad-parameter", "ttl")]
    [InlineData("/kv/a?consistancy=fast", "unknown-parameter", "consistancy")]
    [InlineData("/kv/a?w=1&w=2", "repeated-parameter", "w")]
    [InlineData("/kv/a?w=%", "broken-percent-encoding", "w")]
    [InlineData("/kv/a?context=abc", "bad-context", "context")]
    [InlineData("/kv/a?context=", "bad-context", "context")]
    [InlineData("/kv/a?&&timeout=0", "bad-parameter", "timeout")]
    [InlineData("/kv/a?timeout=1=2", "bad-parameter", "timeout")]
    public async Task Bad_targets_are_400(string target, string type, string field)
    {
        var name = target.AsSpan(target.LastIndexOfAny(['?', '&']) + 1).ToString().Split('=')[0];
        foreach (var method in name switch
        {
            "r" or "pr" => (string[])["GET"],
            "w" or "pw" or "dw" or "context" => ["PUT", "DELETE"],
            "ttl" or "returnbody" => ["PUT"],
            _ => ["PUT", "GET", "DELETE"],
        })
        {
            using var raw = new RawConnection(FrontEnd.Port);
            raw.Send($"{method} {target} HTTP/1.1\r\nHost: a\r\nContent-Length: "
                + $"{(method == "PUT" ? 5 : 0)}\r\n\r\n{(method == "PUT" ? "hello" : "")}");
            var answer = raw.Receive();
            answer.Status.ShouldBe(400, $"{method} {answer.Text}");
            answer.Headers["Content-Type"].ShouldBe("application/problem+json");
            var problem = JsonDocument.Parse(answer.Text).RootElement;
            problem.GetProperty("type").GetString().ShouldBe("/problems/" + type);
            problem.GetProperty("field").GetString().ShouldBe(field);
        }

        Node.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_key_has_at_most_1024_bytes_after_decoding()
    {
        var escaped = string.Concat(Enumerable.Repeat("%2f", 1024));
        (await PutAsync("/kv/" + escaped, "v")).StatusCode.ShouldBe(HttpStatusCode.Created);
        Node.Requests.Single().Key.Length.ShouldBe(1024);
        (await ShouldBeProblemAsync(await PutAsync("/kv/" + escaped + "a", "v"), HttpStatusCode.BadRequest, "key-too-long", "key"))
            .GetProperty("detail").GetString()!.ShouldStartWith("The key has 1,025 bytes after percent-decoding; at most 1,024 ");
        await ShouldBeProblemAsync(await Client.GetAsync("/kv/" + new string('k', 60_000)), HttpStatusCode.BadRequest, "key-too-long",
            "key");
        Node.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_bucket_has_at_most_255_bytes()
    {
        (await PutAsync($"/buckets/{new string('b', 255)}/keys/a", "v")).StatusCode.ShouldBe(HttpStatusCode.Created);
        await ShouldBeProblemAsync(await PutAsync($"/buckets/{new string('b', 256)}/keys/a", "v"), HttpStatusCode.BadRequest,
            "bad-bucket", "bucket");
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("AAAA")]
    [InlineData("")]
    [InlineData("AQ==")]
    public async Task A_context_that_was_not_issued_is_400(string context)
    {
        await ShouldBeProblemAsync(await PutAsync("/kv/a", "v", (ContextHeader, context)), HttpStatusCode.BadRequest, "bad-context",
            ContextHeader);
        var sound = ContextText.ToText(VersionVector.Of(new Dot(1, 1)), "default", "a"u8);
        await ShouldBeProblemAsync(await PutAsync("/kv/a", "v", (ContextHeader, $"{sound},{context}")), HttpStatusCode.BadRequest,
            "bad-context", ContextHeader);
        Node.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("If-Match", "abc")]
    [InlineData("If-Match", "\"abc")]
    [InlineData("If-None-Match", "\"a\" \"b\"")]
    [InlineData("If-None-Match", "w/\"a\"")]
    public async Task A_condition_that_is_no_list_of_tags_is_400(string header, string value)
    {
        await ShouldBeProblemAsync(await PutAsync("/kv/a", "v", (header, value)), HttpStatusCode.BadRequest, "bad-header", header);
        Node.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_content_type_that_could_not_be_sent_back_is_400()
    {
        using var raw = new RawConnection(FrontEnd.Port);
        raw.Send($"PUT /kv/a HTTP/1.1\r\nHost: a\r\nContent-Type: text/{new string('x', 300)}\r\nContent-Length: 1\r\n\r\nv");
        raw.Receive().Text.ShouldContain("/problems/bad-header");
        raw.Send("PUT /kv/a HTTP/1.1\r\nHost: a\r\nContent-Type: text/\u00c3\u00a9\r\nContent-Length: 1\r\n\r\nv");
        raw.Receive().Text.ShouldContain("/problems/bad-header");
        Node.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_value_over_the_limit_is_413_before_it_is_read()
    {
        using var raw = new RawConnection(FrontEnd.Port);
        raw.Send($"PUT /kv/a HTTP/1.1\r\nHost: a\r\nContent-Length: {ValueBytesMax + 1}\r\n\r\n");
        // Not one byte of the value was sent.
        var answer = raw.Receive();
        answer.Status.ShouldBe(413);
        answer.Headers["Content-Type"].ShouldBe("application/problem+json");
        JsonDocument.Parse(answer.Text).RootElement.GetProperty("field").GetString().ShouldBe("value");
        (await PutAsync("/kv/a", new string('v', ValueBytesMax))).StatusCode.ShouldBe(HttpStatusCode.Created);
        Node.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public void A_length_beyond_any_number_of_bytes_is_413()
    {
        using var raw = new RawConnection(FrontEnd.Port);
        raw.Send("PUT /kv/a HTTP/1.1\r\nHost: a\r\nContent-Length: 9000000000000000000\r\n\r\n");
        raw.Receive().Status.ShouldBe(413);
    }

    [Fact]
    public void A_value_in_chunks_is_413_as_soon_as_it_passes_the_limit()
    {
        using var raw = new RawConnection(FrontEnd.Port);
        raw.Send("PUT /kv/a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
        var chunk = $"2710\r\n{new string('v', 10_000)}\r\n";
        for (var sent = 0; sent <= ValueBytesMax; sent += 10_000) raw.Send(chunk);
        // No last chunk was sent: the answer does not wait for it.
        var answer = raw.Receive();
        answer.Status.ShouldBe(413);
        answer.Text.ShouldContain("grew beyond the limit");
        Node.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_value_in_chunks_may_be_as_long_as_any()
    {
        var put = new HttpRequestMessage(HttpMethod.Put, "/kv/a") { Content = new StringContent(new string('v', ValueBytesMax)) };
        put.Headers.TransferEncodingChunked = true;
        (await Client.SendAsync(put)).StatusCode.ShouldBe(HttpStatusCode.Created);
        Node.Requests.Single().ShouldBeOfType<PutObject>().Value.Length.ShouldBe(ValueBytesMax);
    }

    [Fact]
    public void A_broken_chunk_is_400_and_a_cut_off_value_is_not_stored()
    {
        using (var raw = new RawConnection(FrontEnd.Port))
        {
            raw.Send("PUT /kv/a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n");
            var answer = raw.Receive();
            answer.Status.ShouldBe(400);
            answer.Text.ShouldContain("/problems/broken-request");
        }

        using (var raw = new RawConnection(FrontEnd.Port)) raw.Send("PUT /kv/a HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhello");

        // The front end has surely looked at the cut connection once it has served a later one.
        using (var raw = new RawConnection(FrontEnd.Port))
        {
            raw.Send("GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n");
            raw.Receive().Status.ShouldBe(200);
        }

        Node.Stored.ShouldBe(0);
    }

    [Theory]
    [InlineData("FROB", "/kv/a", "GET, HEAD, PUT, POST, DELETE")]
    [InlineData("OPTIONS", "/kv/a", "GET, HEAD, PUT, POST, DELETE")]
    [InlineData("PATCH", "/buckets/b/keys/a", "GET, HEAD, PUT, POST, DELETE")]
    [InlineData("DELETE", "/buckets/b/props", "GET, HEAD, PUT")]
    [InlineData("PUT", "/ring", "GET, HEAD")]
    [InlineData("POST", "/health/live", "GET, HEAD")]
    public async Task A_method_that_is_not_served_is_405_with_Allow(string method, string path, string allow)
    {
        var answer = await SendAsync(new HttpMethod(method), path, new StringContent("x"));
        await ShouldBeProblemAsync(answer, HttpStatusCode.MethodNotAllowed, "method-not-allowed", "method");
        string.Join(", ", answer.Content.Headers.Allow).ShouldBe(allow);
        Node.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/page")]
    [InlineData("/kvx/a")]
    [InlineData("/KV/a")]
    [InlineData("/kv:")]
    [InlineData("/buckets/b")]
    [InlineData("/buckets/b/keyz/a")]
    [InlineData("/cluster/")]
    [InlineData("/health")]
    public async Task A_path_that_nothing_is_at_is_404(string path) =>
        await ShouldBeProblemAsync(await Client.GetAsync(path), HttpStatusCode.NotFound, "no-such-route");

    [Fact]
    public void A_target_without_a_path_is_the_root()
    {
        using var raw = new RawConnection(FrontEnd.Port);
        raw.Send("GET http://elsewhere:99 HTTP/1.1\r\nHost: elsewhere:99\r\n\r\n");
        var answer = raw.Receive();
        answer.Status.ShouldBe(200);
        answer.Text.ShouldStartWith("<!DOCTYPE html>");
    }

    [Fact]
    public void A_broken_escape_is_told_with_its_place()
    {
        using var raw = new RawConnection(FrontEnd.Port);
        raw.Send("GET /kv/%41b%4g HTTP/1.1\r\nHost: a\r\n\r\n");
        JsonDocument.Parse(raw.Receive().Text).RootElement.GetProperty("detail").GetString()!.ShouldStartWith("At character 4 of the "
            + "key: ");
    }

    [Fact]
    public async Task Long_headers_are_taken() =>
        await ShouldBeProblemAsync(await SendAsync(HttpMethod.Get, "/kv/a", null, ("X-Long", new string('a', 100_000))),
            HttpStatusCode.NotFound, "not-found");

    [Fact]
    public async Task What_came_from_outside_is_shown_in_part()
    {
        var detail = (await ShouldBeProblemAsync(await Client.GetAsync("/kv/a?timeout=" + new string('9', 5000)),
            HttpStatusCode.BadRequest, "bad-parameter", "timeout"))
            .GetProperty("detail").GetString()!;
        detail.ShouldStartWith($"timeout='{new string('9', 100)}…' is not a number of milliseconds");
    }

    [Fact]
    public void A_target_with_a_null_byte_is_that_requests_alone()
    {
        using var raw = new RawConnection(FrontEnd.Port);
        foreach (var target in (string[])["/kv/%00a", "/kv/b", "/kv/c%00"])
        {
            raw.Send($"GET {target} HTTP/1.1\r\nHost: a\r\n\r\n");
            raw.Receive().Status.ShouldBe(404);
        }

        Node.Requests.Select(request => Encoding.UTF8.GetString(request.Key.Span)).ShouldBe(["\0a", "b", "c\0"]);
    }

    [Theory]
    [InlineData("{\"policy\":\"newest\"}", "policy")]
    [InlineData("{\"n\":0}", "n")]
    [InlineData("{\"n\":4}", "n")]
    [InlineData("{\"n\":\"three\"}", "n")]
    [InlineData("{\"r\":\"most\"}", "r")]
    [InlineData("{\"w\":4}", "w")]
    [InlineData("{\"w\":1.5}", "w")]
    [InlineData("{\"siblingsMax\":0}", "siblingsMax")]
    [InlineData("{\"ttl\":0}", "ttl")]
    [InlineData("{\"ttl\":\"1d\"}", "ttl")]
    [InlineData("{\"ttl\":3155760001}", "ttl")]
    [InlineData("{\"colour\":\"red\"}", "colour")]
    [InlineData("[]", "body")]
    [InlineData("{", "body")]
    [InlineData("", "body")]
    public async Task Bad_bucket_properties_are_400_and_change_nothing(string body, string field)
    {
        var before = Node.Bucket("b");
        await ShouldBeProblemAsync(await PutAsync("/buckets/b/props", body), HttpStatusCode.BadRequest, "bad-bucket-properties", field);
        Node.Bucket("b").ShouldBe(before);
    }

    [Fact]
    public async Task Bucket_properties_over_the_limit_are_413()
    {
        const string change = """{"w":"all"}""";
        await ShouldBeProblemAsync(
            await PutAsync("/buckets/b/props", change.PadLeft(64 * 1024 + 1)), HttpStatusCode.RequestEntityTooLarge,
                "bad-bucket-properties", "body");
        Node.Bucket("b").W.ShouldBeNull();
        (await PutAsync("/buckets/b/props", change.PadLeft(64 * 1024))).StatusCode.ShouldBe(HttpStatusCode.OK);
        Node.Bucket("b").W.ShouldNotBeNull();
    }

    [Fact]
    public async Task What_the_node_refuses_is_400_with_its_field()
    {
        Node.Script = _ => new RequestRefused("w", "w is 4, but only n = 3 replicas take part.");
        var problem = await ShouldBeProblemAsync(await PutAsync("/kv/a?w=4", "v"), HttpStatusCode.BadRequest, "bad-parameter", "w");
        problem.GetProperty("title").GetString().ShouldBe("Bad parameter");
        (await ShouldBeProblemAsync(await PutAsync("/kv/a?w=-4", "v"), HttpStatusCode.BadRequest, "bad-parameter", "w"))
            .GetProperty("title").GetString().ShouldBe("Bad parameter");
        problem.GetProperty("detail").GetString()!.ShouldContain("only n = 3 replicas");
    }

    [Fact]
    public async Task Any_bytes_are_a_key()
    {
        var key = Enumerable.Range(0, 256).Select(value => (byte)value).ToArray();
        var target = "/kv/" + string.Concat(key.Select(value => $"%{value:X2}"));
        for (var round = 0; round < 3; round++)
        {
            using var raw = new RawConnection(FrontEnd.Port);
            raw.Send($"PUT {target} HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
            raw.Receive().Status.ShouldBe(201);
            raw.Send($"GET {target} HTTP/1.1\r\nHost: a\r\n\r\n");
            raw.Receive().Text.ShouldBe("hello");
        }

        foreach (var request in Node.Requests) request.Key.ToArray().ShouldBe(key);
        await Task.CompletedTask;
    }

    [Theory]
    [InlineData("/kv/a/b", "a/b")]
    [InlineData("/kv/a%2Fb", "a/b")]
    [InlineData("/kv//", "/")]
    [InlineData("/kv/../../ring", "../../ring")]
    [InlineData("/kv/%2e%2E/.", "../.")]
    [InlineData("/kv/a+b", "a+b")]
    [InlineData("/kv/%25", "%")]
    [InlineData("/kv/a%3Fb", "a?b")]
    [InlineData("/kv/%00", "\0")]
    [InlineData("/kv/%00%20a%00", "\0 a\0")]
    [InlineData("http://elsewhere:99/kv/a", "a")]
    public void Paths_are_decoded_and_not_otherwise_changed(string target, string key)
    {
        using var raw = new RawConnection(FrontEnd.Port);
        raw.Send($"GET {target}?r=1 HTTP/1.1\r\nHost: elsewhere:99\r\n\r\n");
        raw.Receive().Status.ShouldBe(404);
        Encoding.UTF8.GetString(Node.Requests.Single().Key.Span).ShouldBe(key);
    }
}
