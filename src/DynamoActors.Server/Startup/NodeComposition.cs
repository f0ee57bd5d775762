using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Hosting;
using DynamoActors.Node.Hosting;
using DynamoActors.Node.Local;
using DynamoActors.Node.Membership;
using DynamoActors.Node.Requests;
using DynamoActors.Node.Telemetry;
using DynamoActors.Server.Repair;
using DynamoActors.Server.Security;
using DynamoActors.Storage;
using DynamoActors.Storage.Background;
using DynamoActors.Storage.Backup;
using DynamoActors.Storage.Engines;
using DynamoActors.Storage.Files;
using DynamoActors.Storage.Lsm.Engine;
using DynamoActors.Storage.Repair;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DynamoActors.Server.Startup;

/// <summary>
/// Puts one node together: its store, its actor system, its actors. The store stays open while the actor system starts again, but for a
/// repair.
/// </summary>
internal sealed class NodeComposition : IRunningNode, IStoreCare
{
    private readonly CheckedConfiguration _configuration;
    private readonly ILoggerFactory _logs;
    private readonly ILogger _log;
    private readonly BackgroundThread _background;
    private readonly StorageOptions _options;
    private readonly StoreScrub _scrub;
    private readonly ConcurrentDictionary<string, byte> _damaged = new(StringComparer.Ordinal);
    private readonly NodeDoor _door = new();
    private readonly TaskCompletionSource<string> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _starting = new(1);
    private readonly string _repairAdvice;
    private readonly NodeMeter _meter;
    private LocalStore _store = null!;
    private volatile Checkpoints? _checkpoints;
    private IHost _host = null!;
    private bool _isDisposed;

    private NodeComposition(CheckedConfiguration configuration, string repairAdvice, ILoggerFactory logs, NodeMeter meter)
    {
        _configuration = configuration;
        _meter = meter;
        _logs = logs;
        _repairAdvice = repairAdvice;
        _log = logs.CreateLogger("DynamoActors.Server");
        var storage = logs.CreateLogger("DynamoActors.Storage");
        _background = new BackgroundThread(
            $"{configuration.Node.Name}-storage", failure => storage.LogError(failure, "The store's background work failed"));
        _options = configuration.Stores.OptionsFor(configuration.Node.StoreDirectory, _background) with
        {
            RepairAdvice = repairAdvice,
            LogSynced = meter.LogSynced,
            DamageFound = file =>
            {
                _damaged.TryAdd(file, 0);
                storage.LogError("{File} is damaged: what cannot be read here the other replicas serve. 'pbm repair' mends it while the "
                    + "node runs. Or: {Advice}", file, repairAdvice);
            },
        };
        _scrub = new StoreScrub(() => [.. _damaged.Keys.Order(StringComparer.Ordinal)], file => _damaged.TryAdd(file, 0),
            new ScrubFile(_options.FileSystem, configuration.Node.StoreDirectory, _options.Directory));
        try
        {
            OpenStore();
        }
        catch
        {
            _background.Dispose();
            throw;
        }
    }

    public IStoreNode Node => _door;

    public IStoreCare Care => this;

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
        CloseStore();
        _background.Dispose();
    }

    public IReadOnlyList<ActorView> Actors => ActorTree.Of(_host.Services.GetRequiredService<ActorSystem>());

    public Checkpoints? Checkpoints => _checkpoints;

    public ScrubState Scrub => _scrub.State;

    public ScrubState BeginScrub(long bytesPerSecond)
    {
        // Of the other engines all is read at the start.
        if (_checkpoints is not null && _store.Engine is LsmEngine engine) _scrub.Begin(engine, bytesPerSecond);
        return Scrub;
    }

    public ScrubState PauseScrub()
    {
        _scrub.Pause();
        return Scrub;
    }

    public async Task<IReadOnlyList<Finding>> RepairAsync()
    {
        await _starting.WaitAsync();
        try
        {
            string[] suspects = [.. _damaged.Keys];
            if (_isDisposed || suspects.Length == 0) return [];
            _log.LogWarning("{Node} stops its actors to take {Count} damaged files out of its store", _configuration.Node.Name,
                suspects.Length);
            await StopActorsAsync();
            CloseStore();
            var findings = RepairProgram.CheckerOf(_options with { DamageFound = null }, suspects).Run();
            _damaged.Clear();
            OpenStore();
            await StartActorsAsync(CancellationToken.None);
            foreach (var finding in findings)
                _log.LogWarning("{Damage}. {Done} Lost here: {Lost}", finding.Damage.TrimEnd('.'), finding.Done, finding.Lost);
            return findings;
        }
        catch (Exception failure)
        {
            _ended.TrySetResult($"its store could not be opened again after a repair: {failure.Message}");
            throw;
        }
        finally
        {
            _starting.Release();
        }
    }

    private void OpenStore()
    {
        var settings = _configuration.Node;
        var engine = StorageEngines.Open(settings.StoreEngine, _options);
        _store = NodeMaterial.StoreOver(engine, settings);
        _checkpoints = new Checkpoints(engine, _options.FileSystem, Path.Combine(settings.StoreDirectory, "checkpoints"),
            [DiskJournalSetup.PathOf(_configuration.JournalDirectory, "ring")], TimeProvider.System);
    }

    private void CloseStore()
    {
        _scrub.Pause();
        var checkpoints = _checkpoints;
        _checkpoints = null;
        checkpoints?.Dispose();
        _store.Dispose();
    }

    private async Task StartActorsAsync(CancellationToken cancellation)
    {
        var parts = new NodeParts
        {
            Settings = _configuration.Node,
            Store = _store,
            Links = NodeMaterial.Links(_configuration.Security.Peers?.Links),
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
                .SecureRemoting(_configuration.Security.Peers)
                .ConfigureLoggers(loggers =>
                {
                    loggers.LogLevel = _configuration.Akka.ActorLevel;
                    loggers.ClearLoggers().AddLogger<ActorLog>();
                })
                .AddHocon(DynamoNode.Configuration, HoconAddMode.Prepend)
                .WithDynamoNode(_ => parts, journal, (_, started) => node = started))).Build();
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
            if (_starting.CurrentCount == 0) return;
            if (!SecureAkka.HasMetStranger(system)) _ended.TrySetResult("the log above says why");
            else _ = RestartAsync("A node that was dialled did not prove to be of this cluster (dynamo.security): the actors start again");
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
