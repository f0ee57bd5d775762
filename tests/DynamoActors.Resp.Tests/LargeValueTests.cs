using System.Collections.Concurrent;
using System.Diagnostics;
using DynamoActors.Node.Requests;

namespace DynamoActors.Resp.Tests;

/// <summary>The room and the turns that large arguments and answers take, and give back.</summary>
public sealed class LargeValueTests(NodeFixture fixture) : RespFixture(fixture)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

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
        var held = new ConcurrentQueue<ClientRequest>();
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
