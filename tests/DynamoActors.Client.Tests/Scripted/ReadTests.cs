using System.Diagnostics;
using System.Text;
using System.Text.Json;
using DynamoActors.Client.Routing;
using DynamoActors.Client.Wire;
using Microsoft.Extensions.Time.Testing;

namespace DynamoActors.Client.Tests.Scripted;

/// <summary>What a read finds, and whom it asks.</summary>
public sealed class ReadTests
{
    private readonly ScriptedNodes _nodes = new();

    [Fact]
    public async Task One_value_is_found()
    {
        _nodes.ScriptAll(_ => _nodes.Answer(200, "value"));
        using var client = await _nodes.RoutedClientAsync();
        var found = (await client.Bucket().GetAsync("a")).ShouldBeOfType<Found<ReadOnlyMemory<byte>>>();
        Encoding.UTF8.GetString(found.Value.Span).ShouldBe("value");
        (found.Context.Text, found.ETag, found.ContentType).ShouldBe(("ctx", ScriptedNodes.Version, "text/plain"));
    }

    [Fact]
    public async Task Nothing_is_absent_with_what_is_known_of_a_deletion()
    {
        _nodes.ScriptAll(_ => _nodes.Problem(404, "not-found", context: "deleted"));
        using var client = await _nodes.RoutedClientAsync();
        var absent = (await client.Bucket().GetAsync("a")).ShouldBeOfType<Absent<ReadOnlyMemory<byte>>>();
        absent.Context.Text.ShouldBe("deleted");
        absent.ValueOr("else"u8.ToArray()).Length.ShouldBe(4);
        _nodes.Asked.Length.ShouldBe(1);
    }

    [Fact]
    public async Task A_route_that_a_node_does_not_have_is_not_a_key_that_is_absent()
    {
        _nodes.ScriptAll(_ => _nodes.Problem(404, "no-such-route"));
        using var client = await _nodes.RoutedClientAsync();
        (await client.Bucket().GetAsync("a")).ShouldBeOfType<NotRead<ReadOnlyMemory<byte>>>().Why.ShouldBe(WhyNotRead.Refused);
    }

    [Fact]
    public async Task Several_values_are_a_conflict_or_what_the_resolver_makes_of_them()
    {
        _nodes.ScriptAll(_ => _nodes.Siblings(300, "1", "2"));
        using var client = await _nodes.RoutedClientAsync();
        var conflict = (await client.Bucket<int>("b").GetAsync("a")).ShouldBeOfType<Conflict<int>>();
        conflict.Siblings.Select(one => one.Value).ShouldBe([1, 2]);
        conflict.Siblings[1].LastModified.ShouldBe(new DateTimeOffset(2023, 11, 14, 22, 13, 21, TimeSpan.Zero));
        conflict.Context.Text.ShouldBe("both");
        Should.Throw<DynamoException>(() => conflict.ValueOr(0)).Message.ShouldContain("2 versions");

        var found = (await client.Bucket<int>("b", all => all.Sum()).GetAsync("a")).ShouldBeOfType<Found<int>>();
        (found.Value, found.Versions, found.Context.Text).ShouldBe((3, 2, "both"));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("\"text\"")]
    [InlineData("null")]
    public async Task Bytes_that_are_no_such_value_are_malformed_and_not_absent(string json)
    {
        _nodes.ScriptAll(_ => _nodes.Answer(200, json));
        using var client = await _nodes.RoutedClientAsync();
        (await client.Bucket<Dictionary<string, int>>("b").GetAsync("a")).ShouldBeOfType<NotRead<Dictionary<string, int>>>()
            .Why.ShouldBe(WhyNotRead.Malformed);
    }

    [Fact]
    public async Task A_read_that_one_node_cannot_do_is_done_by_the_next()
    {
        _nodes.Script("n1", _ => _nodes.Problem(503, "quorum-not-reached", "failed"));
        _nodes.Script("n2", _ => ScriptedNodes.Break());
        _nodes.Script("n3", _ => _nodes.Answer(200, "value"));
        using var client = await _nodes.RoutedClientAsync();
        (await client.Bucket().GetAsync("a")).ShouldBeOfType<Found<ReadOnlyMemory<byte>>>();
        _nodes.AskedNodes.ShouldBe(["n1", "n2", "n3"]);
    }

    [Fact]
    public async Task Where_no_node_can_do_a_read_the_result_says_what_they_said()
    {
        _nodes.ScriptAll(_ => _nodes.Problem(503, "quorum-not-reached", "failed", "r=2 is needed"));
        _nodes.Script("n3", _ => ScriptedNodes.Refuse());
        using var client = await _nodes.RoutedClientAsync();
        var not = (await client.Bucket().GetAsync("a")).ShouldBeOfType<NotRead<ReadOnlyMemory<byte>>>();
        (not.Why, not.Detail.Contains("r=2 is needed")).ShouldBe((WhyNotRead.QuorumNotReached, true));
    }

