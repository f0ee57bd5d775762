using System.Security.Cryptography;
using Akka.Actor;
using Akka.Hosting;
using DynamoActors.Links;
using DynamoActors.Links.Transport;
using DynamoActors.Node.Hosting;
using DynamoActors.Node.Local;
using DynamoActors.Node.Membership;
using DynamoActors.Node.Requests;
using DynamoActors.Node.Telemetry;
using DynamoActors.Storage;
using DynamoActors.Storage.Background;
using DynamoActors.Storage.Engines;
using DynamoActors.Storage.Files;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DynamoActors.Server.Startup;

/// <summary>
/// Puts one node together: its store, its actor system, its actors. The store stays open while the actor system starts again.
/// </summary>
internal sealed class NodeComposition : IRunningNode
{
    private readonly CheckedConfiguration _configuration;
    private readonly ILoggerFactory _logs;
    private readonly ILogger _log;
    private readonly BackgroundThread _background;
    private readonly LocalStore _store;
    private readonly NodeDoor _door = new();
    private readonly TaskCompletionSource<string> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _starting = new(1);
    private readonly string _repairAdvice;
    private readonly NodeMeter _meter;
    private IHost _host = null!;
    private bool _isDisposed;

    private NodeComposition(CheckedConfiguration configuration, string repairAdvice, ILoggerFactory logs, NodeMeter meter)
    {
        _configuration = configuration;
        _meter = meter;
        _logs = logs;
        _repairAdvice = repairAdvice;
        _log = logs.CreateLogger("DynamoActors.Server");
        var settings = configuration.Node;
        var log = logs.CreateLogger("DynamoActors.Storage");
        _background = new BackgroundThread(
            $"{settings.Name}-storage", failure => log.LogError(failure, "The store's background work failed"));
        try
        {
            var options = configuration.Stores.OptionsFor(settings.StoreDirectory, _background) with
            {
                RepairAdvice = repairAdvice,
                LogSynced = meter.LogSynced,
                DamageFound = file =>
                    log.LogError("{File} is damaged: what cannot be read here the other replicas serve. {Advice}", file, repairAdvice),
            };
            var engine = StorageEngines.Open(settings.StoreEngine, options);
            _store = new LocalStore(
                engine, settings.Name, () => BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))), settings.HintBytesMax);
        }
        catch
        {
            _background.Dispose();
            throw;
        }
    }

    public IStoreNode Node => _door;

    public Task<string> Ended => _ended.Task;

    public bool HasLeft { get; private set; }

    /// <param name="repairAdvice">What the log tells to do about damaged files.</param>
    /// <exception cref="StorageException">The data directory cannot be used.</exception>
    public static async Task<IRunningNode> StartAsync(
        CheckedConfiguration configuration, string repairAdvice, ILoggerFactory logs, NodeMeter meter, CancellationToken cancellation)
    {
        var composition = new NodeComposition(configuration, repairAdvice, logs, meter);
        try
        {
            await composition.StartActorsAsync(cancellation);
            return composition;
        }
        catch
        {
            await composition.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _starting.WaitAsync();
        _isDisposed = true;
        await StopActorsAsync();
        _store.Dispose();
        _background.Dispose();
    }

    private async Task StartActorsAsync(CancellationToken cancellation)
    {
        var parts = new NodeParts
        {
            Settings = _configuration.Node,
            Store = _store,
            Links = (owner, options) =>
                new PeerLinks(new SocketTransport(new SocketOptions(TimeSpan.FromSeconds(1), options.SilenceMax * 3)), owner, options),
            Meter = _meter,
            Ending = OnEnding,
        };
        var journal = new DiskJournalSetup(new RealFileSystem(), _configuration.JournalDirectory)
        {
            RepairAdvice = _repairAdvice,
        };
        IStoreNode? node = null;
        _host = new HostBuilder().ConfigureServices(services => services
            .AddSingleton(_logs)
            .AddAkka(NodeConfiguration.ActorSystemName, builder => builder
                .AddHocon(_configuration.Config, HoconAddMode.Prepend)
                .AddHocon($"akka.stdout-logger-class = \"{typeof(LogOutsideOfActors).AssemblyQualifiedName}\"", HoconAddMode.Prepend)
                .AddSetup(new ActorLogSetup(_logs))
                .ConfigureLoggers(loggers =>
                {
                    loggers.LogLevel = _configuration.Akka.ActorLevel;
                    loggers.ClearLoggers().AddLogger<ActorLog>();
                })
                .WithDynamoNode(parts, journal, started => node = started))).Build();
        await _host.StartAsync(cancellation);
        _door.Node = node!;
        Watch(_host.Services.GetRequiredService<ActorSystem>());
    }

    private async Task StopActorsAsync()
    {
        if (_host is null) return;
        await _host.StopAsync();
        _host.Dispose();
    }

    private void Watch(ActorSystem system) => system.WhenTerminated.ContinueWith(
        _ =>
        {
            if (_starting.CurrentCount > 0) _ended.TrySetResult("the log above says why");
        }, TaskScheduler.Default);

    private void OnEnding(NodeEnding ending)
    {
        if (ending.HasLeft) HasLeft = true;
        if (!ending.IsRestart) _ended.TrySetResult(ending.Reason);
        else _ = Task.Run(() => RestartAsync(ending.Reason));
    }

    private async Task RestartAsync(string reason)
    {
        // Asked for again and again, until it happens.
        if (!await _starting.WaitAsync(TimeSpan.Zero)) return;
        try
        {
            if (_isDisposed) return;
            _log.LogWarning("{Reason}", reason);
            await StopActorsAsync();
            await StartActorsAsync(CancellationToken.None);
        }
        catch (Exception failure)
        {
            _ended.TrySetResult($"its actors could not be started again: {failure.Message}");
        }
        finally
        {
            _starting.Release();
        }
    }
}
