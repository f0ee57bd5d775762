using System.Collections.Concurrent;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Requests;

namespace DynamoActors.Resp.Tests;

/// <summary>Many commands at once, clients that stop halfway or send what they should not, and a node that refuses.</summary>
public sealed class ConnectionTests(NodeFixture fixture) : RespFixture(fixture)
{
    private const int UnderWayMax = 64;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public void A_pipeline_is_answered_in_order_and_takes_effect_in_order()
    {
        var commands = Enumerable.Range(0, 500).SelectMany(turn => (string[][])
            [["SET", $"pl{turn % 7}", $"{turn}"], ["GET", $"pl{turn % 7}"], ["PING", $"{turn}"],
                ["MGET", "pl0", $"pl{turn % 7}"]]).ToArray();
        var sending = Task.Run(() => Client.SendRaw(string.Concat(commands.Select(RespClient.Encode))));
        var first = "";
        for (var turn = 0; turn < 500; turn++)
        {
            Client.Receive().ShouldBe("OK");
            Client.Receive().ShouldBe($"\"{turn}\"");
            Client.Receive().ShouldBe($"\"{turn}\"");
            if (turn % 7 == 0) first = $"{turn}";
            Client.Receive().ShouldBe($"[\"{first}\", \"{turn}\"]");
        }

        sending.IsCompletedSuccessfully.ShouldBeTrue();
    }

    [Fact]
    public void Several_requests_are_under_way_at_once_and_their_number_is_bounded()
    {
        var held = new BlockingCollection<ClientRequest>();
        Node.Takes = request =>
        {
            held.Add(request);
            return true;
        };
        Client.SendRaw(string.Concat(Enumerable.Range(0, 200).Select(key => RespClient.Encode("GET", $"u{key}"))));
        var begun = new List<ClientRequest>();
        while (held.TryTake(out var request, begun.Count < UnderWayMax ? Patience : TimeSpan.FromMilliseconds(200))) begun.Add(request);
        begun.Count.ShouldBeInRange(UnderWayMax, UnderWayMax + 3);
        Node.Takes = request =>
        {
            request.Client.Complete(new ObjectRead(Holding(request.Key)));
            return true;
        };
        // The last is answered first: nothing is written before the first.
        foreach (var request in begun.AsEnumerable().Reverse())
            request.Client.Complete(new ObjectRead(Holding(request.Key)));
        for (var key = 0; key < 200; key++) Client.Receive().ShouldBe($"\"u{key}\"");

        static VersionedObject Holding(ReadOnlyMemory<byte> key)
        {
            var dot = new Dot(1, 1);
            return VersionedObject.Of(VersionVector.Of([dot]), new Sibling(dot, default, null, null, false, key));
        }
    }

    [Fact]
    public void A_read_waits_for_the_write_of_the_same_key_before_it_and_no_other_does()
    {
        Client.Ask("SET first v");
        var writes = new BlockingCollection<ClientRequest>();
        var reads = new ConcurrentQueue<string>();
        Node.Takes = request =>
        {
            if (request is PutObject) writes.Add(request);
            else reads.Enqueue(System.Text.Encoding.ASCII.GetString(request.Key.Span));
            return request is PutObject;
        };
        Client.SendRaw(RespClient.Encode("SET", "same", "new") + RespClient.Encode("GET", "other") + RespClient.Encode("GET", "same"));
        writes.TryTake(out var put, Patience).ShouldBeTrue();
        SpinWait.SpinUntil(() => reads.Contains("other"), Patience).ShouldBeTrue();
        reads.ShouldNotContain("same");
        Node.HandOn(put!);
        Client.Receive().ShouldBe("OK");
        Client.Receive().ShouldBe("(nil)");
        Client.Receive().ShouldBe("\"new\"");
    }

    [Fact]
    public void A_gigabyte_that_is_announced_closes_the_connection_with_a_word()
    {
        Client.SendRaw("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1073741824\r\n");
        Client.Receive().ShouldBe("(error) ERR Protocol error: invalid bulk length");
        Client.IsClosed().ShouldBeTrue();
    }

    [Fact]
    public void What_came_before_a_broken_stream_is_answered_first()
    {
        Client.SendRaw(RespClient.Encode("SET", "br", "1") + RespClient.Encode("GET", "br") + "*x\r\n"
            + RespClient.Encode("SET", "br", "2"));
        Client.Receive().ShouldBe("OK");
        Client.Receive().ShouldBe("\"1\"");
        Client.Receive().ShouldBe("(error) ERR Protocol error: invalid multibulk length");
        Client.IsClosed().ShouldBeTrue();
        using var other = Connect();
        other.Ask("GET br").ShouldBe("\"1\"");
    }

    [Fact]
    public void Commands_may_be_typed()
    {
        Client.SendRaw("\r\nset inl \"a b\\x41\"\r\nget inl\nPING\r\n");
        Client.Receive().ShouldBe("OK");
        Client.Receive().ShouldBe("\"a bA\"");
        Client.Receive().ShouldBe("PONG");
    }

