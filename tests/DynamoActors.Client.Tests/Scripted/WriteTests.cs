using System.Diagnostics;
using System.IO.Pipelines;
using System.Text;

namespace DynamoActors.Client.Tests.Scripted;

/// <summary>What a write ends as, and when it is tried once more.</summary>
public sealed class WriteTests
{
    private static readonly ReadOnlyMemory<byte> Value = "value"u8.ToArray();
    private readonly ScriptedNodes _nodes = new();

    [Theory]
    [InlineData(409, "too-many-siblings", null, WhyNotWritten.TooManySiblings)]
    [InlineData(409, "object-too-large", null, WhyNotWritten.TooManySiblings)]
    [InlineData(412, "condition-failed", null, WhyNotWritten.ConditionFailed)]
    [InlineData(413, "value-too-large", null, WhyNotWritten.TooLarge)]
    [InlineData(400, "bad-context", null, WhyNotWritten.Refused)]
    [InlineData(401, "unauthorized", null, WhyNotWritten.NotAllowed)]
    [InlineData(403, "forbidden", null, WhyNotWritten.NotAllowed)]
    [InlineData(429, "too-many-requests", "not-written", WhyNotWritten.Overloaded)]
    [InlineData(503, "quorum-not-reached", "not-written", WhyNotWritten.QuorumNotReached)]
    public async Task A_node_that_says_that_nothing_was_written_is_believed(int status, string type, string? outcome, WhyNotWritten why)
    {
        _nodes.ScriptAll(_ => _nodes.Problem(status, type, outcome, context: "there"));
        using var client = await _nodes.RoutedClientAsync();
        var not = (await client.Bucket().PutAsync("a", Value)).ShouldBeOfType<NotWritten>();
        (not.Why, not.Context.Text).ShouldBe((why, "there"));
        not.Detail.ShouldContain("So it is.");
        Should.Throw<DynamoException>(not.EnsureWritten).Message.ShouldContain("Nothing was written");
    }

    [Theory]
    [InlineData(503, "quorum-not-reached", "unknown")]
    [InlineData(500, "internal", "unknown")]
    [InlineData(503, "quorum-not-reached", null)]
    public async Task A_write_that_may_be_there_is_unknown_and_sent_once(int status, string type, string? outcome)
    {
        _nodes.ScriptAll(_ => _nodes.Problem(status, type, outcome));
        using var client = await _nodes.RoutedClientAsync();
        (await client.Bucket().PutAsync("a", Value, new DynamoContext("ctx"))).ShouldBeOfType<Unknown>();
        (await client.Bucket().DeleteAsync("a", new DynamoContext("ctx"))).ShouldBeOfType<Unknown>();
        _nodes.Asked.Select(one => one.Method).ShouldBe(["PUT", "DELETE"]);
    }

    [Fact]
    public async Task A_connection_that_breaks_leaves_a_write_unknown_and_sent_once()
    {
        _nodes.ScriptAll(_ => ScriptedNodes.Break());
        using var client = await _nodes.RoutedClientAsync();
        var unknown = (await client.Bucket().PutAsync("a", Value)).ShouldBeOfType<Unknown>();
        unknown.Detail.ShouldContain("n1");
        _nodes.AskedNodes.ShouldBe(["n1"]);
    }

    [Fact]
    public async Task Where_no_connection_can_be_made_the_next_owner_takes_the_write()
    {
        _nodes.Script("n1", _ => ScriptedNodes.Refuse());
        _nodes.Script("n2", _ => _nodes.Answer(201));
        using var client = await _nodes.RoutedClientAsync();
        var written = (await client.Bucket().PutAsync("a", Value)).ShouldBeOfType<Written>();
        (written.Context.Text, written.ETag).ShouldBe(("ctx", ScriptedNodes.Version));
        _nodes.AskedNodes.ShouldBe(["n1", "n2"]);
        // The one that cannot be reached is not asked first any more.
        await client.Bucket().PutAsync("a", Value);
        _nodes.AskedNodes[2..].ShouldBe(["n2"]);
    }

