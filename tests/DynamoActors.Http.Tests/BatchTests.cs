using System.Net;
using System.Text.Json;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Requests;

namespace DynamoActors.Http.Tests;

/// <summary>Several operations in one request: each has its own result, and one that is wrong keeps all from being done.</summary>
public sealed class BatchTests : FrontEndFixture
{
    [Fact]
    public async Task Puts_gets_and_deletes_have_results_in_their_places()
    {
        await PutAsync("/kv/one", "uno");
        await PutAsync("/buckets/b/keys/a%20b", "x");
        Node.Put("many", FakeStoreNode.Siblings(FakeStoreNode.Version(1, "left"), FakeStoreNode.Version(1, "right", actor: 0xb0)));
        var results = await ResultsAsync("""
            {"op":"get","key":"one"},
            {"op":"put","key":"two","value":"ZG9z","contentType":"text/es","ttl":60},
            {"op":"delete","bucket":"b","key":"a%20b","context":null},
            {"op":"get","key":"none"},
            {"op":"get","key":"many"}
            """);
        results.Select(result => result.GetProperty("status").GetInt32()).ShouldBe([200, 201, 204, 404, 300]);
        results[0].GetProperty("value").GetBytesFromBase64().ShouldBe("uno"u8.ToArray());
        results[0].GetProperty("contentType").GetString().ShouldStartWith("text/plain");
        results[0].GetProperty("lastModified").GetHttpDateSeconds().ShouldBeGreaterThan(0);
        results[1].GetProperty("context").GetString().ShouldNotBeNullOrEmpty();
        results[3].GetProperty("type").GetString().ShouldBe("/problems/not-found");
        results[4].GetProperty("siblings").EnumerateArray().Select(one => one.GetProperty("value").GetBytesFromBase64())
            .ShouldBe(["left"u8.ToArray(), "right"u8.ToArray()]);

        var two = await Client.GetAsync("/kv/two");
        (await two.Content.ReadAsStringAsync()).ShouldBe("dos");
        two.Content.Headers.ContentType!.MediaType.ShouldBe("text/es");
        two.Headers.ETag!.Tag.ShouldBe(results[1].GetProperty("etag").GetString());
        (await Client.GetAsync("/buckets/b/keys/a%20b")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Operations_run_at_the_same_time_and_one_that_fails_leaves_the_others_alone()
    {
        var held = new List<ClientRequest>();
        var all = new TaskCompletionSource();
        Node.Held = request =>
        {
            held.Add(request);
            if (held.Count == 3) all.SetResult();
        };
        var answer = ResultsAsync("""{"op":"get","key":"a"},{"op":"put","key":"b","value":""},{"op":"get","key":"c"}""");
        await all.Task.WaitAsync(TimeSpan.FromSeconds(20));
        // In another order than they are listed in.
        Held("c").Client.Complete(new ObjectRead(null));
        Held("b").Client.Complete(new QuorumNotReached("w", 2, 1, Unknown: true, TimedOut: true));
        Held("a").Client.Complete(new NodeOverloaded(TimeSpan.FromSeconds(1), "Busy."));
        var results = await answer;
        results.Select(result => result.GetProperty("status").GetInt32()).ShouldBe([503, 503, 404]);
        results[1].GetProperty("outcome").GetString().ShouldBe("unknown");
        results[0].GetProperty("type").GetString().ShouldBe("/problems/overloaded");

        ClientRequest Held(string key) => held.Single(one => System.Text.Encoding.UTF8.GetString(one.Key.Span) == key);
    }

    [Theory]
    [InlineData("""{"op":"steal","key":"a"}""", "bad-batch", "op")]
    [InlineData("""{"key":"a"}""", "bad-batch", "op")]
    [InlineData("""{"op":"get"}""", "key-empty", "key")]
    [InlineData("""{"op":"get","key":"%4"}""", "broken-percent-encoding", "key")]
    [InlineData("""{"op":"get","key":"a b"}""", "broken-percent-encoding", "key")]
    [InlineData("""{"op":"get","key":7}""", "bad-batch", "key")]
    [InlineData("""{"op":"get","key":"a","bucket":""}""", "bad-bucket", "bucket")]
    [InlineData("""{"op":"get","key":"a","value":"eA=="}""", "bad-batch", "op")]
    [InlineData("""{"op":"delete","key":"a","ttl":5}""", "bad-batch", "op")]
    [InlineData("""{"op":"put","key":"a"}""", "bad-batch", "value")]
    [InlineData("""{"op":"put","key":"a","value":"not base64!"}""", "bad-batch", "value")]
    [InlineData("""{"op":"put","key":"a","value":"","contentType":""}""", "bad-batch", "contentType")]
    [InlineData("""{"op":"put","key":"a","value":"","contentType":"text/é"}""", "bad-batch", "contentType")]
    [InlineData("""{"op":"put","key":"a","value":"","context":"abc"}""", "bad-context", "context")]
    [InlineData("""{"op":"get","key":"a","context":"abc"}""", "bad-batch", "context")]
    [InlineData("""{"op":"put","key":"a","value":"","ttl":0}""", "bad-batch", "ttl")]
    [InlineData("""{"op":"put","key":"a","value":"","ttl":"60"}""", "bad-batch", "ttl")]
    [InlineData("""{"op":"put","key":"a","value":"","w":1}""", "bad-batch", "w")]
    [InlineData("""{"op":"get","key":"a","colour":null}""", "bad-batch", "colour")]
    [InlineData("""{"op":"get","key":"a","contentType":"text/plain"}""", "bad-batch", "op")]
    [InlineData("""{"op":"delete","key":"a","value":""}""", "bad-batch", "op")]
    [InlineData("""{"op":"get","key":"a\u007f"}""", "broken-percent-encoding", "key")]
    [InlineData("7", "bad-batch", "operations")]
    public async Task A_bad_operation_is_named_by_its_place_and_nothing_is_done(string operation, string type, string field)
    {
        var answer = await PostAsync($$"""{"operations":[{"op":"put","key":"first","value":"eA=="},{{operation}}]}""");
        var problem = await ShouldBeProblemAsync(answer, HttpStatusCode.BadRequest, type, field);
        problem.GetProperty("operation").GetInt32().ShouldBe(1);
        problem.GetProperty("detail").GetString().ShouldStartWith("Operation 1: ");
        var detail = problem.GetProperty("detail").GetString()!;
        detail.ShouldEndWith(" Nothing of the batch was done.");
        detail.Split("Nothing").Length.ShouldBe(2, detail);
        Node.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("", "body")]
    [InlineData("{", "body")]
    [InlineData("[]", "body")]
    [InlineData("{}", "operations")]
    [InlineData("""{"operations":7}""", "operations")]
    [InlineData("""{"operations":[]}""", "operations")]
    [InlineData("""{"operation":[]}""", "body")]
    [InlineData("""{"operations":[{"op":"get","key":"a"}],"options":{}}""", "body")]
    public async Task A_body_that_is_no_batch_is_400(string body, string field) =>
        await ShouldBeProblemAsync(await PostAsync(body), HttpStatusCode.BadRequest, "bad-batch", field);

    [Fact]
    public async Task A_hundred_operations_are_taken_and_one_more_is_not()
    {
        string Of(int count) => "{\"operations\":[" + string.Join(',', Enumerable.Range(0, count)
            .Select(i => $$"""{"op":"get","key":"k{{i}}"}""")) + "]}";
        await ShouldBeProblemAsync(await PostAsync(Of(101)), HttpStatusCode.BadRequest, "bad-batch", "operations");
        Node.Requests.ShouldBeEmpty();
        (await PostAsync(Of(100))).StatusCode.ShouldBe(HttpStatusCode.OK);
        Node.Requests.Count.ShouldBe(100);
    }

    [Fact]
    public async Task Too_much_is_413_and_nothing_is_done()
    {
        var value = Convert.ToBase64String(new byte[ValueBytesMax + 1]);
        var problem = await ShouldBeProblemAsync(
            await PostAsync($$"""{"operations":[{"op":"put","key":"a","value":"{{value}}"}]}"""), HttpStatusCode.RequestEntityTooLarge,
                "value-too-large", "value");
        problem.GetProperty("operation").GetInt32().ShouldBe(0);
        await ShouldBeProblemAsync(await PostAsync(new string(' ', 2 * ValueBytesMax + (1 << 20) + 1)),
            HttpStatusCode.RequestEntityTooLarge, "batch-too-large", "body");
        Node.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_body_of_the_largest_size_is_read()
    {
        const string batch = """{"operations":[{"op":"get","key":"a"}]}""";
        (await PostAsync(batch.PadLeft(2 * ValueBytesMax + (1 << 20)))).StatusCode.ShouldBe(HttpStatusCode.OK);
        Node.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_context_goes_in_with_puts_and_deletes_and_comes_out_with_deletions_too()
    {
        var written = (await ResultsAsync("""{"op":"put","key":"a","value":"eA=="}""")).Single().GetProperty("context").GetString()!;
        var deleted = (await ResultsAsync($$"""{"op":"delete","key":"a","context":"{{written}}"}""")).Single().GetProperty("context")
            .GetString()!;
        var read = (await ResultsAsync("""{"op":"get","key":"a"}""")).Single();
        read.GetProperty("status").GetInt32().ShouldBe(404);
        read.GetProperty("context").GetString().ShouldBe(deleted);
        read.GetProperty("detail").GetString()!.ShouldContain("was deleted");
        await ResultsAsync($$"""{"op":"put","key":"a","value":"","context":"{{deleted}}"}""");
        Node.Requests.OfType<PutObject>()
            .Select(put => put.Context is null ? null : ContextText.ToText(put.Context, put.Bucket, put.Key.Span))
            .ShouldBe([null, written, deleted]);
    }

    [Fact]
    public async Task A_deletion_beside_a_version_without_a_type_leaves_that_version()
    {
        var live = FakeStoreNode.Version(1, "left", contentType: null);
        Node.Put("a", FakeStoreNode.Siblings(live, Sibling.Tombstone(new Dot(0xb0, 1), live.Time)));
        var read = (await ResultsAsync("""{"op":"get","key":"a"}""")).Single();
        (read.GetProperty("status").GetInt32(), read.GetProperty("contentType").GetString()).ShouldBe((200, "application/octet-stream"));
        read.GetProperty("value").GetBytesFromBase64().ShouldBe("left"u8.ToArray());
    }

    [Fact]
    public async Task A_quorum_that_was_not_reached_says_of_reads_and_writes_what_became_of_them()
    {
        Node.Script = _ => new QuorumNotReached("r", 2, 1, Unknown: false, TimedOut: false);
        var results = await ResultsAsync("""{"op":"get","key":"a"},{"op":"put","key":"a","value":""},{"op":"delete","key":"a"}""");
        results.Select(result => result.GetProperty("outcome").GetString()).ShouldBe(["failed", "not-written", "not-written"]);
    }

    [Fact]
    public async Task A_value_of_the_largest_size_fits()
    {
        var value = Convert.ToBase64String(new byte[ValueBytesMax]);
        (await ResultsAsync($$"""{"op":"put","key":"a","value":"{{value}}"}""")).Single().GetProperty("status").GetInt32().ShouldBe(201);
    }

    private Task<HttpResponseMessage> PostAsync(string body) => Client.PostAsync("/kv:batch", new StringContent(body));

    private async Task<JsonElement[]> ResultsAsync(string operations)
    {
        var answer = await PostAsync($$"""{"operations":[{{operations}}]}""");
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return [.. JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("results").EnumerateArray()];
    }
}