    [Fact]
    public void Http_is_cut_off_before_its_body_is_taken_for_commands()
    {
        Client.SendRaw("POST / HTTP/1.1\r\nContent-Length: 20\r\n\r\nSET evil 1\r\n");
        Client.IsClosed().ShouldBeTrue();
        using var get = Connect();
        get.SendRaw("GET / HTTP/1.1\r\nHost: x\r\n\r\nSET evil 1\r\n");
        get.EndsAfterwards();
        using var other = Connect();
        other.Ask("EXISTS evil").ShouldBe("(integer) 0");
    }

    [Fact]
    public void Connections_are_counted_with_those_of_http()
    {
        Client.Ask("PING").ShouldBe("PONG");
        var open = Enumerable.Range(1, ConnectionsMax - 1).Select(_ => Connect()).ToArray();
        foreach (var one in open) one.Ask("PING").ShouldBe("PONG");
        using (var refused = Connect()) refused.IsClosed().ShouldBeTrue();
        foreach (var one in open) one.Dispose();
    }

    [Theory]
    [InlineData("SET k v", "NOREPLICAS", false)]
    [InlineData("SET k v", "UNKNOWN", true)]
    [InlineData("DEL k", "UNKNOWN", true)]
    [InlineData("GET k", "NOREPLICAS", true)]
    [InlineData("EXPIRE k 10", "NOREPLICAS", true)]
    [InlineData("SCAN 0", "NOREPLICAS", false)]
    public void A_missed_quorum_says_whether_anything_may_have_been_written(string command, string sort, bool isUnknown)
    {
        Node.Takes = request =>
        {
            request.Client.Complete(new QuorumNotReached(request is PutObject ? "w" : "r", 2, 1, isUnknown, TimedOut: isUnknown));
            return true;
        };
        Client.Ask(command).ShouldStartWith($"(error) {sort} ");
        Client.Ask("PING").ShouldBe("PONG");
    }

    [Fact]
    public void Of_several_keys_of_which_one_fails_it_is_not_said_that_nothing_was_written()
    {
        Client.Ask("SET mk v");
        Node.Takes = request =>
        {
            var fails = request is PutObject && request.Key.Span.SequenceEqual("mk2"u8);
            if (fails) request.Client.Complete(new QuorumNotReached("w", 2, 1, Unknown: false, TimedOut: false));
            return fails;
        };
        Client.Ask("MSET mk1 a mk2 b").ShouldStartWith("(error) UNKNOWN Of the command's 2 keys some may have been changed.");
    }

    [Fact]
    public void A_node_that_is_busy_is_asked_again_and_one_that_is_not_ready_is_loading()
    {
        Client.Ask("SET busy v").ShouldBe("OK");
        var asked = 0;
        Node.Takes = request =>
        {
            if (Interlocked.Increment(ref asked) > 3) return false;
            request.Client.Complete(new NodeOverloaded(TimeSpan.FromSeconds(1), "Busy."));
            return true;
        };
        Client.Ask("GET busy").ShouldBe("\"v\"");
        asked.ShouldBe(4);
        Node.Takes = request =>
        {
            request.Client.Complete(new NodeNotReady("It starts."));
            return true;
        };
        Client.Ask("GET busy").ShouldStartWith("(error) LOADING It starts.");
        Node.Takes = request =>
        {
            request.Client.Complete(new NodeOverloaded(TimeSpan.FromSeconds(1), "Busy."));
            return true;
        };
        Client.Ask("GET busy").ShouldStartWith("(error) BUSY Busy. Nothing was done");
    }

    [Fact]
    public void Who_decides_by_what_it_read_begins_again_when_another_wrote_meanwhile()
    {
        Client.Ask("SET rmw v0 EX 1000");
        using var other = Connect();
        var disturbed = 0;
        Node.Takes = request =>
        {
            // Between its read and its conditional write, twice.
            if (request is PutObject { Conditions.AreNone: false } && Interlocked.Increment(ref disturbed) <= 2)
            {
                Task.Run(() =>
                {
                    other.Ask("SET", "rmw", $"v{disturbed}").ShouldBe("OK");
                    Node.HandOn(request);
                });
                return true;
            }

            return false;
        };
        Client.Ask("GETSET rmw last").ShouldBe("\"v2\"", "what it answers is what it replaced");
        Client.Ask("GET rmw").ShouldBe("\"last\"");
    }

    [Fact]
    public async Task A_stop_answers_what_was_begun_and_closes()
    {
        Client.Ask("SET stop v");
        var held = new BlockingCollection<ClientRequest>();
        Node.Takes = request =>
        {
            held.Add(request);
            return true;
        };
        Client.Send("GET stop");
        held.TryTake(out var request, Patience).ShouldBeTrue();
        var stopping = StopAsync();
        stopping.IsCompleted.ShouldBeFalse();
        Node.HandOn(request!);
        Client.Receive().ShouldBe("\"v\"");
        Client.IsClosed().ShouldBeTrue();
        await stopping.WaitAsync(Patience);
    }
}
