using DynamoActors.Simulation.Engine;
using DynamoActors.Simulation.Runs;

// Akka.NET keeps children by name in a hash table, so that the order in which they stop follows the hashes of strings.
StringHashes.Fix(42);
return SimulationCommand.Run(args);
