using System.Diagnostics;
using System.IO.Pipelines;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;

namespace DynamoActors.Client.Tests.Scripted;

/// <summary>Batches and listings.</summary>
public sealed class ManyKeysTests
{
    private readonly ScriptedNodes _nodes = new();

    [Fact]
    public async Task Writes_go_a_hundred_at_a_time_and_each_has_its_result()
    {
        _nodes.ScriptAll(asked => Batch(asked, operation => operation.GetProperty("key").GetString() == "7"
            ? """{"status":409,"type":"/problems/too-many-siblings","detail":"11 siblings"}"""
            : """{"status":201,"context":"c","etag":"\"e\""}"""));
        using var client = await _nodes.RoutedClientAsync();
        var written = await client.Bucket<int>("b").PutManyAsync(
            Enumerable.Range(0, 250).Select(number => KeyValuePair.Create((DynamoKey)$"{number}", number)));
        written.Count.ShouldBe(250);
        written[7].ShouldBeOfType<NotWritten>().Why.ShouldBe(WhyNotWritten.TooManySiblings);
        written.Where((_, index) => index != 7).ShouldAllBe(result => result is Written && ((Written)result).Context.Text == "c");
        _nodes.Asked.Select(asked => Operations(asked).Length).Order().ShouldBe([50, 100, 100]);
        var first = Operations(_nodes.Asked.First(asked => asked.Body.Contains("\"0\"")))[0];
        first.GetProperty("bucket").GetString().ShouldBe("b");
        Convert.FromBase64String(first.GetProperty("value").GetString()!).ShouldBe("0"u8.ToArray());
    }

    [Fact]
    public async Task Large_values_go_in_several_batches()
    {
        _nodes.ScriptAll(asked => Batch(asked, _ => """{"status":201,"context":"c"}"""));
        using var client = await _nodes.RoutedClientAsync();
        ReadOnlyMemory<byte> value = new byte[3 * 1024 * 1024];
        (await client.Bucket().PutManyAsync(Enumerable.Range(0, 5).Select(number => KeyValuePair.Create((DynamoKey)$"{number}", value))))
            .ShouldAllBe(result => result is Written);
        _nodes.Asked.Select(asked => Operations(asked).Length).Order().ShouldBe([1, 2, 2]);
    }

    [Fact]
    public async Task Reads_have_each_their_result_and_what_was_left_out_is_read_alone()
    {
        _nodes.ScriptAll(asked => asked.Method == "GET" ? _nodes.Answer(200, "3")
            : Batch(asked, operation => operation.GetProperty("key").GetString() switch
            {
                "one" => """{"status":200,"value":"MQ==","context":"c","etag":"\"e\"","contentType":"application/json"}""",
                "two" => """{"status":300,"context":"c","siblings":[{"value":"MQ==","dot":"a:1"},{"value":"Mg==","dot":"a:2"}]}""",
                "gone" => """{"status":404,"type":"/problems/not-found","context":"deleted"}""",
                "large" => """{"status":413,"type":"/problems/answer-too-large"}""",
                _ => """{"status":503,"type":"/problems/quorum-not-reached","detail":"r=2","outcome":"failed"}""",
            }));
        using var client = await _nodes.RoutedClientAsync();
        var read = await client.Bucket<int>("b").GetManyAsync(["one", "two", "gone", "large", "out"]);
        read[0].ShouldBeOfType<Found<int>>().Value.ShouldBe(1);
        read[1].ShouldBeOfType<Conflict<int>>().Siblings.Select(one => one.Value).ShouldBe([1, 2]);
        read[2].ShouldBeOfType<Absent<int>>().Context.Text.ShouldBe("deleted");
        read[3].ShouldBeOfType<Found<int>>().Value.ShouldBe(3);
        read[4].ShouldBeOfType<NotRead<int>>().Why.ShouldBe(WhyNotRead.QuorumNotReached);
    }

    [Fact]
    public async Task What_was_left_out_has_what_the_batch_has_left_of_the_time()
    {
        var clock = new FakeTimeProvider();
        _nodes.ScriptAll(asked =>
        {
            if (asked.Method == "GET") return _nodes.Answer(200, "3");
            clock.Advance(TimeSpan.FromSeconds(4));
            return Batch(asked, _ => """{"status":413,"type":"/problems/answer-too-large"}""");
        });
        using var client = await _nodes.RoutedClientAsync(options => options.Time = clock);
        (await client.Bucket<int>("b").GetManyAsync(["a", "b"])).ShouldAllBe(result => result is Found<int>);
        _nodes.Asked.Where(asked => asked.Method == "GET").Select(asked => asked.Timeout).ShouldAllBe(left => left <= 1000);
    }

