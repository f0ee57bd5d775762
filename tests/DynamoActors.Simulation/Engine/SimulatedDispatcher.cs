using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;

namespace DynamoActors.Simulation.Engine;

/// <summary>The <c>type</c> of every dispatcher.</summary>
public sealed class SimulatedDispatcherConfigurator : MessageDispatcherConfigurator
{
    private readonly SimulatedDispatcher _dispatcher;

    public SimulatedDispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites)
        : base(config, prerequisites) =>
        _dispatcher = new SimulatedDispatcher(this, config.GetString("id"), ((SimulatedScheduler)prerequisites.Scheduler).Process,
            prerequisites.Settings.Config.GetInt("simulation.throughput", 5));

    public override MessageDispatcher Dispatcher() => _dispatcher;
}

/// <summary>Each run of a mailbox is an event, a drawn moment later; what waits for the disk, later still.</summary>
public sealed class SimulatedDispatcher : MessageDispatcher
{
    private readonly SimulatedProcess _process;
    private readonly Dictionary<IRunnable, Box> _boxes = new(ReferenceEqualityComparer.Instance);

    public SimulatedDispatcher(MessageDispatcherConfigurator configurator, string id, SimulatedProcess process, int throughput)
        : base(configurator)
    {
        Id = id;
        Throughput = throughput;
        ShutdownTimeout = TimeSpan.FromSeconds(1);
        _process = process;
    }

    public override void Attach(ActorCell cell)
    {
        string path = cell.Self.Path.ToStringWithoutAddress();
        // A counter of the whole operating system process is in its name.
        if (path.StartsWith("/system/EventStreamUnsubscriber-", StringComparison.Ordinal)) path = "/system/EventStreamUnsubscriber";
        _boxes[cell.Mailbox!] = new Box(path, StableHash(path), ((IRunnable)cell.Mailbox!).Run);
        base.Attach(cell);
    }

    public override void Detach(ActorCell cell)
    {
        if (cell.Mailbox is { } mailbox) _boxes.Remove(mailbox);
        base.Detach(cell);
    }

    protected override void ExecuteTask(IRunnable run)
    {
        if (Environment.CurrentManagedThreadId != _process.Host.Simulation.ThreadId)
        {
            _process.Host.Simulation.Intruded(run);
            return;
        }
        if (!_process.IsAlive) return;
        if (_boxes.TryGetValue(run, out var box)) _process.Run("run", box.Hash, box.Path, _process.Host.DiskWait(Id), box.Run);
        else _process.Run("run", 0, run, TimeSpan.Zero, run.Run);
    }

    protected override void Shutdown()
    {
    }

    private static int StableHash(string text)
    {
        uint hash = 2166136261;
        foreach (char c in text) hash = (hash ^ c) * 16777619;
        return (int)hash;
    }

    private sealed record Box(string Path, int Hash, Action Run);
}
