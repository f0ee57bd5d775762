namespace DynamoActors.Simulation.Runs;

/// <summary>What a seed's run is made of, drawn before anything happens, from chances of its own.</summary>
internal sealed record RunPlan(
    int Seed, int Nodes, int Partitions, string Engine, int Throughput, int SegmentBytes, int Clients, int Keys, TimeSpan Duration, bool PowerLossAtEnd)
{
    public static RunPlan Draw(int seed)
    {
        var random = new Random(seed ^ 0x5EED);
        return new RunPlan(
            seed,
            Nodes: 3 + random.Next(3),
            Partitions: 4 << random.Next(3),
            Engine: random.Next(3) == 0 ? "snapshot" : "lsm",
            Throughput: random.Next(2) == 0 ? 1 : 20,
            SegmentBytes: 64 * 1024 << random.Next(5),
            Clients: 3 + random.Next(6),
            Keys: 2 + random.Next(6),
            Duration: TimeSpan.FromSeconds(20 + random.Next(20)),
            PowerLossAtEnd: random.Next(2) == 0);
    }

    public override string ToString() =>
        $"{Nodes} nodes, {Partitions} partitions, engine {Engine}, throughput {Throughput}, segments of {SegmentBytes} bytes, {Clients} clients on {Keys} keys for {Duration}";
}
