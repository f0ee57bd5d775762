using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using DynamoActors.Pbm;
using Spectre.Console;

namespace DynamoActors.MultiNode.Tests;

/// <summary>A cluster that is closed: no node joins without its secret or certificate, nobody reads without a token.</summary>
[Collection("one cluster at a time")]
public sealed class StrangersSpec : IDisposable
{
    private const string AdminToken = "the-token-of-the-file-0123456789abcdef";
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(90);

    private readonly string _directory = Directory.CreateTempSubdirectory("dynamo-strangers-test-").FullName;
    private readonly int _port = FreePorts.Run(15);
    private readonly HttpClient _client = new();

    public void Dispose()
    {
        _client.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nobody_joins_or_reads_a_replica_without_what_the_nodes_have_and_a_revoked_token_opens_no_node(bool byCertificates)
    {
        string[] own = byCertificates ? await CertificatesAsync("ours") : [Setting("secret-file", Write("secret", Secret('a')))];
        string[] others = byCertificates ? await CertificatesAsync("theirs") : [Setting("secret-file", Write("other", Secret('b')))];
        await using var first = Start(1, own);
        await using var second = Start(2, own);
        await first.PrintsAsync("is ready for requests");
        await second.PrintsAsync("is ready for requests");

        await using (var impostor = Start(3, others, "--join-timeout", "5"))
        await using (var stranger = Start(4, [], "--join-timeout", "5"))
        await using (var lost = byCertificates ? Start(5, [.. own.Select(Lost)], "--join-timeout", "5") : null)
        {
            (await impostor.EndsAsync()).ShouldNotBe(0, impostor.Printed);
            (await stranger.EndsAsync()).ShouldNotBe(0, stranger.Printed);
            if (lost is not null) (await lost.EndsAsync()).ShouldNotBe(0, lost.Printed);
        }

        (await AnswerToHelloAsync()).ShouldBe(0, "a greeting without TLS is not answered");
        (await MembersAsync(1)).ShouldBe(["node1", "node2"]);
        (await MembersAsync(2)).ShouldBe(["node1", "node2"]);

        var (id, token) = await MakeTokenAsync();
        (await PutAsync(1, token)).ShouldBe(HttpStatusCode.Created);
        (await PutAsync(2, token)).ShouldBe(HttpStatusCode.Created);
        using (var revoked = await _client.SendAsync(Request(HttpMethod.Delete, 2, $"admin/tokens/{id}", AdminToken)))
            revoked.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await PutAsync(1, token)).ShouldBe(HttpStatusCode.Unauthorized);
        (await PutAsync(2, token)).ShouldBe(HttpStatusCode.Unauthorized);

        // Tokens outlive their nodes' processes.
        second.Kill();
        await second.EndsAsync();
        await using var again = Start(2, own);
        await again.PrintsAsync("is ready for requests");
        (await PutAsync(2, token)).ShouldBe(HttpStatusCode.Unauthorized);
        (await PutAsync(2, (await MakeTokenAsync()).Token)).ShouldBe(HttpStatusCode.Created);
        foreach (var printed in (string[])[first.Printed, second.Printed, again.Printed])
        {
            printed.ShouldNotContain(token);
            printed.ShouldNotContain(AdminToken);
        }
    }

    [Fact]
    public async Task A_node_does_not_open_itself_to_other_machines_unless_that_is_meant()
    {
        foreach (var (option, named) in ((string, string)[])
            [("--http", "dynamo.security.access"), ("--links", "dynamo.security.secret-file")])
        {
            await using var refused = ServerProcess.Start(
                ["node", "--name", "open", "--data", Path.Combine(_directory, "open"), "--advertise", "localhost",
                    "--remote", Address(4, 1), option, $"0.0.0.0:{_port + 14}"]);
            (await refused.EndsAsync()).ShouldBe(1, refused.Printed);
            refused.Printed.ShouldContain(named);
            refused.Printed.ShouldContain("dynamo.security.access = none");
        }

        Directory.Exists(Path.Combine(_directory, "open")).ShouldBeFalse();
    }

    [Fact]
    public async Task Over_TLS_a_node_says_that_it_lives_and_a_clients_certificate_opens_what_its_name_may()
    {
        var to = Path.Combine(_directory, "clients");
        await PbmAsync("certificates", "create", "localhost,127.0.0.1", "shop", "lost", "--to", to);
        await PbmAsync("certificates", "revoke", "lost", "--to", to);
        string FileOf(string name) => Path.Combine(to, name);
        await using var node = Start(1,
        [
            Setting("clients.certificate", FileOf("localhost.pem")), Setting("clients.key", FileOf("localhost.key")),
            Setting("clients.authority", FileOf("authority.pem")), Setting("revoked", FileOf("revoked.crl")),
            "dynamo.ring.initial-members=1", "dynamo.ring.replicas=1",
        ]);
        await node.PrintsAsync("is ready for requests");
        foreach (var (options, code) in ((string[], int)[])[(["--tls"], 0), ([], 1)])
        {
            await using var health = ServerProcess.Start(["health", "--http", Address(1, 0), .. options]);
            (await health.EndsAsync()).ShouldBe(code, health.Printed);
        }

        string[] asked = ["--node", $"https://{Address(1, 0)}", "--authority", FileOf("authority.pem")];
        await PbmAsync(["token", "create", "shop", "--allow", "write:carts", "--of-certificate", "CN=shop",
            "--token-file", Write("admin", AdminToken), .. asked]);
        string[] shown = [.. asked, "--certificate", FileOf("shop.pem"), "--key-file", FileOf("shop.key")];
        await PbmAsync(["put", "--bucket", "carts", "k", .. shown]);
        await PbmAsync(["get", "--bucket", "carts", "k", .. shown]);
        (await CodeOfPbmAsync(["put", "k", .. shown])).ShouldBe(4);

        await PbmAsync("certificates", "revoke", "shop", "--to", to);
        for (var began = Stopwatch.StartNew(); await CodeOfPbmAsync(["get", "--bucket", "carts", "k", .. shown]) == 0;)
            began.Elapsed.ShouldBeLessThan(_patience, node.Printed);
    }