    [Fact]
    public async Task Where_nobody_can_be_reached_the_end_comes_at_once_and_names_all_nodes_once()
    {
        _nodes.ScriptAll(_ => ScriptedNodes.Refuse());
        using var client = await _nodes.RoutedClientAsync();
        var not = (await client.Bucket().PutAsync("a", Value)).ShouldBeOfType<NotWritten>();
        not.Why.ShouldBe(WhyNotWritten.NoNodeReachable);
        _nodes.AskedNodes.Order().ShouldBe(["n1", "n2", "n3"]);
    }

    [Fact]
    public async Task A_node_with_too_much_to_do_is_asked_again_until_it_takes_the_write()
    {
        var refusals = 7;
        _nodes.ScriptAll(_ => refusals-- > 0 ? _nodes.Problem(503, "overloaded", "not-written") : _nodes.Answer(201));
        using var client = await _nodes.RoutedClientAsync();
        (await client.Bucket().PutAsync("a", Value)).ShouldBeOfType<Written>();
        _nodes.Asked.Length.ShouldBe(8);
    }

    [Fact]
    public async Task Overload_that_lasts_ends_with_the_time()
    {
        _nodes.ScriptAll(_ => _nodes.Problem(503, "overloaded", "not-written"));
        using var client = await _nodes.RoutedClientAsync();
        var took = Stopwatch.StartNew();
        var not = (await client.Bucket().PutAsync("a", Value, new WriteOptions { Timeout = TimeSpan.FromSeconds(1.5) }))
            .ShouldBeOfType<NotWritten>();
        not.Why.ShouldBe(WhyNotWritten.Overloaded);
        took.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Where_a_pause_takes_all_the_time_that_was_left_what_the_nodes_said_before_it_is_told()
    {
        _nodes.ScriptAll(_ => _nodes.Problem(503, "overloaded", "not-written"));
        using var client = await _nodes.RoutedClientAsync(options => options.Time = new SlowPauses());
        var not = (await client.Bucket().PutAsync("a", Value, new WriteOptions { Timeout = TimeSpan.FromSeconds(30) }))
            .ShouldBeOfType<NotWritten>();
        not.Why.ShouldBe(WhyNotWritten.Overloaded);
        _nodes.Asked.Length.ShouldBe(3);
    }

    /// <summary>Of a machine so busy that a pause of milliseconds lasts a minute.</summary>
    private sealed class SlowPauses : TimeProvider
    {
        private long _passed;

        public override long GetTimestamp() => base.GetTimestamp() + Interlocked.Read(ref _passed);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => base.CreateTimer(
            told =>
            {
                if (dueTime < TimeSpan.FromSeconds(1)) Interlocked.Add(ref _passed, 60 * TimestampFrequency);
                callback(told);
            }, state, dueTime, period);
    }

    [Fact]
    public async Task A_node_that_says_nothing_makes_a_write_unknown_when_its_time_is_over()
    {
        _nodes.Script("n1", (_, cancellation) => ScriptedNodes.HangAsync(cancellation));
        _nodes.Script("n2", _ => _nodes.Answer(201));
        using var client = await _nodes.RoutedClientAsync();
        var late = await client.Bucket().PutAsync("a", Value, new WriteOptions { Timeout = TimeSpan.FromMilliseconds(200) });
        late.ShouldBeOfType<Unknown>().Detail.ShouldContain("n1");
        // Less than what the caller waits: the node's own word should come first.
        _nodes.Asked.Single().Timeout.ShouldBeInRange(1, 180);
        (await client.Bucket().PutAsync("a", Value)).ShouldBeOfType<Written>();
        _nodes.AskedNodes.ShouldBe(["n1", "n2"]);
    }

    [Fact]
    public async Task A_caller_in_a_hurry_is_no_reason_to_leave_a_node_out()
    {
        _nodes.Script("n1", (_, cancellation) => ScriptedNodes.HangAsync(cancellation));
        using var client = await _nodes.RoutedClientAsync();
        await client.Bucket().PutAsync("a", Value, new WriteOptions { Timeout = TimeSpan.FromMilliseconds(20) });
        _nodes.Script("n1", _ => _nodes.Answer(201));
        (await client.Bucket().PutAsync("a", Value)).ShouldBeOfType<Written>();
        _nodes.AskedNodes.ShouldBe(["n1", "n1"]);
    }

    [Fact]
    public async Task What_is_left_of_the_time_goes_to_the_next_node()
    {
        _nodes.Script("n1", async (_, cancellation) =>
        {
            await Task.Delay(300, cancellation);
            return ScriptedNodes.Refuse();
        });
        _nodes.Script("n2", _ => _nodes.Answer(201));
        using var client = await _nodes.RoutedClientAsync();
        await client.Bucket().PutAsync("a", Value, new WriteOptions { Timeout = TimeSpan.FromSeconds(30) });
        (_nodes.Asked[0].Timeout - _nodes.Asked[1].Timeout).ShouldBeGreaterThanOrEqualTo(290);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(404)]
    [InlineData(502)]
    public async Task A_page_of_HTML_is_no_answer_and_what_it_did_with_a_write_is_unknown(int status)
    {
        _nodes.ScriptAll(_ => ScriptedNodes.Html(status));
        using var client = await _nodes.RoutedClientAsync();
        var unknown = (await client.Bucket().PutAsync("a", Value)).ShouldBeOfType<Unknown>();
        unknown.Detail.ShouldContain("text/html");
        unknown.Detail.Length.ShouldBeLessThan(600);
        _nodes.Asked.Length.ShouldBe(1);
        (await client.Bucket().GetAsync("a")).ShouldBeOfType<NotRead<ReadOnlyMemory<byte>>>().Why.ShouldBe(WhyNotRead.NoNodeReachable);
        _nodes.Asked.Length.ShouldBe(4);
    }

    [Fact]
    public async Task Options_travel()
    {
        _nodes.ScriptAll(_ => _nodes.Answer(201));
        using var client = await _nodes.RoutedClientAsync();
        await client.Bucket("a/b").PutAsync("..", Value, new WriteOptions
        {
            W = Core.Quorum.QuorumSetting.All,
            Pw = Core.Quorum.QuorumSetting.Of(2),
            TimeToLive = TimeSpan.FromMilliseconds(1500),
            IfAbsent = true,
            Context = new DynamoContext("c"),
        });
        var asked = _nodes.Asked.Single();
        asked.Target.ShouldStartWith("/buckets/a%2Fb/keys?key=%2E%2E&w=all&pw=2&ttl=2&timeout=");
        (asked.Context, asked.IfNoneMatch, asked.Body).ShouldBe(("c", "*", "value"));
    }

    [Fact]
    public async Task Bad_input_is_refused_before_anything_is_sent()
    {
        using var client = await _nodes.RoutedClientAsync();
        var bucket = client.Bucket();
        Should.Throw<ArgumentException>(() => (DynamoKey)"").Message.ShouldContain("1 to 1,024 bytes");
        Should.Throw<ArgumentException>(() => (DynamoKey)new string('k', 1025)).Message.ShouldContain("1,025");
        Should.Throw<ArgumentException>(() => (DynamoKey)"\ud800");
        Should.Throw<ArgumentException>(() => client.Bucket(".."));
        await Should.ThrowAsync<ArgumentException>(() => bucket.PutAsync(default, Value));
        await Should.ThrowAsync<ArgumentException>(() => bucket.DeleteAsync("a", new WriteOptions { ContentType = "a/b" }));
        await Should.ThrowAsync<ArgumentException>(() => bucket.PutAsync("a", Value, new WriteOptions { IfAbsent = true, IfMatch = "x" }));
        await Should.ThrowAsync<ArgumentException>(() => bucket.PutAsync("a", Value, new WriteOptions { Timeout = TimeSpan.Zero }));
        await Should.ThrowAsync<ArgumentException>(() => bucket.PutAsync("a", Value, new WriteOptions { TimeToLive = TimeSpan.Zero }));
        foreach (var type in (string[])["", "text/pläin", "a/b\r\nx: y"])
        {
            var typed = new WriteOptions { ContentType = type };
            await Should.ThrowAsync<ArgumentException>(() => bucket.PutAsync("a", Value, typed));
            await Should.ThrowAsync<ArgumentException>(() => bucket.PutManyAsync([("a", Value, typed)]));
        }

        await Should.ThrowAsync<ArgumentException>(() => bucket.PutAsync("a", Value, new WriteOptions { IfMatch = "\"ä\"" }));
        await Should.ThrowAsync<ArgumentException>(() => bucket.DeleteAsync("a", new DynamoContext("a\nb")));
        await Should.ThrowAsync<ArgumentException>(() => client.Bucket<string>("b").PutAsync("a", null!));
        await Should.ThrowAsync<ArgumentException>(() => bucket.PutStreamAsync("a", Closed()));
        Should.Throw<ArgumentException>(() => new DynamoClient()).Message.ShouldContain("name one node at least");
        Should.Throw<ArgumentException>(() => new DynamoClient("node1:8081")).Message.ShouldContain("http://host:port");
        _nodes.Asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_caller_that_gives_up_gets_no_result()
    {
        _nodes.ScriptAll(_ => _nodes.Answer(201));
        _nodes.Script("n1", (_, cancellation) => ScriptedNodes.HangAsync(cancellation));
        using var client = await _nodes.RoutedClientAsync();
        using var given = new CancellationTokenSource(50);
        await Should.ThrowAsync<OperationCanceledException>(() => client.Bucket().PutAsync("a", Value, cancellation: given.Token));
        _nodes.AskedNodes.ShouldBe(["n1"]);
    }

    [Fact]
    public async Task A_stream_is_sent_again_from_where_it_stood_where_it_can_seek_and_else_not()
    {
        var refused = 0;
        _nodes.Script("n1", asked => refused++ < 2 ? _nodes.Problem(503, "not-ready", "not-written", asked.Body) : _nodes.Answer(201));
        _nodes.Script("n2", _ => _nodes.Answer(201));
        using (var client = await _nodes.RoutedClientAsync())
        {
            var stream = new MemoryStream("xxvalue"u8.ToArray()) { Position = 2 };
            (await client.Bucket().PutStreamAsync("a", stream)).ShouldBeOfType<Written>();
            _nodes.Asked.Select(one => (one.Node, one.Body)).ShouldBe([("n1", "value"), ("n2", "value")]);
        }

        using (var client = await _nodes.RoutedClientAsync())
        {
            var forward = new System.IO.Compression.DeflateStream(
                new MemoryStream(Deflated("value")), System.IO.Compression.CompressionMode.Decompress);
            var not = (await client.Bucket().PutStreamAsync("a", forward)).ShouldBeOfType<NotWritten>();
            not.Why.ShouldBe(WhyNotWritten.Overloaded);
            _nodes.Asked[2..].Select(one => (one.Node, one.Body)).ShouldBe([("n1", "value")]);
        }
    }

    [Fact]
    public async Task What_a_stream_throws_comes_out_and_is_no_nodes_fault()
    {
        _nodes.ScriptAll(_ => _nodes.Answer(201));
        using var client = await _nodes.RoutedClientAsync();
        var broken = new Pipe();
        await broken.Writer.CompleteAsync(new IOException("the disk behind it"));
        (await Should.ThrowAsync<IOException>(() => client.Bucket().PutStreamAsync("a", broken.Reader.AsStream())))
            .Message.ShouldBe("the disk behind it");
        (await client.Bucket().PutAsync("a", Value)).ShouldBeOfType<Written>();
        _nodes.AskedNodes.Last().ShouldBe("n1");
    }

    private static MemoryStream Closed()
    {
        var stream = new MemoryStream();
        stream.Dispose();
        return stream;
    }

    private static byte[] Deflated(string text)
    {
        var bytes = new MemoryStream();
        using (var deflate = new System.IO.Compression.DeflateStream(bytes, System.IO.Compression.CompressionMode.Compress))
            deflate.Write(Encoding.UTF8.GetBytes(text));
        return bytes.ToArray();
    }
}
