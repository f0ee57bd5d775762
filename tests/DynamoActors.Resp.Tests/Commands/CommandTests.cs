using System.Globalization;
using DynamoActors.Core.Buckets;
using DynamoActors.Resp.Commands;

namespace DynamoActors.Resp.Tests.Commands;

/// <summary>Each command over a whole node, with the answers that clients of Redis expect.</summary>
public sealed class CommandTests(NodeFixture fixture) : RespFixture(fixture)
{
    [Fact]
    public void Values() => ShouldAnswer("""
        GET v1 → (nil)
        SET v1 a → OK
        get v1 → "a"
        STRLEN v1 → (integer) 1
        STRLEN v0 → (integer) 0
        GETSET v1 bb → "a"
        GETSET v2 c → (nil)
        STRLEN v1 → (integer) 2
        MSET v3 3 v4 4 v3 5 → OK
        MGET v3 v4 v0 v3 → ["5", "4", (nil), "5"]
        GETDEL v3 → "5"
        GETDEL v3 → (nil)
        TYPE v4 → string
        TYPE v3 → none
        EXISTS v1 v1 v3 → (integer) 2
        DEL v1 v1 v0 → (integer) 1
        UNLINK v2 v4 → (integer) 2
        EXISTS v2 → (integer) 0
        """);

    [Fact]
    public void Conditions_and_the_value_before() => ShouldAnswer("""
        SET c1 a XX → (nil)
        EXISTS c1 → (integer) 0
        SET c1 a NX → OK
        SET c1 b NX → (nil)
        SET c1 b xx → OK
        GET c1 → "b"
        SET c1 c NX GET → "b"
        SET c1 d XX GET → "b"
        SET c2 d XX GET → (nil)
        SET c2 e GET NX → (nil)
        GET c2 → "e"
        SETNX c2 f → (integer) 0
        SETNX c3 f → (integer) 1
        DEL c3 → (integer) 1
        SETNX c3 g → (integer) 1
        """);

    [Fact]
    public void Times_to_live() => ShouldAnswer("""
        SET t1 a EX 100 → OK
        TTL t1 → (integer) 100
        SET t1 b KEEPTTL → OK
        TTL t1 → (integer) 100
        SET t1 b → OK
        TTL t1 → (integer) -1
        PTTL t0 → (integer) -2
        TTL t0 → (integer) -2
        EXPIRE t1 50 → (integer) 1
        EXPIRE t0 50 → (integer) 0
        EXPIRE t1 60 NX → (integer) 0
        EXPIRE t1 40 GT → (integer) 0
        EXPIRE t1 60 GT → (integer) 1
        EXPIRE t1 70 LT → (integer) 0
        EXPIRE t1 30 LT XX → (integer) 1
        TTL t1 → (integer) 30
        GET t1 → "b"
        PERSIST t1 → (integer) 1
        PERSIST t1 → (integer) 0
        EXPIRE t1 60 XX → (integer) 0
        EXPIRE t1 60 GT → (integer) 0
        EXPIRE t1 60 LT → (integer) 1
        GETEX t1 PERSIST → "b"
        EXPIRETIME t1 → (integer) -1
        GETEX t1 EX 80 → "b"
        TTL t1 → (integer) 80
        PEXPIREAT t1 4102444800123 → (integer) 1
        EXPIRETIME t1 → (integer) 4102444800
        EXPIREAT t1 4102444800 → (integer) 1
        EXPIRETIME t1 → (integer) 4102444800
        EXPIRE t1 -1 → (integer) 1
        GET t1 → (nil)
        SET t1 a EXAT 1 → OK
        EXISTS t1 → (integer) 0
        SETEX t2 10 a → OK
        TTL t2 → (integer) 10
        PSETEX t2 20000 a → OK
        TTL t2 → (integer) 20
        SET t2 a PXAT 4102444800000 → OK
        EXPIRETIME t2 → (integer) 4102444800
        """);

    [Fact]
    public void Times_to_live_go_by_the_clusters_clock()
    {
        ShouldAnswer("""
            SET clock1 a EX 7200 → OK
            SET clock2 a EX 7200 → OK
            """);
        var machine = DateTimeOffset.UtcNow;
        // As where this machine's clock is an hour behind the others'.
        Node.ClusterAhead = TimeSpan.FromHours(1);
        ShouldBeAbout("TTL clock1", 3600);
        ShouldBeAbout("PTTL clock1", 3_600_000);
        ShouldAnswer($"""
            SET clock1 b KEEPTTL → OK
            EXPIREAT clock2 {machine.AddMinutes(90).ToUnixTimeSeconds()} → (integer) 1
            SET clock3 a EXAT {machine.AddMinutes(50).ToUnixTimeSeconds()} → OK
            """);
        Node.ClusterAhead = TimeSpan.Zero;
        ShouldBeAbout("TTL clock1", 3600);
        ShouldBeAbout("TTL clock2", 1800);
        Client.Ask("GET clock3").ShouldBe("(nil)");
    }

