using Akka.Actor;
using Akka.Cluster;
using Akka.Dispatch;
using Akka.Event;
using Akka.Hosting;
using Akka.Remote.Hosting;
using DynamoActors.Embedded;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace DynamoActors.Testing;

/// <summary>One node of a <see cref="LocalDynamo"/>.</summary>
public sealed class LocalNode
{
    private const string Host = "127.0.0.1";

    private readonly string _directory;
    private readonly IReadOnlyDictionary<string, string> _settings;
    private readonly Func<LocalNode, IReadOnlyList<string>> _seedsOf;
    private IHost? _host;
    private int _port;

    internal LocalNode(
        string name, string directory, IReadOnlyDictionary<string, string> settings, Func<LocalNode, IReadOnlyList<string>> seedsOf) =>
        (Name, _directory, _settings, _seedsOf) = (name, directory, settings, seedsOf);

    /// <summary>Unique in its cluster.</summary>
    public string Name { get; }

    /// <summary>It was started, and not killed since.</summary>
    public bool IsRunning => _host is not null;

    /// <summary>The store, by this node.</summary>
    /// <exception cref="InvalidOperationException">It was killed.</exception>
    public IDynamoStore Store => Running.Services.GetRequiredService<IDynamoStore>();

    /// <summary>The node's actor system: messages can be sent to <c>/user/dynamo</c>.</summary>
    /// <exception cref="InvalidOperationException">It was killed.</exception>
    public ActorSystem System => Running.Services.GetRequiredService<ActorSystem>();

    internal string Address => $"{Host}:{_port}";

    private IHost Running => _host ?? throw new InvalidOperationException($"{Name} was killed; restart it first.");

    /// <summary>Ends the node without a word to the others, who find out as they would of a crash. Its data stays.</summary>
    public async Task KillAsync()
    {
        if (Interlocked.Exchange(ref _host, null) is not { } host) return;
        await host.Services.GetRequiredService<ActorSystem>().Terminate();
        host.Dispose();
    }

    /// <summary>Starts it again with what it had kept; ends when it serves.</summary>
    /// <exception cref="OperationCanceledException">It did not come to that in time; the message says what is missing.</exception>
    public async Task RestartAsync(CancellationToken cancellation = default)
    {
        if (IsRunning) throw new InvalidOperationException($"{Name} runs; kill it first.");
        await StartAsync(cancellation);
        await Store.ReadyAsync(cancellation);
    }

    internal async Task StartAsync(CancellationToken cancellation)
    {
        var host = new HostBuilder().ConfigureServices(services => services
            .AddDynamoStore()
            .AddAkka("dynamo", akka => akka
                .ConfigureLoggers(loggers => loggers.ClearLoggers().AddLogger<SilentLogger>())
                .AddHocon("""
                    akka {
                      loglevel = WARNING
                      stdout-loglevel = OFF
                      coordinated-shutdown.run-by-actor-system-terminate = off
                      cluster { gossip-interval = 200ms, leader-actions-interval = 200ms }
                      remote { log-remote-lifecycle-events = off, retry-gate-closed-for = 500ms }
                    }
                    """, HoconAddMode.Prepend)
                .WithRemoting(Host, _port)
                .WithDynamoNode(new DynamoNodeOptions
                {
                    Name = Name,
                    DataDirectory = _directory,
                    Seeds = _seedsOf(this),
                    Settings = _settings,
                }))).Build();
        await host.StartAsync(cancellation);
        _host = host;
        // It stays where the others know it.
        _port = Cluster.Get(System).SelfAddress.Port!.Value;
    }

    /// <summary>Where there is no logger at all Akka writes to the console, and a node that is killed makes the others say much.</summary>
    private sealed class SilentLogger : ReceiveActor, IRequiresMessageQueue<ILoggerMessageQueueSemantics>
    {
        public SilentLogger()
        {
            Receive<InitializeLogger>(_ => Sender.Tell(new LoggerInitialized()));
            Receive<LogEvent>(_ => { });
        }
    }
}
