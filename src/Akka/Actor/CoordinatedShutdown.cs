using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace Akka.Actor;

/// <summary>
/// Ends a system in phases: the tasks of one run together, the next begins when all have ended or the phase's time is up. Phases,
/// their order and times are configured under <c>akka.coordinated-shutdown.phases</c>. Runs once, for the first reason given.
/// </summary>
public sealed class CoordinatedShutdown : IExtension
{
    public const string PhaseBeforeServiceUnbind = "before-service-unbind";
    public const string PhaseServiceUnbind = "service-unbind";
    public const string PhaseServiceRequestsDone = "service-requests-done";
    public const string PhaseServiceStop = "service-stop";
    public const string PhaseBeforeClusterShutdown = "before-cluster-shutdown";
    public const string PhaseClusterLeave = "cluster-leave";
    public const string PhaseClusterExiting = "cluster-exiting";
    public const string PhaseClusterExitingDone = "cluster-exiting-done";
    public const string PhaseClusterShutdown = "cluster-shutdown";
    public const string PhaseBeforeActorSystemTerminate = "before-actor-system-terminate";
    public const string PhaseActorSystemTerminate = "actor-system-terminate";

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Phase> _phases;
    private readonly List<string> _order;
    private readonly ActorSystemImpl _system;
    private readonly ILoggingAdapter _log;
    private Task<Done>? _run;

    internal CoordinatedShutdown(ActorSystemImpl system)
    {
        _system = system;
        _log = Logging.GetLogger(system.EventStream, this);
        _phases = ReadPhases(system.Settings.Config.GetConfig("akka.coordinated-shutdown"));
        _order = Order(_phases);
        if (system.Settings.CoordinatedShutdownTerminateActorSystem)
            AddTask(PhaseActorSystemTerminate, "terminate-system", async () =>
            {
                await system.StopActors();
                return Done.Instance;
            });
    }

    /// <summary>Why it was run; null until then.</summary>
    public Reason? ShutdownReason { get; private set; }

    /// <summary>Longest time that all phases together may take.</summary>
    public TimeSpan TotalTimeout => _order.Aggregate(TimeSpan.Zero, (sum, phase) => sum + Timeout(phase));

    public static CoordinatedShutdown Get(ActorSystem sys) => new CoordinatedShutdownExtension().Get(sys);

    public TimeSpan Timeout(string phase) => PhaseOf(phase).Timeout;

    /// <summary>Adds work to a phase that has not begun yet.</summary>
    public void AddTask(string phase, string taskName, Func<Task<Done>> task)
    {
        lock (_lock)
            PhaseOf(phase).Tasks.Add((taskName, task));
    }

    /// <param name="fromPhase">Where to begin, leaving out what comes before it; null: at the first.</param>
    public Task<Done> Run(Reason reason, string? fromPhase = null)
    {
        if (fromPhase is not null)
            PhaseOf(fromPhase);
        lock (_lock)
        {
            if (_run is null)
            {
                ShutdownReason = reason;
                int first = fromPhase is null ? 0 : _order.IndexOf(fromPhase);
                _run = new DispatcherContext(_system.Dispatchers.InternalDispatcher).Begin(() => RunPhases(first));
            }
            return _run;
        }
    }

    private async Task<Done> RunPhases(int first)
    {
        foreach (string name in _order.Skip(first))
        {
            Phase phase = _phases[name];
            (string Name, Func<Task<Done>> Run)[] tasks;
            lock (_lock)
                tasks = [.. phase.Tasks];
            if (!phase.Enabled || tasks.Length == 0)
                continue;
            _log.Debug("Coordinated shutdown: phase {0} with {1} tasks", name, tasks.Length);
            await RunPhase(name, phase, tasks);
        }
        return Done.Instance;
    }

    private async Task RunPhase(string name, Phase phase, (string Name, Func<Task<Done>> Run)[] tasks)
    {
        var ended = new TaskCompletionSource<bool>();
        Exception? failure = null;
        int running = tasks.Length;
        var timer = new Cancelable(_system.Scheduler);
        try
        {
            _system.Scheduler.Advanced.ScheduleOnce(phase.Timeout, () => ended.TrySetResult(false), timer);
        }
        catch (SchedulerException)
        {
            // The system has ended by itself: there is no timer left, and the application's tasks run all the same.
        }
        foreach ((string taskName, Func<Task<Done>> run) in tasks)
            _ = RunTask(taskName, run);
        bool inTime = await ended.Task;
        timer.Cancel();
        if (failure is not null)
            throw new InvalidOperationException($"Coordinated shutdown ends in phase {name}, of which a task failed: {failure.Message}", failure);
        if (inTime)
            return;
        _log.Warning("Coordinated shutdown: phase {0} took longer than {1}, going on without it", name, phase.Timeout);
        if (!phase.Recover)
            throw new TimeoutException($"Coordinated shutdown ends in phase {name}, which took longer than {phase.Timeout}.");

        async Task RunTask(string taskName, Func<Task<Done>> run)
        {
            try
            {
                await run();
            }
            catch (Exception cause)
            {
                _log.Warning(cause, "Coordinated shutdown: task {0} in phase {1} failed: {2}", taskName, name, cause.Message);
                if (!phase.Recover)
                    failure = cause;
            }
            if (Interlocked.Decrement(ref running) == 0)
                ended.TrySetResult(true);
        }
    }