    [Fact]
    public async Task What_expires_is_gone_for_every_command_and_may_be_set_anew()
    {
        Client.Ask("SET x1 a PX 30").ShouldBe("OK");
        while (Client.Ask("GET x1") != "(nil)") await Task.Delay(5);
        ShouldAnswer("""
            EXISTS x1 → (integer) 0
            TTL x1 → (integer) -2
            SET x1 b XX → (nil)
            DEL x1 → (integer) 0
            SETNX x1 c → (integer) 1
            TTL x1 → (integer) -1
            """);
    }

    [Fact]
    public void Bad_input_is_answered_in_Redis_own_words() => ShouldAnswer("""
        NOSUCH a b → (error) ERR unknown command 'NOSUCH', with args beginning with: 'a' 'b' 
        GET → (error) ERR wrong number of arguments for 'get' command
        get a b → (error) ERR wrong number of arguments for 'get' command
        MSET a → (error) ERR wrong number of arguments for 'mset' command
        MSET a b c → (error) ERR wrong number of arguments for 'mset' command
        SET a → (error) ERR wrong number of arguments for 'set' command
        SET a b c → (error) ERR syntax error
        SET a b NX XX → (error) ERR syntax error
        SET a b EX 1 PX 1 → (error) ERR syntax error
        SET a b EX 1 EX 2 → (error) ERR syntax error
        SET a b KEEPTTL EX 1 → (error) ERR syntax error
        SET a b EX → (error) ERR syntax error
        SET a b PERSIST → (error) ERR syntax error
        GETEX a KEEPTTL → (error) ERR syntax error
        SET a b EX 0 → (error) ERR invalid expire time in 'set' command
        SET a b EX -5 → (error) ERR invalid expire time in 'set' command
        SET a b EX 9223372036854775807 → (error) ERR invalid expire time in 'set' command
        SET a b EX 1.5 → (error) ERR value is not an integer or out of range
        SET a b EX +1 → (error) ERR value is not an integer or out of range
        SET a b EX 01 → (error) ERR value is not an integer or out of range
        SET a b EX 9223372036854775808 → (error) ERR value is not an integer or out of range
        SETEX a 0 b → (error) ERR invalid expire time in 'setex' command
        GETEX a PX 0 → (error) ERR invalid expire time in 'getex' command
        EXPIRE a x → (error) ERR value is not an integer or out of range
        EXPIRE a 9223372036854775807 → (error) ERR invalid expire time in 'expire' command
        EXPIRE a 1 NX GT → (error) ERR NX and XX, GT or LT options at the same time are not compatible
        EXPIRE a 1 GT LT → (error) ERR GT and LT options at the same time are not compatible
        EXPIRE a 1 AB → (error) ERR Unsupported option AB
        EXPIRE a -9223372036854775808 → (error) ERR invalid expire time in 'expire' command
        EXPIRE a -9223372036 → (integer) 0
        SELECT x → (error) ERR value is not an integer or out of range
        SELECT 16 → (error) ERR DB index is out of range
        SELECT -1 → (error) ERR DB index is out of range
        SCAN x → (error) ERR invalid cursor
        SCAN 0 COUNT → (error) ERR syntax error
        SCAN 0 COUNT 0 → (error) ERR syntax error
        SCAN 0 COUNT x → (error) ERR value is not an integer or out of range
        HELLO x → (error) ERR Protocol version is not an integer or out of range
        HELLO 4 → (error) NOPROTO unsupported protocol version
        HELLO 3 AUTH x y → (error) WRONGPASS invalid username-password pair or user is disabled.
        HELLO 3 FOO → (error) ERR Syntax error in HELLO option 'FOO'
        AUTH default pw → OK
        AUTH you pw → (error) WRONGPASS invalid username-password pair or user is disabled.
        CLUSTER SLOTS → (error) ERR This instance has cluster support disabled
        CLUSTER SHARDS → (error) ERR This instance has cluster support disabled
        CLUSTER NODES → (error) ERR This instance has cluster support disabled
        CLIENT FOO → (error) ERR unknown subcommand 'FOO'. Try CLIENT HELP.
        PING a b → (error) ERR wrong number of arguments for 'ping' command
        EXEC → (error) ERR EXEC without MULTI
        DISCARD → (error) ERR DISCARD without MULTI
        EXISTS a → (integer) 0
        """);

