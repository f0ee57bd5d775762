using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Akka.Embedded;

namespace Akka.Dispatch;

/// <summary>A system's dispatchers, each made from the configuration under its id when it is first asked for.</summary>
public sealed class Dispatchers
{
    public static readonly string DefaultDispatcherId = "akka.actor.default-dispatcher";

    internal static readonly string InternalDispatcherId = "akka.actor.internal-dispatcher";

    private readonly ConcurrentDictionary<string, Func<MessageDispatcher>> _makers = new();
    private readonly Settings _settings;
    private readonly EmbeddedSetup? _embedded;
    private int _pinned;

    internal Dispatchers(Settings settings)
    {
        _settings = settings;
        _embedded = settings.Setup.Get<EmbeddedSetup>().GetOrElse(null!);
        DefaultGlobalDispatcher = Lookup(DefaultDispatcherId);
        InternalDispatcher = Lookup(InternalDispatcherId);
    }

    public MessageDispatcher DefaultGlobalDispatcher { get; }

    /// <summary>For the engine's own actors.</summary>
    internal MessageDispatcher InternalDispatcher { get; }

    /// <summary>The dispatcher of that id; a pinned one is new each time, for it belongs to one actor.</summary>
    public MessageDispatcher Lookup(string dispatcherName)
    {
        if (ReferenceEquals(dispatcherName, DefaultDispatcherId) && DefaultGlobalDispatcher is { } usual)
            return usual;
        return _makers.GetOrAdd(dispatcherName, MakerOf)();
    }

    private Func<MessageDispatcher> MakerOf(string id)
    {
        Config own = _settings.Config.GetConfig(id) ?? throw new ConfigurationException(
            $"There is no dispatcher '{id}': configure it under that path, with at least a type.");
        Config config = own.WithFallback(_settings.Config.GetConfig(DefaultDispatcherId));
        int throughput = _embedded?.Throughput ?? config.GetInt("throughput");
        if (throughput < 1)
            throw new ConfigurationException($"{id}.throughput is {throughput}: a dispatcher must handle at least 1 message a run.");
        string type = config.GetString("type");
        if (type is not ("Dispatcher" or "PinnedDispatcher"))
            throw new ConfigurationException($"{id}.type is '{type}': it must be Dispatcher or PinnedDispatcher.");
        if (_embedded?.Executor is { } executor)
        {
            var embedded = new EmbeddedDispatcher(id, throughput, executor);
            return () => embedded;
        }
        if (type == "PinnedDispatcher")
            return () => new PinnedDispatcher(id, throughput, $"{_settings.System.Name}-{id}-{Interlocked.Increment(ref _pinned)}");
        var pooled = new Dispatcher(id, throughput);
        return () => pooled;
    }

    private sealed class EmbeddedDispatcher(string id, int throughput, IMailboxExecutor executor) : MessageDispatcher(id, throughput)
    {
        internal override void Execute(IRunnable run) => executor.Execute(run);
    }
}
