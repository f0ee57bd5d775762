using DynamoActors.Simulation.Runs;

return SimulationCommand.Run(args);
