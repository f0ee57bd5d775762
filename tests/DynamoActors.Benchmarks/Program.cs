using DynamoActors.Benchmarks;

return args switch
{
    ["engine", .. var rest] => EngineBenchmarks.Run(rest),
    ["remote", .. var rest] => RemoteBenchmarks.Run(rest),
    ["storage", .. var rest] => StorageBenchmarks.Run(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: DynamoActors.Benchmarks engine | remote | storage [options]");
    return 2;
}