    [Fact]
    public async Task A_batch_that_breaks_leaves_every_write_of_it_unknown_and_is_sent_once()
    {
        _nodes.ScriptAll(_ => ScriptedNodes.Break());
        using var client = await _nodes.RoutedClientAsync();
        (await client.Bucket().DeleteManyAsync(["a", "b"])).ShouldAllBe(result => result is Unknown);
        _nodes.Asked.Length.ShouldBe(1);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"results":[]}""")]
    [InlineData("<html>")]
    public async Task A_batch_whose_answer_makes_no_sense_is_unknown(string answer)
    {
        _nodes.ScriptAll(_ => _nodes.Answer(200, answer, "application/json"));
        using var client = await _nodes.RoutedClientAsync();
        (await client.Bucket().DeleteManyAsync(["a"])).Single().ShouldBeOfType<Unknown>();
        (await client.Bucket().GetManyAsync(["a"])).Single().ShouldBeOfType<NotRead<ReadOnlyMemory<byte>>>();
    }

    [Fact]
    public async Task A_listing_goes_on_from_page_to_page_and_over_a_node_that_fails()
    {
        _nodes.ScriptAll(asked => _nodes.Answer(200, asked.Target.Contains("cursor=next")
            ? """{"keys":["%00%2F"],"cursor":null}""" : """{"keys":["a","b%2Fc"],"cursor":"next"}""", "application/json"));
        _nodes.Script("n2", _ => ScriptedNodes.Break());
        using var client = await _nodes.RoutedClientAsync();
        var keys = new List<DynamoKey>();
        await foreach (var key in client.Bucket("x").ListKeysAsync("a/", pageSize: 2)) keys.Add(key);
        keys.ShouldBe(["a", "b/c", new byte[] { 0, (byte)'/' }]);
        _nodes.Asked[0].Target.ShouldStartWith("/buckets/x/keys?limit=2&prefix=a%2F&timeout=");
    }

    [Fact]
    public async Task A_page_that_cannot_be_had_ends_the_listing_with_an_exception()
    {
        _nodes.ScriptAll(_ => _nodes.Problem(503, "quorum-not-reached", "failed"));
        using var client = await _nodes.RoutedClientAsync();
        await Should.ThrowAsync<DynamoException>(async () => await client.ListBucketsAsync().ToListAsync());
    }

    [Fact]
    public async Task A_large_answer_that_is_arriving_is_not_late()
    {
        var clock = new FakeTimeProvider();
        // A flush ends when what it sent was read, and all before it was heard.
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1));
        _nodes.ScriptAll(_ => Arriving(pipe.Reader.AsStream()));
        using var client = await _nodes.RoutedClientAsync(options =>
        {
            options.Time = clock;
            options.Silence = TimeSpan.FromMilliseconds(400);
        });
        var reading = client.Bucket<int>("b").GetManyAsync(["a"]);
        // Longer than silence in all, and never without a byte for so long.
        for (var piece = 0; piece < 8; piece++)
        {
            await pipe.Writer.WriteAsync(" "u8.ToArray());
            clock.Advance(TimeSpan.FromMilliseconds(150));
        }

        await pipe.Writer.WriteAsync("""{"results":[{"status":200,"value":"MQ==","context":"c"}]}"""u8.ToArray());
        await pipe.Writer.CompleteAsync();
        (await reading).Single().ShouldBeOfType<Found<int>>().Value.ShouldBe(1);
        _nodes.Asked.Length.ShouldBe(1);
    }

    [Fact]
    public async Task An_answer_that_stops_in_its_middle_is_had_of_the_next()
    {
        var first = "";
        _nodes.ScriptAll(asked => Interlocked.CompareExchange(ref first, asked.Node, "") == ""
            ? Arriving(new Pipe().Reader.AsStream())
            : Batch(asked, _ => """{"status":200,"value":"MQ==","context":"c"}"""));
        using var client = await _nodes.RoutedClientAsync(options => options.Silence = TimeSpan.FromMilliseconds(100));
        (await client.Bucket<int>("b").GetManyAsync(["a"])).Single().ShouldBeOfType<Found<int>>();
        _nodes.Asked.Length.ShouldBe(2);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_node_is_not_down_for_an_answer_that_has_more_bytes_than_time_and_is_for_one_that_stops(bool goesOn)
    {
        var clock = new FakeTimeProvider();
        var time = TimeSpan.FromSeconds(1);
        var pipe = new Pipe();
        _nodes.ScriptAll(_ => Arriving(pipe.Reader.AsStream()));
        using var client = await _nodes.RoutedClientAsync(options => options.Time = clock);
        var reading = client.Bucket().GetManyAsync(["a"], new ReadOptions { Timeout = time });
        // The second flush ends when what the first has sent was read.
        await pipe.Writer.WriteAsync(new byte[PauseBytes]);
        await pipe.Writer.WriteAsync(new byte[PauseBytes]);
        clock.Advance(goesOn ? time : TimeSpan.FromMinutes(1));
        (await reading).Single().ShouldBeOfType<NotRead<ReadOnlyMemory<byte>>>();
        client.Cluster.Everybody.Far.Count(node => node.IsDown).ShouldBe(goesOn ? 0 : 1);
    }

    /// <summary>More of it than a pipe holds before whoever writes has to wait.</summary>
    private const int PauseBytes = 128 * 1024;

    private HttpResponseMessage Arriving(Stream body)
    {
        var answer = _nodes.Answer(200, type: "application/json", context: null);
        answer.Content = new StreamContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        return answer;
    }

    private static JsonElement[] Operations(Asked asked) =>
        [.. JsonDocument.Parse(asked.Body).RootElement.GetProperty("operations").EnumerateArray()];

    private HttpResponseMessage Batch(Asked asked, Func<JsonElement, string> result) =>
        _nodes.Answer(200, $$"""{"results":[{{string.Join(',', Operations(asked).Select(result))}}]}""", "application/json", context: null);
}
