namespace DynamoActors.Client.Tests.Scripted;

public sealed class CounterTests : IDisposable
{
    private readonly ScriptedNodes _nodes = new();

    public void Dispose() => _nodes.Dispose();

    [Fact]
    public async Task An_addition_without_a_name_is_sent_once()
    {
        _nodes.ScriptAll(_ => ScriptedNodes.Break());
        using var client = await _nodes.RoutedClientAsync();
        (await client.Counters("visits").AddAsync("a", 5)).ShouldBeOfType<MayBeAdded>();
        _nodes.Asked.Single().Target.ShouldStartWith("/buckets/visits/keys?key=a&op=add&by=5&timeout=");
        _nodes.Asked.Single().Method.ShouldBe("POST");
    }

    [Fact]
    public async Task A_named_one_is_sent_again_where_no_answer_came()
    {
        _nodes.Script("n1", _ => ScriptedNodes.Break());
        _nodes.Script("n2", _ => _nodes.Answer(200, "-7"));
        _nodes.Script("n3", _ => _nodes.Answer(200, "-7"));
        using var client = await _nodes.RoutedClientAsync();
        (await client.Counters("visits").AddAsync("a", -7, "order-17")).ShouldBe(new Added(-7));
        _nodes.Asked.Length.ShouldBe(2);
        _nodes.Asked.ShouldAllBe(asked => asked.IdempotencyKey == "order-17");
    }

    [Fact]
    public async Task What_a_later_attempt_did_not_do_an_earlier_one_may_have()
    {
        _nodes.Script("n1", _ => ScriptedNodes.Break());
        _nodes.Script("n2", _ => _nodes.Problem(503, "quorum-not-reached", "not-written"));
        _nodes.Script("n3", _ => _nodes.Problem(503, "quorum-not-reached", "not-written"));
        using var client = await _nodes.RoutedClientAsync();
        var options = new WriteOptions { Timeout = TimeSpan.FromSeconds(2) };
        (await client.Counters("visits").AddAsync("a", 5, "order-17", options)).ShouldBeOfType<MayBeAdded>();
    }

    [Fact]
    public async Task What_is_refused_is_not_added()
    {
        _nodes.ScriptAll(_ => _nodes.Problem(400, "bad-request", "not-written"));
        using var client = await _nodes.RoutedClientAsync();
        (await client.Counters("visits").AddAsync("a", 5, "order-17")).ShouldBeOfType<NotAdded>().Why.ShouldBe(WhyNotWritten.Refused);
        _nodes.Asked.Length.ShouldBe(1);
        await Should.ThrowAsync<ArgumentException>(() => client.Counters("visits").AddAsync("a", 5, "not printable\n"));
        await Should.ThrowAsync<ArgumentException>(
            () => client.Counters("visits").AddAsync("a", 5, options: new WriteOptions { IfAbsent = true }));
    }

    [Fact]
    public async Task Many_additions_go_together_and_named_ones_without_an_answer_once_more_by_themselves()
    {
        const string unknown = """{"status":503,"type":"/problems/quorum-not-reached","detail":"w=2","outcome":"unknown"}""";
        _nodes.ScriptAll(asked => asked.Target.StartsWith("/kv:batch", StringComparison.Ordinal)
            ? _nodes.Answer(200, $$"""
                {"results":[{"status":200,"value":"NQ=="},{{unknown}},{{unknown}},
                            {"status":422,"type":"/problems/idempotency-key-reused","detail":"another"}]}
                """)
            : _nodes.Answer(200, "12"));
        using var client = await _nodes.RoutedClientAsync();
        var added = await client.Counters("visits").AddManyAsync([("a", 5, null), ("b", 1, null), ("c", -7, "order-17"), ("d", 2, "used")]);
        added[0].ShouldBe(new Added(5));
        added[1].ShouldBeOfType<MayBeAdded>();
        added[2].ShouldBe(new Added(12));
        added[3].ShouldBeOfType<NotAdded>().Why.ShouldBe(WhyNotWritten.Refused);
        _nodes.Asked.Length.ShouldBe(2);
        _nodes.Asked[0].Body.ShouldContain("""{"op":"add","bucket":"visits","key":"c","by":-7,"idempotencyKey":"order-17"}""");
        _nodes.Asked[1].Target.ShouldStartWith("/buckets/visits/keys?key=c&op=add&by=-7&timeout=");
        _nodes.Asked[1].IdempotencyKey.ShouldBe("order-17");
    }

    [Fact]
    public async Task A_number_is_read_and_what_is_none_is_not_taken_for_one()
    {
        using var client = await _nodes.RoutedClientAsync();
        (await client.Counters("visits").GetAsync("a")).ShouldBeOfType<NotRead<Int128>>();
        _nodes.ScriptAll(_ => _nodes.Answer(200, "-12"));
        (await client.Counters("visits").GetAsync("a")).ShouldBeOfType<Found<Int128>>().Value.ShouldBe(-12);
        _nodes.ScriptAll(_ => _nodes.Answer(200, "twelve"));
        (await client.Counters("visits").GetAsync("a")).ShouldBeOfType<NotRead<Int128>>().Why.ShouldBe(WhyNotRead.Malformed);
        _nodes.ScriptAll(_ => _nodes.Problem(404, "not-found"));
        (await client.Counters("visits").GetAsync("a")).ShouldBeOfType<Absent<Int128>>();
    }
}
