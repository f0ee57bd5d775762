using DynamoActors.Benchmarks;

return args switch
{
    ["storage", .. var rest] => StorageBenchmarks.Run(rest),
    ["moves", .. var rest] => MoveBenchmarks.Run(rest),
    ["clients", .. { Length: > 0 } rest] => await ClientBenchmarks.RunAsync(rest),
    ["observed", .. { Length: > 0 } rest] => await ObservedBenchmarks.RunAsync(rest),
    ["garnet", var port] => ClientBenchmarks.RunGarnet(port),
    ["connections", .. { Length: > 0 } rest] => await ConnectionBenchmarks.RunAsync(rest),
    ["uploads", .. { Length: > 0 } rest] => await UploadBenchmarks.RunAsync(rest),
    ["tls", .. { Length: > 0 } rest] => await TlsBenchmarks.RunAsync(rest),
    ["soak", .. { Length: > 0 } rest] => await SoakBenchmarks.RunAsync(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        usage: DynamoActors.Benchmarks storage [options] | moves [DynamoActors.Server.dll [options]]
            | clients DynamoActors.Server.dll [--seconds N] [--warm-up N] [--port N]
            | observed DynamoActors.Server.dll [--seconds N] [--rounds N] [--warm-up N] [--port N]
            | connections DynamoActors.Server.dll [--idle N] [--slow N] [--seconds N] [--port N]
            | uploads DynamoActors.Server.dll [--uploads N] [--seconds N] [--rounds N] [--port N]
            | tls DynamoActors.Server.dll [--seconds N] [--port N]
            | soak DynamoActors.Server.dll [--minutes N] [--picture FILE.svg] [--port N]
        """);
    return 2;
}
