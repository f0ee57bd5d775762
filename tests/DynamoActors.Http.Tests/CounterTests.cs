using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using DynamoActors.Core.Buckets;
using DynamoActors.Node.Requests;

namespace DynamoActors.Http.Tests;

/// <summary>Counters, as they are asked for and shown.</summary>
public sealed class CounterTests : FrontEndFixture
{
    [Theory]
    [InlineData("/kv/a")]
    [InlineData("/kv?key=a")]
    [InlineData("/buckets/votes/keys/a")]
    [InlineData("/buckets/votes/keys?key=a")]
    public async Task An_addition_is_answered_with_the_number_and_a_read_shows_it(string target)
    {
        var and = target.Contains('?') ? '&' : '?';
        var added = await Client.PostAsync($"{target}{and}op=add&by=5", null);
        added.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await added.Content.ReadAsStringAsync()).ShouldBe("5");
        added.Content.Headers.ContentType!.MediaType.ShouldBe("text/plain");
        var again = await Client.PostAsync($"{target}{and}op=add&by=-7&w=all&timeout=1000", null);
        (await again.Content.ReadAsStringAsync()).ShouldBe("-2");
        ((PutObject)Node.Requests.Last()).Timeout.ShouldBe(TimeSpan.FromSeconds(1));

        var read = await Client.GetAsync(target);
        read.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await read.Content.ReadAsStringAsync()).ShouldBe("-2");
        ContextOf(read).ShouldBe(ContextOf(again));
        read.Headers.ETag.ShouldBe(again.Headers.ETag);
        (await SendAsync(HttpMethod.Delete, target, null, (ContextHeader, ContextOf(read)))).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await Client.GetAsync(target)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_batch_shows_the_number_too()
    {
        await Client.PostAsync("/kv/a?op=add&by=41", null);
        var answer = await Client.PostAsync("/kv:batch", new StringContent("""{"operations":[{"op":"get","key":"a"}]}"""));
        (await answer.Content.ReadAsStringAsync()).ShouldContain($"\"value\":\"{Convert.ToBase64String("41"u8)}\"");
    }

    [Fact]
    public async Task A_batch_adds_and_a_named_addition_of_it_counts_once()
    {
        const string batch = """
            {"operations":[{"op":"add","key":"a","by":40},{"op":"add","key":"a","by":2,"idempotencyKey":"order-17"},
                           {"op":"add","key":"a","by":2,"idempotencyKey":"order-17"},{"op":"add","key":"b","by":-9223372036854775808},
                           {"op":"add","key":"a","by":3,"idempotencyKey":"order-17"}]}
            """;
        var answer = await Client.PostAsync("/kv:batch", new StringContent(batch));
        var results = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["results"]!.AsArray();
        results.Select(one => (int)one!["status"]!).ShouldBe([200, 200, 200, 200, 422]);
        results.Take(4).Select(one => Encoding.ASCII.GetString(Convert.FromBase64String((string)one!["value"]!)))
            .ShouldBe(["40", "42", "42", "-9223372036854775808"]);
        ((string)results[4]!["type"]!).ShouldBe("/problems/idempotency-key-reused");
        // The same name as in a header.
        await ShouldBeProblemAsync(await SendAsync(HttpMethod.Post, "/kv/a?op=add&by=3", null, ("Idempotency-Key", "order-17")),
            HttpStatusCode.UnprocessableEntity, "idempotency-key-reused", "Idempotency-Key");
        (await Client.GetStringAsync("/kv/a")).ShouldBe("42");
    }

    [Theory]
    [InlineData("""{"op":"add","key":"a"}""", "by")]
    [InlineData("""{"op":"add","key":"a","by":1.5}""", "by")]
    [InlineData("""{"op":"add","key":"a","by":"1"}""", "by")]
    [InlineData("""{"op":"add","key":"a","by":9223372036854775808}""", "by")]
    [InlineData("""{"op":"add","key":"a","by":1,"idempotencyKey":""}""", "idempotencyKey")]
    [InlineData("""{"op":"add","key":"a","by":1,"context":"x"}""", "context")]
    [InlineData("""{"op":"add","key":"a","by":1,"value":""}""", "op")]
    [InlineData("""{"op":"add","key":"a","by":1,"ttl":5}""", "op")]
    [InlineData("""{"op":"put","key":"a","value":"","by":1}""", "op")]
    [InlineData("""{"op":"get","key":"a","idempotencyKey":"x"}""", "op")]
    public async Task What_is_no_addition_in_a_batch_is_refused_and_nothing_of_the_batch_is_done(string operation, string field)
    {
        var answer = await Client.PostAsync("/kv:batch", new StringContent($"{{\"operations\":[{operation}]}}"));
        await ShouldBeProblemAsync(answer, HttpStatusCode.BadRequest, "bad-batch", field);
        Node.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_addition_with_a_key_counts_once()
    {
        for (var sent = 0; sent < 3; sent++)
        {
            var answer = await SendAsync(HttpMethod.Post, "/kv/a?op=add&by=2", null, ("Idempotency-Key", "order-17"));
            (await answer.Content.ReadAsStringAsync()).ShouldBe("2");
        }

        var other = await SendAsync(HttpMethod.Post, "/kv/a?op=add&by=2", null, ("Idempotency-Key", new string('k', 255)));
        (await other.Content.ReadAsStringAsync()).ShouldBe("4");
    }

    [Theory]
    [InlineData("", "bad-parameter", "by")]
    [InlineData("op=add", "bad-parameter", "by")]
    [InlineData("by=1", "bad-parameter", "by")]
    [InlineData("op=sub&by=1", "bad-parameter", "op")]
    [InlineData("op=add&by=", "bad-parameter", "by")]
    [InlineData("op=add&by=1.5", "bad-parameter", "by")]
    [InlineData("op=add&by=%2B1", "bad-parameter", "by")]
    [InlineData("op=add&by=01", "bad-parameter", "by")]
    [InlineData("op=add&by=1%00", "bad-parameter", "by")]
    [InlineData("op=add&by=9223372036854775808", "bad-parameter", "by")]
    [InlineData("op=add&by=1&by=1", "repeated-parameter", "by")]
    [InlineData("op=add&by=1&ttl=5", "unknown-parameter", "ttl")]
    [InlineData("op=add&by=1&r=2", "unknown-parameter", "r")]
    public async Task What_is_no_addition_is_refused_and_changes_nothing(string query, string type, string field)
    {
        await ShouldBeProblemAsync(await Client.PostAsync($"/kv/a?{query}", null), HttpStatusCode.BadRequest, type, field);
        Node.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("If-Match", "*")]
    [InlineData("If-None-Match", "*")]
    [InlineData("Idempotency-Key", "")]
    public async Task Headers_that_an_addition_cannot_heed_are_refused(string name, string value)
    {
        await ShouldBeProblemAsync(
            await SendAsync(HttpMethod.Post, "/kv/a?op=add&by=1", null, (name, value)), HttpStatusCode.BadRequest, "bad-header");
        await ShouldBeProblemAsync(
            await SendAsync(HttpMethod.Post, "/kv/a?op=add&by=1", null, ("Idempotency-Key", new string('k', 256))),
            HttpStatusCode.BadRequest, "bad-header");
        Node.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_bucket_of_counters_stays_one_and_has_no_time_to_live()
    {
        (await PropertiesAsync("""{"policy":"counter"}""")).StatusCode.ShouldBe(HttpStatusCode.OK);
        Node.Bucket("votes").Policy.ShouldBe(ConflictPolicy.Counter);
        const string bad = "bad-bucket-properties";
        await ShouldBeProblemAsync(await PropertiesAsync("""{"policy":"lww"}"""), HttpStatusCode.BadRequest, bad, "policy");
        await ShouldBeProblemAsync(await PropertiesAsync("""{"ttl":5}"""), HttpStatusCode.BadRequest, bad, "ttl");
        await Client.PutAsync("/buckets/latest/props", new StringContent("""{"policy":"lww"}"""));
        await ShouldBeProblemAsync(await Client.PutAsync("/buckets/latest/props", new StringContent("""{"policy":"counter"}""")),
            HttpStatusCode.BadRequest, bad, "policy");
        (await PropertiesAsync("""{"w":"all"}""")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await Client.GetStringAsync("/buckets/votes/props")).ShouldContain("\"policy\":\"counter\"");
    }

    private Task<HttpResponseMessage> PropertiesAsync(string properties) =>
        Client.PutAsync("/buckets/votes/props", new StringContent(properties));
}
