using System.Collections.Concurrent;
using DynamoActors.Node.Requests;

namespace DynamoActors.Resp.Tests.Commands;

/// <summary>What is easily got wrong, and what Redis's own tests look at: empty values, keys that are given twice, times that are over or
/// too far away, and what writes nothing.</summary>
public sealed class EdgeCaseTests(NodeFixture fixture) : RespFixture(fixture)
{
    [Fact]
    public void An_empty_value_is_a_value()
    {
        Client.Ask("SET", "e1", "").ShouldBe("OK");
        Client.Ask("GETSET", "e1", "").ShouldBe("\"\"");
        ShouldAnswer("""
            GET e1 → ""
            EXISTS e1 → (integer) 1
            STRLEN e1 → (integer) 0
            EXPIRE e1 100 → (integer) 1
            GETEX e1 PERSIST → ""
            SETNX e1 a → (integer) 0
            GETDEL e1 → ""
            EXISTS e1 → (integer) 0
            """);
    }

    [Fact]
    public void A_number_is_a_string_and_any_bytes_are()
    {
        Client.Ask("SET n1 -555").ShouldBe("OK");
        Client.Ask("STRLEN n1").ShouldBe("(integer) 4");
        Client.Ask("MSET", "b1", "10", "b2", "foo bar", "b3", "x\n\n\r\n\0x").ShouldBe("OK");
        Client.Ask("MGET b1 b2 b3").ShouldBe("[\"10\", \"foo bar\", \"x\n\n\r\n\0x\"]");
        Client.Ask("MSET b1 xxx b1 yyy").ShouldBe("OK");
        Client.Ask("GET b1").ShouldBe("\"yyy\"");
    }

    [Fact]
    public void Databases_keep_their_keys_apart() => ShouldAnswer("""
        SELECT 8 → OK
        MSET a hello b world → OK
        SELECT 9 → OK
        MSET a foo b bared → OK
        SELECT 8 → OK
        MGET a b → ["hello", "world"]
        SELECT 9 → OK
        MGET a b → ["foo", "bared"]
        """);

    [Fact]
    public void A_time_to_live_is_set_again_and_again_and_goes_with_a_plain_SET() => ShouldAnswer("""
        SET ttl1 a → OK
        EXPIRE ttl1 50 → (integer) 1
        EXPIRE ttl1 100 → (integer) 1
        TTL ttl1 → (integer) 100
        SETNX ttl1 b → (integer) 0
        TTL ttl1 → (integer) 100
        SET ttl1 b XX KEEPTTL → OK
        TTL ttl1 → (integer) 100
        SET ttl1 c XX PX 10000 → OK
        TTL ttl1 → (integer) 10
        SET ttl1 d GET → "c"
        TTL ttl1 → (integer) -1
        SETEX ttl1 12 e → OK
        GETSET ttl1 f → "e"
        TTL ttl1 → (integer) -1
        MSET ttl1 g → OK
        PERSIST ttl1 → (integer) 0
        PERSIST nosuch → (integer) 0
        """);

    [Theory]
    [InlineData("EXPIRE gone 10")]
    [InlineData("PEXPIRE gone 10000 XX")]
    [InlineData("EXPIREAT gone 4102444800 LT")]
    [InlineData("PERSIST gone")]
    public async Task What_has_expired_does_not_come_back(string command)
    {
        await ExpireAsync("gone");
        Client.Ask(command).ShouldBe("(integer) 0");
        ShouldAnswer("""
            EXISTS gone → (integer) 0
            GETEX gone EX 10 → (nil)
            GET gone → (nil)
            DEL gone → (integer) 0
            """);
    }

    [Fact]
    public async Task What_has_expired_is_counted_by_nobody()
    {
        Client.Ask("SELECT 10");
        Client.Ask("MSET k1 a k2 b");
        await ExpireAsync("k3");
        ShouldAnswer("""
            DBSIZE → (integer) 2
            SCAN 0 → ["0", ["k1", "k2"]]
            SETNX k3 c → (integer) 1
            DBSIZE → (integer) 3
            """);
    }