    [Fact]
    public void A_password_alone_is_answered_as_by_a_Redis_without_one() => Client.Ask("AUTH pw").ShouldBe(
        "(error) ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is "
        + "correct?");

    [Fact]
    public void Keys_have_1_to_1024_bytes()
    {
        Client.Ask("SET", "", "v").ShouldBe("(error) ERR a key has at least 1 byte; nothing was done");
        Client.Ask("SET", new string('k', 1025), "v").ShouldStartWith("(error) ERR a key of 1025 bytes is longer than this node takes");
        Client.Ask("MSET", "k1", "v", new string('k', 1025), "v").ShouldStartWith("(error) ERR a key of 1025 bytes");
        Client.Ask("EXISTS k1").ShouldBe("(integer) 0", "a command with a bad key changes nothing");
        Client.Ask("SET", new string('k', 1024), "\r\n\0 any bytes").ShouldBe("OK");
        Client.Ask("GET", new string('k', 1024)).ShouldBe("\"\r\n\0 any bytes\"");
    }

    [Theory]
    [InlineData("INCRBYFLOAT a 1")]
    [InlineData("APPEND a b")]
    [InlineData("msetnx a b")]
    [InlineData("EVAL return 0")]
    [InlineData("WATCH a")]
    public void What_one_replica_cannot_do_alone_is_refused_with_the_reason(string command)
    {
        var answer = Client.Ask(command);
        answer.ShouldStartWith($"(error) ERR {command.Split(' ')[0].ToUpperInvariant()} is not supported: it has to be atomic");
        answer.ShouldContain("docs/RESP.md");
    }

    [Fact]
    public void Of_a_refused_transaction_nothing_is_done()
    {
        string[][] sent = [["MULTI"], ["SET", "tx", "1"], ["EXEC"], ["SET", "tx2", "1"]];
        Client.SendRaw(string.Concat(sent.Select(RespClient.Encode)));
        Client.Receive().ShouldStartWith("(error) ERR MULTI is not supported");
        Client.Receive().ShouldBe("(error) ERR SET was not done: it follows a MULTI that was refused. Send DISCARD or EXEC first.");
        Client.Receive().ShouldBe("(error) EXECABORT Transaction discarded because of previous errors.");
        Client.Receive().ShouldBe("OK");
        Client.Ask("EXISTS tx tx2").ShouldBe("(integer) 1");
        Client.Ask("MULTI").ShouldStartWith("(error)");
        Client.Ask("DISCARD").ShouldBe("OK");
        Client.Ask("GET tx2").ShouldBe("\"1\"");
    }

    [Fact]
    public void The_connection()
    {
        ShouldAnswer("""
            PING → PONG
            PING hi → "hi"
            ECHO hi → "hi"
            CLIENT GETNAME → (nil)
            CLIENT SETNAME me → OK
            CLIENT GETNAME → "me"
            CLIENT SETINFO LIB-NAME x → OK
            SELECT 1 → OK
            SET db v → OK
            SELECT 2 → OK
            GET db → (nil)
            SELECT 1 → OK
            GET db → "v"
            RESET → RESET
            GET db → (nil)
            CLIENT GETNAME → (nil)
            """);
        Client.Ask("CLIENT INFO").ShouldContain(" db=0 resp=2");
        Client.Ask("HELLO 3 SETNAME you").ShouldContain("\"proto\", (integer) 3");
        Client.Ask("CLIENT GETNAME").ShouldBe("\"you\"");
        Client.Send("GET nothing");
        Client.Receive().ShouldBe("(nil)");
        Client.Send("QUIT");
        Client.Receive().ShouldBe("OK");
        Client.IsClosed().ShouldBeTrue();
    }

    [Fact]
    public void A_database_is_a_bucket_in_which_the_last_write_wins()
    {
        Node.Bucket("redis-7").Policy.ShouldBe(ConflictPolicy.Siblings);
        Client.Ask("SELECT 7");
        Client.Ask("GET a");
        Node.Bucket("redis-7").Policy.ShouldBe(ConflictPolicy.Siblings, "who only reads sets nothing");
        Client.Ask("SET a b");
        Node.Bucket("redis-7").Policy.ShouldBe(ConflictPolicy.Lww);
    }

