using System.Collections.Concurrent;
using System.Diagnostics;
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
    public void A_value_over_the_limit_is_refused_and_the_connection_goes_on()
    {
        Client.Ask("SET", "large", new string('x', ValueBytesMax)).ShouldBe("OK");
        Client.Ask("STRLEN large").ShouldBe($"(integer) {ValueBytesMax}");
        Client.Ask("GET large").ShouldBe($"\"{new string('x', ValueBytesMax)}\"");
        Client.Ask("SET", "large", new string('y', ValueBytesMax + 1)).ShouldStartWith(
            $"(error) ERR an argument of {ValueBytesMax + 1} bytes is longer than this node takes ({ValueBytesMax} bytes");
        Client.Ask("GET large").ShouldBe($"\"{new string('x', ValueBytesMax)}\"");
        RoomIsReturned();
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
    public void Half_a_command_holds_up_nobody_and_changes_nothing()
    {
        using var half = Connect();
        half.SendRaw("*3\r\n$3\r\nSET\r\n$4\r\nhalf\r\n$250000\r\n" + new string('x', 100_000));
        SpinWait.SpinUntil(() => Bounds.Bodies.Taken > 0, Patience).ShouldBeTrue("64 KiB of it have come: memory is held");
        Client.Ask("SET whole v").ShouldBe("OK");
        half.Dispose();
        RoomIsReturned();
        Client.Ask("EXISTS half").ShouldBe("(integer) 0");
    }

    [Fact]
    public void A_large_argument_has_its_turn_while_it_comes_and_loses_it_where_it_comes_slowly()
    {
        using var slow = Connect();
        slow.SendRaw(HalfOf("slow"));
        SpinWait.SpinUntil(() => !IsWorkFree(), Patience).ShouldBeTrue("what is read counts as worked on");
        SpinWait.SpinUntil(IsWorkFree, Patience).ShouldBeTrue("the others do not wait for a client that sends nothing");
        slow.SendRaw(RestOf());
        slow.Receive().ShouldBe("OK");
        slow.Send("GET slow");
        slow.Receive().Length.ShouldBe(250_002);
        RoomIsReturned();
    }

    [Fact]
    public async Task A_large_argument_whose_turn_does_not_come_is_passed_over()
    {
        var asked = 0;
        Node.Takes = request =>
        {
            if (request is PutObject) Interlocked.Increment(ref asked);
            return false;
        };
        (await Bounds.Work.EnterAsync(Bounds.Work.Bytes, TimeSpan.Zero)).ShouldBeTrue();
        Client.SendRaw(HalfOf("late"));
        SpinWait.SpinUntil(() => Bounds.Bodies.Taken > 0, Patience).ShouldBeTrue();
        Client.SendRaw(RestOf());
        Client.Receive().ShouldStartWith("(error) BUSY Other large writes came first");
        Bounds.Work.Leave(Bounds.Work.Bytes);
        asked.ShouldBe(0);
        Client.Ask("EXISTS late").ShouldBe("(integer) 0");
        RoomIsReturned();
    }

    [Fact]
    public async Task Commands_of_several_large_arguments_do_not_wait_for_each_other_in_vain()
    {
        var value = new string('v', ValueBytesMax);
        var clients = Enumerable.Range(0, 6).Select(_ => Connect()).ToArray();
        var sending = clients.Select((client, at) => Task.Run(() =>
        {
            client.SendRaw(RespClient.Encode("SET", $"first{at}", value, "GET"));
            client.SendRaw(RespClient.Encode("MSET", $"a{at}", value, $"b{at}", value, $"c{at}", value, $"d{at}", value));
            client.SendRaw(RespClient.Encode("SET", $"a{at}", value, "GET") + RespClient.Encode("SET", $"b{at}", value));
        })).ToArray();
        foreach (var client in clients)
        {
            client.Receive().ShouldBe("(nil)");
            client.Receive().ShouldBe("OK");
            client.Receive().Length.ShouldBe(ValueBytesMax + 2);
            client.Receive().ShouldBe("OK");
            client.Dispose();
        }

        await Task.WhenAll(sending);
        RoomIsReturned();
    }

    private static string HalfOf(string key) => $"*3\r\n$3\r\nSET\r\n${key.Length}\r\n{key}\r\n$250000\r\n" + new string('x', 100_000);

    private static string RestOf() => new string('x', 150_000) + "\r\n";

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

    [Fact]
    public async Task A_client_that_takes_no_answers_is_not_read_on()
    {
        Client.Ask("SET", "back", new string('x', 60_000));
        using var deaf = new RespClient(Port, receiveBufferBytes: 64 * 1024);
        var command = string.Concat(Enumerable.Repeat(RespClient.Encode("GET", "back"), 1000));
        var asked = 0;
        Node.Takes = _ =>
        {
            Interlocked.Increment(ref asked);
            return false;
        };
        var sending = Task.Run(() => deaf.SendRaw(command));
        SpinWait.SpinUntil(() => Volatile.Read(ref asked) > 10, Patience).ShouldBeTrue();
        SpinWait.SpinUntil(() => Volatile.Read(ref asked) > 900, TimeSpan.FromSeconds(1)).ShouldBeFalse();
        Client.Ask("PING").ShouldBe("PONG");
        for (var answer = 0; answer < 1000; answer++) deaf.Receive().Length.ShouldBe(60_002);
        await sending.WaitAsync(Patience);
        RoomIsReturned();
    }

    [Fact]
    public void Large_values_in_a_pipeline_wait_for_room_in_order_and_all_arrive()
    {
        for (var key = 0; key < 5; key++) Client.Ask("SET", $"lp{key}", new string((char)('a' + key), ValueBytesMax)).ShouldBe("OK");
        Client.SendRaw(string.Concat(Enumerable.Range(0, 60).Select(turn => RespClient.Encode("GET", $"lp{turn % 5}"))));
        for (var turn = 0; turn < 60; turn++) Client.Receive().ShouldBe($"\"{new string((char)('a' + turn % 5), ValueBytesMax)}\"");
        RoomIsReturned();
    }

    [Fact]
    public void An_answer_of_too_many_bytes_is_refused()
    {
        Client.Ask("SET", "mg", new string('m', ValueBytesMax));
        Client.Ask(["MGET", .. Enumerable.Repeat("mg", 5)]).Length.ShouldBeGreaterThan(5 * ValueBytesMax);
        Client.Ask(["MGET", .. Enumerable.Repeat("mg", 50)]).ShouldStartWith("(error) BUSY");
        RoomIsReturned();
    }

    [Theory]
    [InlineData(100, 60)]
    [InlineData(10_000, 8)]
    public async Task Many_keys_are_read_at_once_where_the_first_were_small(int valueBytes, int atOnce)
    {
        Client.Ask("SET", "mk", new string('m', valueBytes)).ShouldBe("OK");
        var held = new System.Collections.Concurrent.ConcurrentQueue<ClientRequest>();
        Node.Takes = request =>
        {
            held.Enqueue(request);
            return true;
        };
        var asking = Task.Run(() => Client.Ask(["MGET", .. Enumerable.Repeat("mk", 68)]));
        for (var answered = 0; answered < 68;)
        {
            var expected = answered == 0 ? 8 : Math.Min(atOnce, 68 - answered);
            SpinWait.SpinUntil(() => held.Count >= expected, Patience).ShouldBeTrue();
            held.Count.ShouldBe(expected);
            for (; expected > 0 && held.TryDequeue(out var request); expected--, answered++) Node.HandOn(request);
        }

        (await asking).Count(character => character == 'm').ShouldBe(68 * valueBytes);
        RoomIsReturned();
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

    private void RoomIsReturned()
    {
        var waited = Stopwatch.StartNew();
        while (Bounds.Bodies.Taken + Bounds.Answers.Taken > 0 && waited.Elapsed < Patience) Thread.Yield();
        (Bounds.Bodies.Taken, Bounds.Answers.Taken).ShouldBe((0, 0));
        SpinWait.SpinUntil(IsWorkFree, Patience).ShouldBeTrue();
    }

    /// <summary>Nobody has a turn.</summary>
    private bool IsWorkFree()
    {
        var bytes = Bounds.Work.Bytes;
        if (!Bounds.Work.EnterAsync(bytes, TimeSpan.Zero).GetAwaiter().GetResult()) return false;
        Bounds.Work.Leave(bytes);
        return true;
    }
}