    private ServerProcess Start(int node, string[] settings, params string[] more)
    {
        List<string> arguments =
        [
            "node", "--name", $"node{node}", "--data", Path.Combine(_directory, $"node{node}"),
            "--http", Address(node, 0), "--remote", Address(node, 1), "--links", Address(node, 2), "--seed", Address(1, 1),
            "--set", Setting("access", "tokens"), "--set", Setting("admin-token-file", Write("admin", AdminToken)),
            "--set", "dynamo.ring.initial-members=2", "--set", "dynamo.ring.replicas=2",
        ];
        foreach (var setting in settings) arguments.AddRange(["--set", setting]);
        return ServerProcess.Start([.. arguments, .. more]);
    }

    private string Address(int node, int sort) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_port + 3 * (node - 1) + sort}");

    private static string Setting(string key, string value) => $"dynamo.security.{key}=\"{value}\"";

    private static string Secret(char of) => new(of, 40);

    private string Write(string name, string text)
    {
        var file = Path.Combine(_directory, name);
        File.WriteAllText(file, text + "\n");
        return file;
    }

    private async Task<string[]> CertificatesAsync(string name)
    {
        var to = Path.Combine(_directory, name);
        await PbmAsync("certificates", "create", "node", "lost", "--to", to);
        await PbmAsync("certificates", "revoke", "lost", "--to", to);
        return
        [
            Setting("nodes.certificate", Path.Combine(to, "node.pem")), Setting("nodes.key", Path.Combine(to, "node.key")),
            Setting("nodes.authority", Path.Combine(to, "authority.pem")), Setting("revoked", Path.Combine(to, "revoked.crl")),
        ];
    }

    /// <summary>With the certificate that was revoked.</summary>
    private static string Lost(string setting) => setting.Replace("/node.", "/lost.", StringComparison.Ordinal);

    private async Task PbmAsync(params string[] arguments) =>
        (await CodeOfPbmAsync(arguments)).ShouldBe(0, string.Join(' ', arguments));

    private Task<int> CodeOfPbmAsync(string[] arguments)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(TextWriter.Null) });
        var environment = new PbmEnvironment
        {
            Console = console,
            Out = TextWriter.Null,
            Error = TextWriter.Null,
            OpenInput = () => new MemoryStream("value"u8.ToArray()),
            OpenOutput = () => Stream.Null,
            Directory = _directory,
        };
        return PbmProgram.RunAsync(arguments, environment);
    }

    /// <summary>How many bytes come back until the node ends the connection.</summary>
    private async Task<int> AnswerToHelloAsync()
    {
        using var over = new CancellationTokenSource(_patience);
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, _port + 2, over.Token);
        // A frame of kind Hello, as a node without a secret sends it.
        byte[] hello =
            [.. BitConverter.GetBytes(36 + 10), 0, 0xff, .. new byte[34], .. Encoding.ASCII.GetBytes("DALK"), 2, 0, 2, 0, 0, 0];
        await socket.GetStream().WriteAsync(hello, over.Token);
        var answer = new byte[1024];
        try
        {
            var count = await socket.GetStream().ReadAsync(answer, over.Token);
            // An alert of TLS is no frame.
            return count > 0 && answer[0] == 0x15 ? 0 : count;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private async Task<string[]> MembersAsync(int node)
    {
        using var answer = await _client.SendAsync(Request(HttpMethod.Get, node, "cluster", AdminToken));
        var page = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        return [.. page.GetProperty("members").EnumerateArray().Select(member => member.GetProperty("name").GetString()!).Order()];
    }

    private async Task<(string Id, string Token)> MakeTokenAsync()
    {
        using var request = Request(HttpMethod.Post, 1, "admin/tokens", AdminToken);
        request.Content = new StringContent("""{"name":"shop","allow":["write:carts"]}""");
        using var answer = await _client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.Created, text);
        var made = JsonDocument.Parse(text).RootElement;
        return (made.GetProperty("id").GetString()!, made.GetProperty("token").GetString()!);
    }

    private async Task<HttpStatusCode> PutAsync(int node, string token)
    {
        using var request = Request(HttpMethod.Put, node, "buckets/carts/keys/k", token);
        request.Content = new StringContent("v");
        using var answer = await _client.SendAsync(request);
        return answer.StatusCode;
    }

    private HttpRequestMessage Request(HttpMethod method, int node, string path, string token) =>
        new(method, $"http://{Address(node, 0)}/{path}") { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
}