    [Fact]
    public async Task A_late_node_is_not_waited_for_and_after_three_times_not_asked_first()
    {
        _nodes.Script("n1", (asked, cancellation) => ScriptedNodes.HangAsync(cancellation));
        _nodes.Script("n2", _ => _nodes.Answer(200, "value"));
        using var client = await _nodes.RoutedClientAsync(options => options.HedgedShare = 0.1);
        var took = Stopwatch.StartNew();
        for (var read = 0; read < 3; read++) (await client.Bucket().GetAsync("a")).ShouldBeOfType<Found<ReadOnlyMemory<byte>>>();
        took.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20));
        _nodes.AskedNodes.ShouldBe(["n1", "n2", "n1", "n2", "n1", "n2"]);
        await client.Bucket().GetAsync("a");
        _nodes.AskedNodes[6..].ShouldBe(["n2"]);
    }

    [Fact]
    public async Task An_attempt_that_was_overtaken_is_left_to_end_by_itself()
    {
        var answers = new TaskCompletionSource();
        var ended = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        _nodes.Script("n1", async (_, cancellation) =>
        {
            await answers.Task;
            ended.SetResult(cancellation.IsCancellationRequested);
            return _nodes.Answer(200, "late");
        });
        _nodes.Script("n2", _ => _nodes.Answer(200, "value"));
        using var client = await _nodes.RoutedClientAsync(options => options.HedgedShare = 0.1);
        using var caller = new CancellationTokenSource();
        var found = (await client.Bucket().GetAsync("a", cancellation: caller.Token)).ShouldBeOfType<Found<ReadOnlyMemory<byte>>>();
        Encoding.UTF8.GetString(found.Value.Span).ShouldBe("value");
        answers.SetResult();
        (await ended.Task).ShouldBeFalse("cancelled, it would close its connection");
    }

    [Fact]
    public async Task Who_was_removed_from_the_ring_is_asked_for_silence_and_not_where_members_are_late()
    {
        var answers = new TaskCompletionSource();
        foreach (var node in (string[])["n1", "n2", "n3"])
        {
            _nodes.Script(node, async (_, _) =>
            {
                await answers.Task;
                return _nodes.Answer(200, "value");
            });
        }

        _nodes.Script("old", _ => _nodes.Answer(200, "value"));
        using var client = await _nodes.RoutedClientAsync(options =>
        {
            options.HedgedShare = 1;
            options.Nodes.Add(new Uri("http://old"));
        });
        var reading = client.Bucket().GetAsync("a", new ReadOptions { Timeout = TimeSpan.FromMinutes(5) });
        await RoutingTests.UntilAsync(() => _nodes.Asked.Length >= 3);
        await Task.Delay(TimeSpan.FromMilliseconds(200));
        _nodes.AskedNodes.ShouldBe(["n1", "n2", "n3"]);
        answers.SetResult();
        (await reading).ShouldBeOfType<Found<ReadOnlyMemory<byte>>>();

        using var impatient = await _nodes.RoutedClientAsync(options =>
        {
            options.Nodes.Add(new Uri("http://old"));
            options.Silence = TimeSpan.FromMilliseconds(50);
        });
        foreach (var node in (string[])["n1", "n2", "n3"]) _nodes.Script(node, (_, cancellation) => ScriptedNodes.HangAsync(cancellation));
        (await impatient.Bucket().GetAsync("a")).ShouldBeOfType<Found<ReadOnlyMemory<byte>>>();
        _nodes.AskedNodes[^1].ShouldBe("old");
    }

    [Fact]
    public async Task Who_gives_up_ends_the_attempt_that_was_overtaken_too()
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _nodes.Script("n1", async (_, cancellation) =>
        {
            using var registration = cancellation.Register(ended.SetResult);
            return await ScriptedNodes.HangAsync(cancellation);
        });
        _nodes.Script("n2", _ => _nodes.Answer(200, "value"));
        using var client = await _nodes.RoutedClientAsync(options => options.HedgedShare = 0.1);
        using var caller = new CancellationTokenSource();
        await client.Bucket().GetAsync("a", new ReadOptions { Timeout = TimeSpan.FromMinutes(5) }, caller.Token);
        await caller.CancelAsync();
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public void A_node_that_loses_to_others_is_down_where_that_goes_on_and_not_for_one_short_pause()
    {
        var clock = new FakeTimeProvider();
        var node = new KnownNode(new Uri("http://n1"));
        for (var request = 0; request < 16; request++) node.Lost(clock, askedAt: clock.GetTimestamp()).ShouldBeFalse();
        node.Answered().ShouldBeFalse();
        clock.Advance(TimeSpan.FromSeconds(1));
        var askedAt = clock.GetTimestamp();
        clock.Advance(KnownNode.Slow);
        node.Lost(clock, askedAt).ShouldBeFalse();
        node.Lost(clock, clock.GetTimestamp()).ShouldBeFalse();
        node.IsDown.ShouldBeFalse();
        node.Lost(clock, clock.GetTimestamp()).ShouldBeTrue();
        node.IsDown.ShouldBeTrue();
    }

    [Fact]
    public async Task Without_a_share_no_second_node_is_asked_but_for_silence()
    {
        _nodes.Script("n1", async (_, cancellation) =>
        {
            await Task.Delay(200, cancellation);
            return _nodes.Answer(200, "value");
        });
        using var client = await _nodes.RoutedClientAsync(options => options.HedgedShare = 0);
        (await client.Bucket().GetAsync("a")).ShouldBeOfType<Found<ReadOnlyMemory<byte>>>();
        _nodes.AskedNodes.ShouldBe(["n1"]);

        _nodes.Script("n1", (_, cancellation) => ScriptedNodes.HangAsync(cancellation));
        _nodes.Script("n2", _ => _nodes.Answer(200, "value"));
        using var impatient = await _nodes.RoutedClientAsync(options => options.Silence = TimeSpan.FromMilliseconds(100));
        (await impatient.Bucket().GetAsync("a")).ShouldBeOfType<Found<ReadOnlyMemory<byte>>>();
        _nodes.AskedNodes.ShouldBe(["n1", "n1", "n2"]);
    }

    [Fact]
    public async Task A_node_that_came_back_is_used_again_within_a_second()
    {
        _nodes.ScriptAll(_ => _nodes.Answer(200, "value"));
        _nodes.Script("n1", _ => ScriptedNodes.Refuse());
        var clock = new FakeTimeProvider();
        using var client = await _nodes.RoutedClientAsync(options => options.Time = clock);
        await client.Bucket().GetAsync("a");
        await client.Bucket().GetAsync("a");
        _nodes.AskedNodes.ShouldBe(["n1", "n2", "n2"]);

        _nodes.Script("n1", _ => _nodes.Answer(200, "value"));
        clock.Advance(TimeSpan.FromSeconds(1));
        var waited = Stopwatch.StartNew();
        while (_nodes.AskedNodes[^1] != "n1")
        {
            // The clock stands still: however slow the machine, it was within the second.
            waited.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20), "the node answers, and is not asked");
            await client.Bucket().GetAsync("a");
            await Task.Yield();
        }
    }

    [Fact]
    public async Task Nothing_that_all_nodes_do_not_say_lasts_longer_than_the_time()
    {
        foreach (var node in (string[])["n1", "n2", "n3"]) _nodes.Script(node, (_, cancellation) => ScriptedNodes.HangAsync(cancellation));
        using var client = await _nodes.RoutedClientAsync();
        var took = Stopwatch.StartNew();
        var not = (await client.Bucket().GetAsync("a", new ReadOptions { Timeout = TimeSpan.FromMilliseconds(300) }))
            .ShouldBeOfType<NotRead<ReadOnlyMemory<byte>>>();
        not.Why.ShouldBe(WhyNotRead.TimedOut);
        took.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void Late_is_what_one_read_in_twenty_is()
    {
        var latency = new ReadLatency();
        for (var index = 0; index < 16; index++) latency.Add(TimeSpan.FromMilliseconds(2));
        latency.Late.ShouldBe(TimeSpan.FromMilliseconds(50), "nothing is concluded from a few");
        for (var index = 0; index < 112; index++) latency.Add(TimeSpan.FromMilliseconds(index < 104 ? 2 : 30));
        latency.Late.ShouldBe(TimeSpan.FromMilliseconds(8), "where a node of several is slow, the others say what is");
        for (var index = 0; index < 128; index++) latency.Add(TimeSpan.FromMilliseconds(index < 104 ? 10 : 30));
        latency.Late.ShouldBe(TimeSpan.FromMilliseconds(30));
        for (var index = 0; index < 128; index++) latency.Add(TimeSpan.FromTicks(1));
        latency.Late.ShouldBe(TimeSpan.FromMilliseconds(1), "less is no reason to ask again");
    }

    [Theory]
    [InlineData("Tue, 14 Nov 2023 22:13:21 GMT", 1_700_000_001L)]
    [InlineData("Thu, 01 Jan 1970 00:00:00 GMT", 0L)]
    [InlineData("Mon, 14 Nov 2023 22:13:21 GMT", null)]
    [InlineData("Tue, 14 Nov 2023 22:13:61 GMT", null)]
    [InlineData("Tue, 14 Nov 2023 22:13:21 UTC", null)]
    [InlineData("Tue, 14 Nov 2023 22:13:21 GMT ", null)]
    [InlineData("Tue, 14 Nov 2023 22:13:21 GM\u00d4", null)]
    [InlineData("2023-11-14T22:13:21.0000000Z ", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void A_date_that_is_none_is_left_out(string? text, long? seconds) =>
        (StoreHeaders.Date(text)?.ToUnixTimeSeconds()).ShouldBe(seconds);
}
