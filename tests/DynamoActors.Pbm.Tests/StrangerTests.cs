using System.Net;
using System.Net.Sockets;
using System.Text;

namespace DynamoActors.Pbm.Tests;

/// <summary>What is at an address may be anything.</summary>
public sealed class StrangerTests : PbmFixture
{
    [Fact]
    public async Task Where_nothing_listens_the_address_is_named()
    {
        var ran = await RunWithAsync("127.0.0.1:1", "", "cluster", "show");
        ran.Code.ShouldBe(ExitCodes.NoNode);
        ran.Error.ShouldContain("http://127.0.0.1:1/: nothing listens there. Is the node running");
    }

    [Fact]
    public async Task Any_node_that_answers_will_do()
    {
        var ran = await RunWithAsync(null, "", "cluster", "leader", "--node", $"127.0.0.1:1,{Address}");
        (ran.Code, ran.Out.Trim()).ShouldBe((0, "node2"), ran.ToString());
    }

    [Fact]
    public async Task The_command_line_goes_before_the_environment_and_that_before_the_file()
    {
        await File.WriteAllTextAsync(Path.Combine(SettingsDirectory, "nodes"), $"# ours\n{Address} # first\n");
        (await RunWithAsync(null, "", "cluster", "leader")).Code.ShouldBe(0);
        (await RunWithAsync("127.0.0.1:1", "", "cluster", "leader")).Code.ShouldBe(ExitCodes.NoNode);
        (await RunWithAsync("127.0.0.1:1", "", "cluster", "leader", "--node", Address)).Code.ShouldBe(0);
        var wrong = await RunWithAsync("no address", "", "cluster", "leader");
        wrong.Code.ShouldBe(ExitCodes.NoNode);
        (await RunWithAsync("ftp://x", "", "cluster", "leader")).Error.ShouldContain("'ftp://x' (from PBM_NODE) is no address of a node");
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 6\r\nContent-Type: text/html\r\n\r\n<html>", ExitCodes.NoNode,
        "not as this pbm needs it")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 25\r\nContent-Type: application/json\r\n\r\n{\"node\":\"a\",\"ready\":true}",
        ExitCodes.NoNode, "members")]
    [InlineData("HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\nContent-Type: text/plain\r\n\r\nno", ExitCodes.NoNode,
        "not as a DynamoActors node would say it")]
    [InlineData("HTTP/1.1 404 Not Found\r\nContent-Length: 84\r\nContent-Type: "
        + "application/problem+json\r\n\r\n{\"type\":\"/problems/no-such-route\",\"title\":\"No such "
        + "route\",\"status\":404,\"detail\":\"\"}  ", ExitCodes.NoNode, "too old for this: it has no /cluster")]
    [InlineData("HTTP/1.1 503 Unavailable\r\nContent-Length: 0\r\nContent-Type: application/problem+json\r\n\r\n", ExitCodes.NoNode,
        "503, and not as a DynamoActors node would say it")]
    [InlineData("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 2\r\nContent-Type: application/problem+json\r\n\r\n[]", ExitCodes.NoNode,
        "502, and not as a DynamoActors node would say it")]
    [InlineData("\u0000\u0001binary", ExitCodes.NoNode, "speaks no HTTP")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\nContent-Type: application/json\r\n\r\n{", ExitCodes.NoNode, "broke off")]
    public async Task A_stranger_or_another_version_is_told_from_a_node(string answer, int code, string told)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = AnswerAsync(listener, answer);
        var ran = await RunWithAsync($"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}", "", "cluster", "show");
        ran.Code.ShouldBe(code, ran.ToString());
        ran.Error.ShouldContain(told);
        await answering;
    }

    [Fact]
    public async Task One_that_stops_in_the_middle_of_an_answer_is_given_up_in_time()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var running = RunWithAsync($"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}", "", "cluster", "show", "--timeout", "0.5");
        using var connection = await listener.AcceptTcpClientAsync();
        await connection.GetStream().WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"u8.ToArray());
        var ran = await running;
        ran.Code.ShouldBe(ExitCodes.NoNode);
        ran.Error.ShouldContain("no answer within");
    }

    [Fact]
    public async Task One_that_never_answers_is_given_up_in_time()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var ran = await RunWithAsync($"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}", "", "cluster", "show", "--timeout", "0.5");
        ran.Code.ShouldBe(ExitCodes.NoNode);
        ran.Error.ShouldContain("no answer within");
        (await RunAsync("cluster", "show", "--timeout", "0")).Code.ShouldBe(ExitCodes.Usage);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("-1")]
    [InlineData("")]
    public async Task A_timeout_that_is_none_is_wrong_usage(string timeout)
    {
        var ran = await RunAsync("cluster", "show", "--timeout", timeout);
        ran.Code.ShouldBe(ExitCodes.Usage, ran.ToString());
        ran.Error.ShouldContain("--timeout");
    }

    [Theory]
    [InlineData("cluster", "leader")]
    [InlineData("cluster", "show")]
    [InlineData("cluster", "show", "--json")]
    [InlineData("get", "there")]
    public async Task An_answer_that_cannot_be_written_has_an_exit_code_and_no_stack(params string[] arguments)
    {
        (await RunAsync("put", "there", "value")).Code.ShouldBe(0);
        using var full = new FullWriter();
        using var device = new FullStream();
        var ran = await RunIntoAsync(full, device, arguments);
        ran.Code.ShouldBe(ExitCodes.Refused, ran.ToString());
        ran.Error.Trim().ShouldBe("The output cannot be written: No space left on device");
    }

    [Fact]
    public async Task Help_is_what_it_is_in_the_shell()
    {
        var ran = await RunAsync("help", "cluster");
        (ran.Code, ran.Error).ShouldBe((0, ""), ran.ToString());
        ran.Out.ShouldBe((await RunAsync("cluster", "--help")).Out);
        (await RunAsync("help")).Out.ShouldContain("anti-entropy");
    }

    [Fact]
    public async Task No_name_or_address_is_broken_at_a_narrow_terminal()
    {
        var ran = await RunOnTerminalAsync(40, "cluster", "show");
        ran.Out.Split('\n').ShouldContain(line => line.StartsWith("node1 ", StringComparison.Ordinal) && line.Contains(Address)
            && line.Contains("akka.tcp://dynamo@node1:4053"), ran.ToString());
    }

    [Fact]
    public async Task A_command_that_is_none_is_refused_with_where_to_look()
    {
        var ran = await RunAsync("cluster", "shwo");
        ran.Code.ShouldBe(ExitCodes.Usage);
        ran.Error.ShouldContain("shwo");
        ran.Error.ShouldContain("'pbm cluster --help'");
    }

    private sealed class FullWriter : StringWriter
    {
        public override void Write(char value) => throw new IOException("No space left on device");

        public override void Write(string? value) => throw new IOException("No space left on device");

        public override void WriteLine(string? value) => throw new IOException("No space left on device");
    }

    private sealed class FullStream : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count) => throw new IOException("No space left on device");

        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("No space left on device");

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            throw new IOException("No space left on device");

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new IOException("No space left on device");
    }

    private static async Task AnswerAsync(TcpListener listener, string answer)
    {
        using var client = await listener.AcceptTcpClientAsync();
        var stream = client.GetStream();
        var head = new byte[4096];
        _ = await stream.ReadAsync(head);
        await stream.WriteAsync(Encoding.Latin1.GetBytes(answer));
        client.Client.Shutdown(SocketShutdown.Send);
        // Until the other side has read it and closed.
        while (await stream.ReadAsync(head) > 0) { }
    }
}
