namespace DynamoActors.Simulation.Engine;

/// <summary>One machine: how fast it is, what its clock says, whether it stands still, and the process on it.</summary>
public sealed class SimulatedHost
{
    private readonly Queue<Happening> _parked = new();

    internal SimulatedHost(SimulatedWorld simulation, string name, int index)
    {
        Simulation = simulation;
        Name = Address = name;
        Index = index;
    }

    public SimulatedWorld Simulation { get; }

    public string Name { get; }

    public int Index { get; }

    /// <summary>Its host name on the network.</summary>
    public string Address { get; private set; }

    /// <summary>The process that runs now; null: none does.</summary>
    public SimulatedProcess? Process { get; private set; }

    /// <summary>Switched off: it does not even refuse connections.</summary>
    public bool IsDown { get; internal set; }

    /// <summary>The machine stands still: nothing runs on it, what reaches it waits.</summary>
    public bool IsPaused { get; private set; }

    /// <summary>How many times longer everything takes.</summary>
    public double Slowness { get; set; } = 1;

    /// <summary>How far the clock for people is off.</summary>
    public TimeSpan ClockOffset { get; set; }

    /// <summary>How fast its clocks run; 1 is right. Changed only between processes: within one, monotonic time must stay
    /// monotonic.</summary>
    public double ClockRate { get; set; } = 1;

    /// <summary>Dispatchers whose actors wait for the disk, with how long it takes each time.</summary>
    public Func<string, TimeSpan> DiskWait { get; set; } = _ => TimeSpan.Zero;

    /// <summary>What happens to messages that arrive from other machines; null: they are delivered.</summary>
    public IInboundDelivery? Inbound { get; set; }

    /// <summary>The shortest and longest time between a mailbox getting something and running.</summary>
    public (TimeSpan Least, TimeSpan Most) RunDelay { get; set; } = (TimeSpan.FromMicroseconds(1), TimeSpan.FromMicroseconds(40));

    /// <summary>Starts a process: make an actor system with its <see cref="SimulatedProcess.Setup"/>. The one before must have
    /// ended.</summary>
    public SimulatedProcess StartProcess()
    {
        if (Process is { IsAlive: true }) throw new InvalidOperationException($"{Name} runs a process already.");
        IsDown = false;
        return Process = new SimulatedProcess(this);
    }

    /// <summary>Its next process is found under another address; at the former one nobody answers any more.</summary>
    public void MoveTo(string address)
    {
        if (Process is { IsAlive: true }) throw new InvalidOperationException($"{Name} runs a process at {Address}.");
        Simulation.Network.Abandon(Address);
        Address = address;
    }

    public void Pause() => IsPaused = true;

    public void Resume()
    {
        IsPaused = false;
        while (_parked.TryDequeue(out var waiting)) Simulation.Enqueue(0, waiting);
    }

    internal void Park(Happening happening) => _parked.Enqueue(happening);
}
