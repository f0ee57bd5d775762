using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using DynamoActors.Node.Requests;
using Microsoft.Extensions.Logging.Abstractions;

namespace DynamoActors.Http.Tests;

/// <summary>However little a batch asks for in bytes, its answer holds no more values than the bound, and few gets are under way at
/// once.</summary>
public sealed class BatchAnswerTests : IAsyncLifetime
{
    private const int ValueBytes = 10_000;
    private const int BytesMax = 35_000;
    private const int GetsAtOnce = 8;

    private readonly FakeStoreNode _node = new();
    private HttpFrontEnd _frontEnd = null!;
    private HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        _frontEnd = await HttpFrontEnd.StartAsync(_node, new HttpFrontEndOptions { Port = 0, BatchAnswerBytesMax = BytesMax },
            NullLoggerFactory.Instance);
        _client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_frontEnd.Port}") };
        _node.Put("large", FakeStoreNode.Siblings(FakeStoreNode.Version(1, new string('v', ValueBytes))));
        _node.Put("small", FakeStoreNode.Siblings(FakeStoreNode.Version(2, "v")));
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _frontEnd.StopAsync(TimeSpan.FromSeconds(5));
        await _frontEnd.DisposeAsync();
    }

    [Fact]
    public async Task Values_beyond_the_bound_are_left_out_each_with_a_problem_and_what_is_written_is_written()
    {
        var results = await ResultsAsync([.. Enumerable.Repeat(Get("large"), 40), """{"op":"put","key":"own","value":"eA=="}""",
            """{"op":"delete","key":"none"}"""]);
        var gets = results[..40];
        gets.Count(one => one.GetProperty("status").GetInt32() == 200).ShouldBe(BytesMax / ValueBytes);
        foreach (var refused in gets.Where(one => one.GetProperty("status").GetInt32() != 200))
        {
            refused.GetProperty("status").GetInt32().ShouldBe(413);
            refused.GetProperty("type").GetString().ShouldBe("/problems/answer-too-large");
            refused.GetProperty("detail").GetString()!.ShouldContain("35,000 bytes");
            refused.TryGetProperty("value", out _).ShouldBeFalse();
        }

        results[40..].Select(one => one.GetProperty("status").GetInt32()).ShouldBe([201, 204]);
        // Once one did not fit, the node is not asked for more that would not either.
        _node.Requests.OfType<GetObject>().Count().ShouldBeLessThan(4 + GetsAtOnce + 1);
    }

    [Fact]
    public async Task Values_that_fit_exactly_are_all_there_and_one_byte_more_is_not()
    {
        _node.Put("rest", FakeStoreNode.Siblings(FakeStoreNode.Version(3, new string('r', 5_000))));
        (await ResultsAsync(Get("large"), Get("large"), Get("large"), Get("rest"))).Select(one => one.GetProperty("status").GetInt32())
            .ShouldBe([200, 200, 200, 200]);
        _node.Put("rest", FakeStoreNode.Siblings(FakeStoreNode.Version(3, new string('r', 5_001))));
        (await ResultsAsync(Get("large"), Get("large"), Get("large"), Get("rest"))).Count(one => one.GetProperty("status")
            .GetInt32() == 413).ShouldBe(1);
    }

    [Fact]
    public async Task All_siblings_values_count()
    {
        _node.Put("many", FakeStoreNode.Siblings(
            FakeStoreNode.Version(1, new string('l', 20_000)), FakeStoreNode.Version(1, new string('r', 20_000), actor: 0xb0)));
        (await ResultsAsync(Get("many"))).Single().GetProperty("type").GetString().ShouldBe("/problems/answer-too-large");
    }

    [Fact]
    public async Task Few_gets_are_under_way_at_once_and_all_writes()
    {
        var held = new BlockingCollection<ClientRequest>();
        var underWay = 0;
        var most = 0;
        _node.Held = request =>
        {
            if (request is GetObject)
            {
                var now = Interlocked.Increment(ref underWay);
                lock (held) most = Math.Max(most, now);
            }

            held.Add(request);
        };
        var answer = ResultsAsync([.. Enumerable.Repeat(Get("small"), 30), .. Enumerable.Range(0, 20)
            .Select(put => $$"""{"op":"put","key":"p{{put}}","value":""}""")]);
        var first = Enumerable.Range(0, GetsAtOnce + 20).Select(_ => held.Take()).ToArray();
        first.OfType<PutObject>().Count().ShouldBe(20);
        first.OfType<GetObject>().Count().ShouldBe(GetsAtOnce);
        var reads = first.OfType<GetObject>().ToList();
        for (var served = 0; served < 30; served++)
        {
            var next = reads.Count > 0 ? reads[^1] : (GetObject)held.Take();
            reads.Remove(next);
            Interlocked.Decrement(ref underWay);
            next.Client.Complete(new ObjectRead(null));
        }

        var version = FakeStoreNode.Siblings(FakeStoreNode.Version(1, "x"));
        foreach (var put in first.OfType<PutObject>()) put.Client.Complete(new ObjectWritten(version, version.Context));
        (await answer).Select(one => one.GetProperty("status").GetInt32())
            .ShouldBe([.. Enumerable.Repeat(404, 30), .. Enumerable.Repeat(201, 20)]);
        most.ShouldBe(GetsAtOnce);
    }

    [Fact]
    public async Task A_node_that_throws_is_500_for_the_batch()
    {
        _node.Held = _ => throw new InvalidOperationException("broken");
        (await PostAsync(Get("a"), Get("b"))).StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
    }

    private static string Get(string key) => $$"""{"op":"get","key":"{{key}}"}""";

    private Task<HttpResponseMessage> PostAsync(params string[] operations) =>
        _client.PostAsync("/kv:batch", new StringContent($$"""{"operations":[{{string.Join(',', operations)}}]}""", Encoding.UTF8));

    private async Task<JsonElement[]> ResultsAsync(params string[] operations)
    {
        var answer = await PostAsync(operations);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var body = await answer.Content.ReadAsByteArrayAsync();
        answer.Content.Headers.ContentLength.ShouldBe(body.Length);
        return [.. JsonDocument.Parse(body).RootElement.GetProperty("results").EnumerateArray()];
    }
}
