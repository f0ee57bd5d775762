using DynamoActors.Simulation.Nemesis;

namespace DynamoActors.Simulation.Runs;

/// <summary>What a seed's run is made of, drawn before anything happens, from chances of its own.</summary>
internal sealed record RunPlan(
    int Seed, int Nodes, int Partitions, string Engine, int Throughput, int SegmentBytes, int Clients, int Keys, TimeSpan Duration,
        bool PowerLossAtEnd,
    IReadOnlyList<double> ClockRates, RepairPlan Repair, int RequestsMax)
{
    private const int NodesMax = 5;
    private const double DriftMax = 0.02;
    private const int RequestsMaxUsual = 10_000;

    /// <summary>Nodes may have so few requests under way that clients can exceed it.</summary>
    public bool IsTight => RequestsMax < RequestsMaxUsual;

    /// <param name="faults">Draws those of a run of that duration: when deletions may be dropped depends on them.</param>
    public static RunPlan Draw(int seed, Func<TimeSpan, FaultPlan> faults)
    {
        var random = new Random(seed ^ 0x5EED);
        var plan = new RunPlan(
            seed,
            Nodes: 3 + random.Next(NodesMax - 2),
            Partitions: 4 << random.Next(3),
            Engine: random.Next(3) == 0 ? "snapshot" : "lsm",
            Throughput: random.Next(2) == 0 ? 1 : 20,
            SegmentBytes: 64 * 1024 << random.Next(5),
            Clients: 3 + random.Next(6),
            Keys: 2 + random.Next(6),
            Duration: TimeSpan.FromSeconds(20 + random.Next(20)),
            PowerLossAtEnd: random.Next(2) == 0,
            ClockRates: DrawClockRates(random),
            RepairPlan.None, RequestsMaxUsual);
        return plan with
        {
            Repair = RepairPlan.Draw(random, faults(plan.Duration)),
            RequestsMax = random.Next(3) == 0 ? 8 << random.Next(3) : RequestsMaxUsual,
        };
    }

    // In every second run each machine's clocks have a pace of their own.
    private static double[] DrawClockRates(Random random)
    {
        bool drift = random.Next(2) == 0;
        var rates = new double[NodesMax];
        for (int index = 0; index < NodesMax; index++) rates[index] = drift ? 1 + (((random.NextDouble() * 2) - 1) * DriftMax) : 1;
        return rates;
    }

    public override string ToString() =>
        $"{Nodes} nodes, {Partitions} partitions, engine {Engine}, throughput {Throughput}, segments of {SegmentBytes} bytes, {Clients} "
            + $"clients on {Keys} keys for {Duration}, {RequestsMax} requests at most, {Repair}";
}
