using DynamoActors.Benchmarks;

return args switch
{
    ["storage", .. var rest] => StorageBenchmarks.Run(rest),
    ["moves", .. var rest] => MoveBenchmarks.Run(rest),
    ["clients", .. { Length: > 0 } servers] => ClientBenchmarks.Run(servers),
    ["connections", .. { Length: > 0 } rest] => await ConnectionBenchmarks.RunAsync(rest),
    ["tls", .. { Length: > 0 } rest] => await TlsBenchmarks.RunAsync(rest),
    ["soak", .. { Length: > 0 } rest] => await SoakBenchmarks.RunAsync(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        usage: DynamoActors.Benchmarks storage [options] | clients name=host:port… | moves [DynamoActors.Server.dll [options]]
            | connections DynamoActors.Server.dll [--idle N] [--slow N] [--seconds N] [--port N]
            | tls DynamoActors.Server.dll [--seconds N] [--port N]
            | soak DynamoActors.Server.dll [--minutes N] [--picture FILE.svg] [--port N]
        """);
    return 2;
}
