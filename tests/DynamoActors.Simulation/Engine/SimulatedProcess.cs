using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Dispatch;
using DynamoActors.Links.Transport;

namespace DynamoActors.Simulation.Engine;

/// <summary>One life of an actor system on a simulated machine.</summary>
public sealed class SimulatedProcess
{
    /// <summary>The process whose actor system is being made on this thread: Akka.NET makes scheduler, provider and dispatchers by
    /// reflection.</summary>
    [ThreadStatic]
    private static SimulatedProcess? _starting;

    private readonly List<SimulatedTransport> _transports = [];

    internal SimulatedProcess(SimulatedHost host)
    {
        Host = host;
        Transport = NewTransport();
    }

    public static SimulatedProcess Starting =>
        _starting ?? throw new InvalidOperationException("No simulated process starts on this thread.");

    public SimulatedHost Host { get; }

    public bool IsAlive { get; private set; } = true;

    /// <summary>Of its actor system.</summary>
    internal SimulatedTransport Transport { get; }

    internal SimulatedTransport NewTransport()
    {
        var transport = new SimulatedTransport(this);
        _transports.Add(transport);
        return transport;
    }

    public ActorSystem CreateSystem(string name, ActorSystemSetup setup)
    {
        _starting = this;
        try
        {
            return ActorSystem.Create(name, setup);
        }
        finally
        {
            _starting = null;
        }
    }

    public void Kill(bool silently)
    {
        if (!IsAlive) return;
        IsAlive = false;
        Host.IsDown = silently;
        foreach (var transport in _transports) transport.Die(silently);
    }

    public void Post(string kind, TimeSpan delay, Action action) => Run(kind, 0, null, delay, action);

    internal void Run(string kind, int detail, object? subject, TimeSpan delay, Action action)
    {
        var (least, most) = Host.RunDelay;
        var own = Host.Simulation.Between(least, most) * Host.Slowness;
        Host.Simulation.Enqueue((delay + own).Ticks, new Happening(this, kind, detail, action, subject));
    }
}
