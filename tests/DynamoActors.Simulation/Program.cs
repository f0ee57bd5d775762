using System.Diagnostics;
using DynamoActors.Simulation.Runs;
using DynamoActors.Simulation.Sabotages;
using DynamoActors.Simulation.World;

var clock = Stopwatch.StartNew();
for (int seed = 1; seed < 4; seed++)
{
    var simulation = new Akka.Embedded.Simulation.Simulation(seed);
    if (args.Length > 0) { simulation.Trace.Writer = Console.WriteLine; TraceLogger.Writer = Console.WriteLine; }
    var cluster = new SimulatedCluster(simulation, RunPlan.Draw(seed), Sabotage.None);
    foreach (var node in cluster.Nodes) if (!node.TryStart(out var e)) throw e!;
    Console.WriteLine($"started {clock.ElapsedMilliseconds}");
    bool whole = simulation.RunUntil(() => cluster.IsWhole, TimeSpan.FromSeconds(60));
    Console.WriteLine($"{whole} {simulation.Now} {simulation.Events} events {clock.ElapsedMilliseconds} ms {simulation.Trace.Hash:x16} {cluster.Plan}");
    simulation.RunFor(TimeSpan.FromSeconds(100));
    Console.WriteLine($"{simulation.Now} {simulation.Events} events {clock.ElapsedMilliseconds} ms {simulation.Trace.Hash:x16}");
}
