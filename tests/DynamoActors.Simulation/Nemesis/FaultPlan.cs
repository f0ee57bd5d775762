using DynamoActors.Simulation.Runs;

namespace DynamoActors.Simulation.Nemesis;

/// <summary>
/// Draws which faults strike and when: either each for a while of its own, in any overlap, or swizzled (one after the other begins, then
/// they end one after the other in another order).
/// </summary>
internal sealed class FaultPlan
{
    private const int FaultsMax = 6;
    private const int NeglectsOneIn = 6;

    private static readonly (string Name, Func<Fault> Create)[] _kinds =
    [
        ("partition", () => new SymmetricPartition()),
        ("one-way", () => new OneWayPartition()),
        ("bridge", () => new BridgePartition()),
        ("flapping", () => new FlappingPartition()),
        ("packets", () => new PacketLoss()),
        ("messages", () => new MessageTroubles()),
        ("repairs", () => new PostponedRepairs()),
        ("links", () => new SlowLinks()),
        ("resets", () => new ConnectionResets()),
        ("pause", () => new Pause()),
        ("crash", () => new Crash()),
        ("crash-again", () => new Crash()),
        ("power", () => new PowerLossOfAll()),
        ("slow-node", () => new SlowNode()),
        ("slow-disk", () => new SlowDisk()),
        ("disk-full", () => new DiskFull()),
        ("wipe", () => new WipedDisk()),
        ("restore", () => new RestoredCheckpoint()),
        ("bit-flip", () => new BitFlip()),
        ("clock", () => new ClockJump()),
    ];

    private readonly List<Stroke> _strokes = [];
    private Ordeal? _ordeal;

    private FaultPlan() { }

    public static IEnumerable<string> Kinds => _kinds.Select(kind => kind.Name);

    /// <param name="ordeal">Has the run to itself; null: any other faults are drawn.</param>
    public static FaultPlan Draw(Random random, TimeSpan duration, Ordeal? ordeal = null)
    {
        var plan = new FaultPlan { _ordeal = ordeal };
        if (ordeal is not null)
        {
            plan._strokes.Add(new Stroke(ordeal, duration * (random.NextDouble() * 0.3), duration));
            return plan;
        }
        if (random.Next(NeglectsOneIn) == 0)
        {
            plan.Neglect(random, duration);
            return plan;
        }
        int count = random.Next(FaultsMax + 1);
        var chosen = Enumerable.Range(0, count).Select(_ => _kinds[random.Next(_kinds.Length)].Create()).ToArray();
        if (random.Next(3) == 0) plan.Swizzle(chosen, random, duration);
        else
            foreach (var fault in chosen)
            {
                var begin = duration * (random.NextDouble() * 0.8);
                plan._strokes.Add(new Stroke(fault, begin, begin + ((duration - begin) * random.NextDouble())));
            }
        return plan;
    }

    /// <summary>All of them together.</summary>
    public TimeSpan MessagesLate => new(_strokes.Sum(stroke => stroke.MessagesLate.Ticks));

    /// <summary>Lets them strike from now on.</summary>
    public void Unleash(Observed run)
    {
        foreach (var stroke in _strokes)
        {
            run.Cluster.Simulation.After(stroke.Begin, () => stroke.Strike(run));
            run.Cluster.Simulation.After(stroke.End, () => stroke.Relent(run));
        }
    }

    /// <summary>Nothing begins any more, and what has steps to go through is through.</summary>
    public bool IsOver => _ordeal is not { IsOver: false };

    /// <summary>Owners differ for long although all nodes can be reached.</summary>
    public bool IsNeglect { get; private set; }

    // Nodes are apart for a while, and what could make good afterwards what some missed is put off to the end.
    private void Neglect(Random random, TimeSpan duration)
    {
        IsNeglect = true;
        var apart = duration * (0.1 + (random.NextDouble() * 0.1));
        _strokes.Add(new Stroke(new SymmetricPartition(), apart, apart + (duration * 0.3)));
        _strokes.Add(new Stroke(new PostponedRepairs(), apart, duration * 0.98));
    }

    private void Swizzle(Fault[] faults, Random random, TimeSpan duration)
    {
        var ends = Enumerable.Range(0, faults.Length).ToArray();
        random.Shuffle(ends);
        var step = duration / ((2 * faults.Length) + 1);
        for (int index = 0; index < faults.Length; index++)
            _strokes.Add(new Stroke(faults[index], step * (index + 1), step * (faults.Length + 1 + ends[index])));
    }

    private sealed class Stroke(Fault fault, TimeSpan begin, TimeSpan end)
    {
        private bool _struck;

        public TimeSpan Begin { get; } = begin;

        public TimeSpan End { get; } = end;

        public TimeSpan MessagesLate => fault.MessagesLate;

        public void Strike(Observed run)
        {
            _struck = fault.Begin(run);
            if (_struck) run.Faults.Note($"begins: {fault.Name} ({fault.Target})");
        }

        public void Relent(Observed run)
        {
            if (!_struck) return;
            run.Faults.Note($"ends: {fault.Name} ({fault.Target})");
            fault.End(run);
        }
    }
}