    private Phase PhaseOf(string phase) => _phases.TryGetValue(phase, out Phase? found) ? found : throw new ArgumentException(
        $"There is no shutdown phase '{phase}': those configured are {string.Join(", ", _order)}.");

    private static Dictionary<string, Phase> ReadPhases(Config config)
    {
        TimeSpan usual = config.GetTimeSpan("default-phase-timeout");
        var phases = new Dictionary<string, Phase>();
        foreach ((string name, _) in config.GetConfig("phases").AsEnumerable())
        {
            Config? own = config.GetConfig($"phases.{name}");
            phases.Add(name, new Phase(
                own?.GetStringList("depends-on") ?? [],
                own?.GetTimeSpan("timeout", usual) ?? usual,
                own?.GetBoolean("recover", true) ?? true,
                own?.GetBoolean("enabled", true) ?? true));
        }
        return phases;
    }

    /// <summary>Each phase behind all that it depends on; otherwise by name, so that the order is the same every time.</summary>
    private static List<string> Order(Dictionary<string, Phase> phases)
    {
        var order = new List<string>();
        var visiting = new HashSet<string>();
        foreach (string name in phases.Keys.Order(StringComparer.Ordinal))
            Visit(name);
        return order;

        void Visit(string name)
        {
            if (order.Contains(name))
                return;
            if (!visiting.Add(name))
                throw new ConfigurationException($"The shutdown phases depend on each other in a circle through '{name}'.");
            if (phases.TryGetValue(name, out Phase? phase))
            {
                foreach (string before in phase.DependsOn)
                    Visit(before);
                order.Add(name);
            }
        }
    }

    private sealed record Phase(IList<string> DependsOn, TimeSpan Timeout, bool Recover, bool Enabled)
    {
        internal List<(string Name, Func<Task<Done>> Run)> Tasks { get; } = [];
    }

    /// <summary>Why a system is shut down.</summary>
    public class Reason
    {
        protected Reason()
        {
        }

        public override string ToString() => GetType().Name;
    }

    public sealed class UnknownReason : Reason
    {
        public static readonly Reason Instance = new UnknownReason();

        private UnknownReason()
        {
        }
    }

    public sealed class ActorSystemTerminateReason : Reason
    {
        public static readonly Reason Instance = new ActorSystemTerminateReason();

        private ActorSystemTerminateReason()
        {
        }
    }

    public sealed class ClrExitReason : Reason
    {
        public static readonly Reason Instance = new ClrExitReason();

        private ClrExitReason()
        {
        }
    }

    public sealed class ClusterDowningReason : Reason
    {
        public static readonly Reason Instance = new ClusterDowningReason();

        private ClusterDowningReason()
        {
        }
    }

    public sealed class ClusterLeavingReason : Reason
    {
        public static readonly Reason Instance = new ClusterLeavingReason();

        private ClusterLeavingReason()
        {
        }
    }

    public sealed class ClusterJoinUnsuccessfulReason : Reason
    {
        public static readonly Reason Instance = new ClusterJoinUnsuccessfulReason();

        private ClusterJoinUnsuccessfulReason()
        {
        }
    }
}

public sealed class CoordinatedShutdownExtension : ExtensionIdProvider<CoordinatedShutdown>
{
    public override CoordinatedShutdown CreateExtension(ExtendedActorSystem system)
    {
        var shutdown = new CoordinatedShutdown(system.Impl);
        if (system.Settings.Config.GetBoolean("akka.coordinated-shutdown.run-by-clr-shutdown-hook"))
        {
            EventHandler whenProcessEnds = (_, _) =>
                shutdown.Run(CoordinatedShutdown.ClrExitReason.Instance).Wait(shutdown.TotalTimeout);
            AppDomain.CurrentDomain.ProcessExit += whenProcessEnds;
            system.RegisterOnTermination(() => AppDomain.CurrentDomain.ProcessExit -= whenProcessEnds);
        }
        return shutdown;
    }
}
