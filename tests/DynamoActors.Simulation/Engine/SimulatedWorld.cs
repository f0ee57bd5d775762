namespace DynamoActors.Simulation.Engine;

/// <summary>
/// Many actor systems on one thread and in virtual time. Whatever can happen is an event in one queue; how long each takes to come is drawn
/// from the seed, so the seed decides every order. The same seed and the same build give the same <see cref="Trace"/>.
/// </summary>
/// <remarks>Not thread-safe, and nothing in it starts a thread: events run inside <see cref="Step"/>, one after the other.</remarks>
public sealed class SimulatedWorld
{
    /// <summary>What virtual time zero is on a clock for people.</summary>
    public static readonly DateTimeOffset Epoch = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly PriorityQueue<Happening, (long Due, long Order)> _queue = new();
    private readonly List<SimulatedHost> _hosts = [];
    private long _now;
    private long _order;

    public SimulatedWorld(int seed)
    {
        Random = new Random(seed);
        // Akka.NET's own chance: uids, gossip targets.
        ((ThreadLocal<Random>)typeof(Akka.Util.ThreadLocalRandom)
            .GetField("_rng", System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!
            .GetValue(null)!).Value = new Random(seed ^ 0x5EED);
        Current = this;
        Network = new SimulatedNetwork(this);
    }

    /// <summary>The one source of chance of everything that happens.</summary>
    public Random Random { get; }

    public SimulationTrace Trace { get; } = new();

    public SimulatedNetwork Network { get; }

    public IReadOnlyList<SimulatedHost> Hosts => _hosts;

    [ThreadStatic]
    private static SimulatedWorld? _current;

    public static SimulatedWorld? Current { get => _current; private set => _current = value; }

    public int ThreadId { get; } = Environment.CurrentManagedThreadId;

    /// <summary>How often another thread wanted something to run.</summary>
    public long Intrusions;

    public string? FirstIntrusion;

    public void Intruded(object what)
    {
        if (Interlocked.Increment(ref Intrusions) == 1) FirstIntrusion = $"{what} {Environment.StackTrace}";
    }

    /// <summary>Virtual time since the beginning.</summary>
    public TimeSpan Now => new(_now);

    /// <summary>How many events have run.</summary>
    public long Events { get; private set; }

    /// <summary>Adds a machine. Its name is at first its host name on the network, too.</summary>
    public SimulatedHost AddHost(string name)
    {
        var host = new SimulatedHost(this, name, _hosts.Count);
        _hosts.Add(host);
        return host;
    }

    /// <summary>Runs <paramref name="action"/> at that distance from now, on no machine: for what stands outside the simulated
    /// world.</summary>
    public void After(TimeSpan delay, Action action) => Enqueue(delay.Ticks, new Happening(null, "act", 0, action));

    /// <summary>Runs the next event; false if there is none.</summary>
    public bool Step()
    {
        if (!_queue.TryDequeue(out var next, out var when)) return false;
        _now = Math.Max(_now, when.Due);
        next.Happen();
        Events++;
        return true;
    }

    /// <summary>Runs everything that is due within that time; afterwards it is that much later.</summary>
    public void RunFor(TimeSpan time)
    {
        long until = _now + time.Ticks;
        while (_queue.TryPeek(out _, out var when) && when.Due <= until) Step();
        _now = until;
    }

    /// <summary>Runs until the condition holds, which is looked at after every event; false if the time passed before.</summary>
    public bool RunUntil(Func<bool> condition, TimeSpan atMost)
    {
        long until = _now + atMost.Ticks;
        while (!condition())
        {
            if (!_queue.TryPeek(out _, out var when) || when.Due > until)
            {
                _now = until;
                return condition();
            }
            Step();
        }
        return true;
    }

    /// <summary>A time between the two, each as likely.</summary>
    public TimeSpan Between(TimeSpan least, TimeSpan most) => new(least.Ticks + (long)(Random.NextDouble() * (most.Ticks - least.Ticks)));

    public bool Chance(double probability) => probability > 0 && Random.NextDouble() < probability;

    internal void Enqueue(long delayTicks, Happening happening)
    {
        if (Environment.CurrentManagedThreadId != ThreadId)
        {
            Intruded(happening);
            return;
        }
        _queue.Enqueue(happening, (_now + Math.Max(0, delayTicks), ++_order));
    }
}