    [Fact]
    public void A_scan_finds_every_key_once_in_pages()
    {
        Client.Ask("SELECT 3");
        for (var first = 0; first < 1000; first += 100)
            Client.Ask(["MSET", .. Enumerable.Range(first, 100).SelectMany(key =>
                (string[])[string.Create(CultureInfo.InvariantCulture, $"key:{key:d4}"), "v"])]);
        Client.Ask("SET other v");
        Client.Ask("DBSIZE").ShouldBe("(integer) 1001");
        var (keys, pages) = Scan();
        keys.Count.ShouldBe(1001);
        keys.Distinct().Count().ShouldBe(1001);
        pages.ShouldBeGreaterThan(3);
        Scan("MATCH", "key:000*").Keys.ShouldBe(Enumerable.Range(0, 10).Select(key => $"\"key:000{key}\""));
        Scan("MATCH", "*9", "COUNT", "10000").ShouldSatisfyAllConditions(
            found => found.Keys.Count.ShouldBe(100), found => found.Pages.ShouldBe(1));
        Scan("TYPE", "hash").Keys.ShouldBeEmpty();
        Scan("TYPE", "string", "MATCH", "oth?r").Keys.ShouldBe(["\"other\""]);
    }

    [Fact]
    public void A_cursor_of_another_database_or_node_is_refused()
    {
        Client.Ask("SELECT 4");
        for (var first = 0; first < 300; first += 100)
            Client.Ask(["MSET", .. Enumerable.Range(first, 100).SelectMany(key => (string[])[$"k{key}", "v"])]);
        var cursor = Client.Ask("SCAN 0").Split('"')[1];
        Client.Ask($"SCAN {cursor}").ShouldStartWith("[\"0\", [");
        Client.Ask($"SCAN {cursor}").ShouldStartWith("[\"0\", [", Case.Sensitive, "a cursor may be used again");
        Client.Ask("SELECT 5");
        Client.Ask($"SCAN {cursor}").ShouldStartWith($"(error) ERR invalid cursor: this node does not know {cursor} in this database");
        Client.Ask("SCAN 12345").ShouldStartWith("(error) ERR invalid cursor: this node does not know 12345");
    }

    [Fact]
    public void What_clients_ask_about_the_server()
    {
        Client.Ask("INFO").ShouldSatisfyAllConditions(
            info => info.ShouldContain("redis_version:7.0.0\r\n"), info => info.ShouldContain("role:master\r\n"),
            info => info.ShouldContain("loading:0\r\n"), info => info.ShouldContain("cluster_enabled:0\r\n"));
        Client.Ask("INFO replication").ShouldBe("\"# Replication\r\nrole:master\r\nconnected_slaves:0\r\n\"");
        Client.Ask("CONFIG GET data*").ShouldBe("[\"databases\", \"16\"]");
        Client.Ask("CONFIG SET a b").ShouldStartWith("(error) ERR CONFIG SET is not supported");
        Client.Ask("COMMAND COUNT").ShouldBe($"(integer) {CommandTable.All.Count}");
        Client.Ask("COMMAND INFO get nosuch").ShouldBe(
            "[[\"get\", (integer) 2, [readonly], (integer) 1, (integer) 1, (integer) 1, [], [], [], []], (nil)]");
        Client.Ask("COMMAND DOCS get").ShouldContain("\"summary\", \"The value of a key\"");
    }

    [Fact]
    public void Every_command_is_explained()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory!.FullName, "DynamoActors.sln"))) directory = directory.Parent;
        var text = File.ReadAllText(Path.Combine(directory.FullName, "docs", "RESP.md"));
        CommandTable.All.Select(command => command.Name.ToUpperInvariant()).Where(name => !text.Contains($"`{name}`")).ShouldBeEmpty();
        CommandTable.NeedAtomicity.Select(name => name.ToUpperInvariant()).Where(name => !text.Contains($"`{name}`")).ShouldBeEmpty();
    }

    private (List<string> Keys, int Pages) Scan(params string[] options)
    {
        List<string> keys = [];
        var (cursor, pages) = ("0", 0);
        do
        {
            pages++;
            var answer = Client.Ask(["SCAN", cursor, .. options]);
            cursor = answer.Split('"')[1];
            var listed = answer[(answer.IndexOf(", [", StringComparison.Ordinal) + 3)..^2];
            if (listed.Length > 0) keys.AddRange(listed.Split(", "));
        }
        while (cursor != "0");

        return (keys, pages);
    }

    /// <summary>A busy machine may take a while between two commands.</summary>
    private void ShouldBeAbout(string command, int most) =>
        int.Parse(Client.Ask(command)["(integer) ".Length..], CultureInfo.InvariantCulture).ShouldBeInRange(most / 100 * 95, most, command);
}
