using System.Text;
using DynamoActors.Http;
using DynamoActors.Http.Operations;
using DynamoActors.Http.Security;
using DynamoActors.Http.Tests;
using DynamoActors.Node.Requests;
using Microsoft.Extensions.Logging.Abstractions;
using Spectre.Console;

namespace DynamoActors.Pbm.Tests;

/// <summary>pbm as it is called, against the real pages of a node in memory.</summary>
public abstract class PbmFixture : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("pbm-test-").FullName;
    private HttpFrontEnd _frontEnd = null!;

    private protected FakeStoreNode Node { get; } = new();

    private protected FakeStoreCare Care { get; } = new();

    /// <summary>Null: anyone may everything.</summary>
    private protected virtual AccessControl? Access => null;

    /// <summary>Null: nothing is encrypted.</summary>
    private protected virtual ClientTls? Tls => null;

    /// <summary><c>PBM_TOKEN</c>.</summary>
    protected string? Token { get; set; }
    private protected LogTail Log { get; } = new(1000);

    /// <summary>What the node's /metrics says.</summary>
    protected string Metrics { get; set; } = "dynamo_uptime_seconds 100\ndynamo_requests_total{outcome=\"ok\"} 50\n";

    protected string SettingsDirectory => _directory;

    protected string Address => $"127.0.0.1:{_frontEnd.Port}";

    public async Task InitializeAsync()
    {
        var options = new HttpFrontEndOptions
        {
            Port = 0,
            Care = Care,
            Access = Access,
            Tls = Tls,
            Log = Log,
            Metrics = context => context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(Metrics)).AsTask(),
        };
        _frontEnd = await HttpFrontEnd.StartAsync(Node, options, NullLoggerFactory.Instance);
        Node.Nodes = [Member("node1", Address)];
    }

    public async Task DisposeAsync()
    {
        await _frontEnd.StopAsync(TimeSpan.FromSeconds(5));
        await _frontEnd.DisposeAsync();
        Care.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private protected static NodeView Member(string name, string http, bool reachable = true) =>
        new(name, $"akka.tcp://dynamo@{name}:4053", http, "Up", reachable, "hall", 1);

    private protected Task<Ran> RunAsync(params string[] arguments) => RunWithAsync(Address, "", arguments);

    private protected Task<Ran> RunUntilAsync(CancellationToken stop, params string[] arguments) =>
        RunWithAsync(Address, "", arguments, stop);

    /// <param name="output">Where standard output goes as it is written.</param>
    private protected Task<Ran> RunUntilAsync(CancellationToken stop, StringWriter output, params string[] arguments) =>
        RunWithAsync(Address, "", arguments, stop, output);

    private protected Task<Ran> RunWithAsync(string? node, string input, params string[] arguments) =>
        RunWithAsync(node, input, arguments, CancellationToken.None);

    private protected Task<Ran> RunOnTerminalAsync(int columns, params string[] arguments) =>
        RunWithAsync(Address, "", arguments, CancellationToken.None, columns: columns);

    /// <param name="output">Where it writes, as text and as bytes.</param>
    private protected Task<Ran> RunIntoAsync(StringWriter output, Stream bytes, params string[] arguments) =>
        RunWithAsync(Address, "", arguments, CancellationToken.None, output, bytes);

    /// <param name="columns">Of the terminal at which somebody sits; null: nobody does.</param>
    private async Task<Ran> RunWithAsync(string? node, string input, string[] arguments, CancellationToken stop,
        StringWriter? followed = null, Stream? values = null, int? columns = null)
    {
        var (output, error, bytes) = (followed ?? new StringWriter(), new StringWriter(), new MemoryStream());
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(output),
        });
        console.Profile.Width = columns ?? 400;
        var environment = new PbmEnvironment
        {
            Console = console,
            Out = output,
            Error = error,
            OpenInput = () => new MemoryStream(Encoding.UTF8.GetBytes(input)),
            OpenOutput = () => values ?? bytes,
            IsInteractive = columns is not null,
            Directory = _directory,
            Node = node,
            Token = Token,
        };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        var code = await PbmProgram.RunAsync(arguments, environment, limit.Token);
        return new Ran(code, output.ToString(), error.ToString(), bytes.ToArray());
    }

    /// <param name="Bytes">Of standard output, where values go.</param>
    private protected sealed record Ran(int Code, string Out, string Error, byte[] Bytes)
    {
        public string Text => Encoding.UTF8.GetString(Bytes);

        public override string ToString() => $"exit code {Code}\n{Out}\n{Error}\n{Text}";
    }
}