    [Fact]
    public void A_time_that_is_over_deletes()
    {
        foreach (var command in (string[])["EXPIRE past -1", "EXPIRE past 0", "PEXPIREAT past 1", "EXPIREAT past -5", "GETEX past EXAT 1"])
        {
            Client.Ask("SET past a").ShouldBe("OK");
            Client.Ask(command).ShouldBeOneOf("(integer) 1", "\"a\"");
            Client.Ask("EXISTS past").ShouldBe("(integer) 0", command);
        }
    }

    [Fact]
    public void Times_that_are_no_times_change_nothing()
    {
        Client.Ask("SET kept a EX 100").ShouldBe("OK");
        Client.Ask("EXPIRE", "kept", "").ShouldBe("(error) ERR value is not an integer or out of range");
        string[] wrong =
        [
            "SET kept b EX -9223372036854775808", "SET kept b PX 9223372036854775807", "SET kept b EXAT 9223372036854775807",
            "GETEX kept EX 9223372036854775807", "GETEX kept PXAT -1", "GETEX kept EX 10 PERSIST", "GETEX kept EX", "GETEX",
            "GETDEL kept again", "SETEX kept -10 b", "PSETEX kept 0 b", "EXPIRE kept 9223372036854775807",
            "PEXPIRE kept 9223372036854770000", "EXPIRE kept 10 NX LT", "EXPIRE kept",
        ];
        foreach (var command in wrong) Client.Ask(command).ShouldStartWith("(error) ERR ", Case.Sensitive, command);
        ShouldAnswer("""
            GET kept → "a"
            TTL kept → (integer) 100
            """);
    }

    [Fact]
    public void What_only_reads_or_finds_its_condition_unmet_writes_nothing()
    {
        Client.Ask("SET quiet a EX 100").ShouldBe("OK");
        var written = 0;
        Node.Takes = request =>
        {
            if (request is PutObject) written++;
            return false;
        };
        ShouldAnswer("""
            GETEX quiet → "a"
            EXPIRE quiet 50 GT → (integer) 0
            EXPIRE quiet 50 NX → (integer) 0
            SET quiet b NX GET → "a"
            GETDEL nosuch → (nil)
            GETEX nosuch PERSIST → (nil)
            PERSIST nosuch → (integer) 0
            """);
        written.ShouldBe(0);
        Client.Ask("PERSIST quiet").ShouldBe("(integer) 1");
        written.ShouldBe(1);
    }

    [Fact]
    public async Task Writes_of_many_keys_are_begun_at_once()
    {
        Client.Ask("SET first a").ShouldBe("OK");
        var held = new ConcurrentQueue<ClientRequest>();
        Node.Takes = request =>
        {
            held.Enqueue(request);
            return true;
        };
        Client.Send(["MSET", .. Enumerable.Range(0, 50).SelectMany(key => (string[])[$"at-once:{key}", "v"])]);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (held.Count < 50) await Task.Delay(5, patience.Token);
        Node.Takes = null;
        foreach (var request in held) Node.HandOn(request);
        Client.Receive().ShouldBe("OK");
        Client.Ask(["EXISTS", .. Enumerable.Range(0, 50).Select(key => $"at-once:{key}")]).ShouldBe("(integer) 50");
    }

    [Fact]
    public void A_scan_finds_what_is_there_all_the_time_whatever_is_written_meanwhile()
    {
        Client.Ask("SELECT 11");
        for (var first = 0; first < 600; first += 100)
            Client.Ask(["MSET", .. Enumerable.Range(first, 100).SelectMany(key => (string[])[$"key:{key:d3}", "v"])]);
        var (cursor, added, found) = ("0", 0, new List<string>());
        do
        {
            var answer = Client.Ask("SCAN", cursor, "COUNT", "5");
            cursor = answer.Split('"')[1];
            found.AddRange(answer.Split('"').Where(part => part.StartsWith("key:", StringComparison.Ordinal)));
            for (var more = 0; more < 10; more++) Client.Ask($"SET added:{added++ * 7919 % 1000} v");
        }
        while (cursor != "0");

        found.ShouldBe(Enumerable.Range(0, 600).Select(key => $"key:{key:d3}"));
    }

    private async Task ExpireAsync(string key)
    {
        Client.Ask($"SET {key} a PX 30").ShouldBe("OK");
        while (Client.Ask($"GET {key}") != "(nil)") await Task.Delay(5);
    }
}
