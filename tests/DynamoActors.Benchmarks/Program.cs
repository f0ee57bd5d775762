using DynamoActors.Benchmarks;

return args switch
{
    ["storage", .. var rest] => StorageBenchmarks.Run(rest),
    ["moves", .. var rest] => MoveBenchmarks.Run(rest),
    ["clients", .. { Length: > 0 } rest] => await ClientBenchmarks.RunAsync(rest),
    ["observed", .. { Length: > 0 } rest] => await ObservedBenchmarks.RunAsync(rest),
    ["garnet", var port] => ClientBenchmarks.RunGarnet(port),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine(
        "usage: DynamoActors.Benchmarks storage [options] | moves [DynamoActors.Server.dll [options]] | "
        + "clients DynamoActors.Server.dll [options] | observed DynamoActors.Server.dll [options]");
    return 2;
}
