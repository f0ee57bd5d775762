using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Dispatch;
using Akka.Embedded.Remote;

namespace Akka.Embedded.Simulation;

/// <summary>One life of an actor system on a simulated machine.</summary>
public sealed class SimulatedProcess : IMailboxExecutor
{
    private readonly SimulatedTransport _transport;

    internal SimulatedProcess(SimulatedHost host)
    {
        Host = host;
        _transport = new SimulatedTransport(this);
    }

    public SimulatedHost Host { get; }

    public bool IsAlive { get; private set; } = true;

    /// <summary>The engine's seams, all of them simulated. For one actor system.</summary>
    /// <param name="throughput">Messages that an actor handles before another one's turn.</param>
    public ActorSystemSetup Setup(int throughput)
    {
        var setup = ActorSystemSetup.Empty
            .And(new EmbeddedSetup(this, new SimulatedScheduler(this), Host.Simulation.Random, throughput));
        return setup.And(new RemoteSetup(_transport, Host.Inbound));
    }

    /// <summary>
    /// Ends it here and now: mailboxes and timers are lost. <paramref name="silently"/>: as when the power goes, so peers hear nothing until the machine is
    /// back; otherwise as when the process is killed, and its connections are reset.
    /// </summary>
    public void Kill(bool silently)
    {
        if (!IsAlive) return;
        IsAlive = false;
        Host.IsDown = silently;
        _transport.Die(silently);
    }

    /// <summary>Runs something in this process soon: a request that comes from outside, or work of its own.</summary>
    public void Post(string kind, TimeSpan delay, Action action) => Run(kind, 0, null, delay, action);

    void IMailboxExecutor.Execute(IRunnable run)
    {
        if (!IsAlive) return;
        var (delay, detail, subject) = run is Mailbox mailbox
            ? (Host.DiskWait(mailbox.Dispatcher.Id), mailbox.Cell.Self.Path.GetHashCode(), (object)mailbox.Cell.Self.Path)
            : (TimeSpan.Zero, 0, run);
        Run("run", detail, subject, delay, run.Run);
    }

    internal void Run(string kind, int detail, object? subject, TimeSpan delay, Action action)
    {
        var (least, most) = Host.RunDelay;
        var own = Host.Simulation.Between(least, most) * Host.Slowness;
        Host.Simulation.Enqueue((delay + own).Ticks, new Happening(this, kind, detail, action, subject));
    }
}
