using System.Text.Json;

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

    private static JsonElement[] Operations(Asked asked) =>
        [.. JsonDocument.Parse(asked.Body).RootElement.GetProperty("operations").EnumerateArray()];

    private HttpResponseMessage Batch(Asked asked, Func<JsonElement, string> result) =>
        _nodes.Answer(200, $$"""{"results":[{{string.Join(',', Operations(asked).Select(result))}}]}""", "application/json", context: null);
}
