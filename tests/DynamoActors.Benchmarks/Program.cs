using DynamoActors.Benchmarks;

return args switch
{
    ["storage", .. var rest] => StorageBenchmarks.Run(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: DynamoActors.Benchmarks storage [options]");
    return 2;
}
