using DynamoActors.Http.Security;
using DynamoActors.Http.Serving;
using DynamoActors.Node.Tests;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DynamoActors.Resp.Tests;

/// <summary>A whole node in memory, alone in its ring, for all tests of a class, which have keys of their own.</summary>
public sealed class NodeFixture : IAsyncLifetime
{
    private const string Alone = "dynamo { ring.initial-members = 1, ring.replicas = 1, requests-max = 1000, listings-max = 10 }";

    private SmallNode _node = null!;

    internal Node.Requests.IStoreNode Door => _node.Door;

    public async Task InitializeAsync()
    {
        _node = new SmallNode("n1", Alone);
        _node.Start();
        await _node.IsReady();
    }

    public async Task DisposeAsync() => await _node.DisposeAsync();
}

/// <summary>A front end on a free port before that node; each test has its own.</summary>
public abstract class RespFixture(NodeFixture fixture) : IClassFixture<NodeFixture>, IAsyncLifetime
{
    protected const int ValueBytesMax = 300_000;
    protected const int ConnectionsMax = 20;

    private RespFrontEnd _frontEnd = null!;

    private protected ListeningNode Node { get; private set; } = null!;

    private protected ServingBounds Bounds { get; private set; } = null!;

    /// <summary>Null: anyone may everything.</summary>
    protected virtual AccessControl? Access => null;

    /// <summary>Null: nothing is encrypted, and <see cref="Client"/> is connected.</summary>
    private protected virtual ClientTls? Tls => null;

    protected virtual ILoggerFactory Logs => NullLoggerFactory.Instance;

    private protected RespClient Client { get; private set; } = null!;

    protected int Port => _frontEnd.Port;

    private protected System.Diagnostics.Metrics.Meter Meter => _frontEnd.Meter.Meter;

    public async Task InitializeAsync()
    {
        Node = new ListeningNode(fixture.Door);
        Bounds = new ServingBounds(
            new ConnectionLimit(ConnectionsMax, TimeProvider.System, NullLogger.Instance), new TransferBudget(8 << 20, TimeProvider.System),
            new TransferBudget(8 << 20, TimeProvider.System), new WorkWindow(1 << 20, TimeProvider.System), TimeSpan.FromSeconds(2),
            TimeProvider.System);
        _frontEnd = await RespFrontEnd.StartAsync(
            Node, new RespOptions { Port = 0, ValueBytesMax = ValueBytesMax }, Bounds, Logs, Access,
            new Allowances(TimeProvider.System), Tls);
        if (Tls is null) Client = Connect();
    }

    public async Task DisposeAsync()
    {
        Client?.Dispose();
        await _frontEnd.StopAsync(TimeSpan.FromSeconds(5));
        await _frontEnd.DisposeAsync();
    }

    private protected RespClient Connect() => new(Port);

    protected Task StopAsync() => _frontEnd.StopAsync(TimeSpan.FromSeconds(5));

    /// <summary>Each line is <c>command → answer</c>.</summary>
    protected void ShouldAnswer(string lines)
    {
        foreach (var line in lines.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var (command, answer) = line.Split(" → ") is [var first, var second] ? (first, second) : throw new FormatException(line);
            Client.Ask(command).TrimEnd().ShouldBe(answer, command);
        }
    }
}
