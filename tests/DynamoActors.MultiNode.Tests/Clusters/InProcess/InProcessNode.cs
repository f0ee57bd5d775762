using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Embedded;
using Akka.Embedded.Remote;
using Akka.Hosting.Logging;
using DynamoActors.Http;
using DynamoActors.Node;
using DynamoActors.Node.Hosting;
using DynamoActors.Server.Commands;
using DynamoActors.Server.Repair;
using DynamoActors.Server.Startup;
using DynamoActors.Storage;
using DynamoActors.Storage.Background;
using Microsoft.Extensions.Logging;

namespace DynamoActors.MultiNode.Tests.Clusters.InProcess;

/// <summary>One life of a node in this process: composed and configured as the server does it, on threads and a network that can be taken from it.</summary>
internal sealed class InProcessNode
{
    private const int RemotePort = 4053;

    private readonly FaultyNetwork _network;
    private readonly int _number;
    private readonly ILoggerFactory _logs;
    private readonly DataDirectory _data;
    private readonly BackgroundThread _background;
    private readonly NodeStore _store;
    private readonly NodeThreads _threads;
    private readonly ITransport _transport;
    private readonly IStoreNode _node;
    private HttpFrontEnd? _frontEnd;

    private InProcessNode(FaultyNetwork network, int number, NodeLaunch launch, LoggedLines lines)
    {
        _network = network;
        _number = number;
        _logs = LoggerFactory.Create(logging => logging.AddProvider(lines));
        _threads = new NodeThreads(launch.Name);
        _transport = network.TransportOf(number);
        _data = DataDirectory.Open(launch.DataDirectory, launch.Name);
        var config = NodeConfiguration.Read(launch);
        var settings = NodeSettings.From(config) with { HttpAddress = HttpSettings.PublicAddress(config) };
        _background = new BackgroundThread($"{launch.Name}-storage", failure => _logs.CreateLogger("storage").LogError(failure, "The store's background work failed"));
        var engine = StorageEngines.Open(settings.StoreEngine, StoreSettings.From(config).OptionsFor(settings.StoreDirectory, _background) with
        {
            DamageFound = file => _logs.CreateLogger("storage").LogError("{File} is damaged. {Advice}", file, RepairAdvice.For(launch.DataDirectory)),
        });
        _store = new NodeStore(engine, settings.Name, () => (ulong)Random.Shared.NextInt64(), settings.HintBytesMax);
        var system = ActorSystem.Create(NodeConfiguration.ActorSystemName, ActorSystemSetup.Empty
            .And(BootstrapSetup.Create().WithConfig(DynamoNode.Configuration.WithFallback(Logging).WithFallback(config)))
            .And(new LoggerFactorySetup(_logs))
            .And(new EmbeddedSetup(_threads))
            .And(new RemoteSetup(_transport)));
        _node = DynamoNode.Start(system, settings, _store);
    }

    private static Config Logging { get; } = ConfigurationFactory.ParseString(
        $"akka {{ stdout-loglevel = OFF, loggers = [\"{typeof(LoggerFactoryLogger).FullName}, {typeof(LoggerFactoryLogger).Assembly.GetName().Name}\"] }}");

    public static async Task<InProcessNode> StartAsync(FaultyNetwork network, int number, int httpPort, string data, string[] settings, LoggedLines lines)
    {
        var launch = new NodeLaunch
        {
            Name = $"node{number}",
            Http = new HostPort("127.0.0.1", httpPort),
            Remote = new HostPort(FaultyNetwork.HostOf(number), RemotePort),
            Seeds = [.. ClusterUnderTest.All.Select(seed => new HostPort(FaultyNetwork.HostOf(seed), RemotePort))],
            DataDirectory = data,
            ConfigFile = NodeConfiguration.DefaultFile("node.conf"),
            Settings = settings,
        };
        var node = new InProcessNode(network, number, launch, lines);
        node._frontEnd = await HttpFrontEnd.StartAsync(node._node, HttpSettings.From(NodeConfiguration.Read(launch)), node._logs);
        return node;
    }

    public void Stop() => _threads.Stop();

    public void Continue() => _threads.Continue();

    /// <summary>Nothing that it had begun is finished, and nobody is told.</summary>
    public async Task KillAsync()
    {
        _threads.Kill();
        _transport.StopListening();
        _network.Disconnect(_number);
        await _frontEnd!.StopAsync(TimeSpan.Zero);
        await _frontEnd.DisposeAsync();
        _store.Dispose();
        _data.Dispose();
        _background.Dispose();
        _logs.Dispose();
    }
}
