using DynamoActors.Benchmarks;

return args switch
{
    ["storage", .. var rest] => StorageBenchmarks.Run(rest),
    ["moves", .. var rest] => MoveBenchmarks.Run(rest),
    ["clients", .. { Length: > 0 } servers] => ClientBenchmarks.Run(servers),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine(
        "usage: DynamoActors.Benchmarks storage [options] | clients name=host:port… | moves [DynamoActors.Server.dll [options]]");
    return 2;
}
