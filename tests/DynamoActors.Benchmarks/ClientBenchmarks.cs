using System.Diagnostics;
using System.Net.Sockets;
using DynamoActors.Client;
using Garnet;

namespace DynamoActors.Benchmarks;

/// <summary>
/// What clients get of five nodes: how long requests take where the client asks an owner of the key, and where any node is asked; how
/// many go through beside plain HTTP; and Redis's protocol beside Redis and Garnet, all on this machine and in one run.
/// </summary>
internal static class ClientBenchmarks
{
    private const int Nodes = 5;
    private const int Keys = 100_000;
    private const int Clients = 16;
    private const int ValueBytes = 100;
    private const string Bucket = "clients";

    /// <summary>Of each client, between its requests, in ms: what takes long is the requests, not their queue.</summary>
    private const int Pause = 10;

    /// <summary>So short that what else the machine does meets all ways alike.</summary>
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(1);

    private static readonly byte[] Value = new byte[ValueBytes];

    /// <param name="args">The server's program (DynamoActors.Server.dll), and if need be <c>--seconds</c> of each measurement, of
    /// latencies four times as many, <c>--warm-up</c> in seconds, <c>--port</c>: the first of fifty.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        var length = TimeSpan.FromSeconds(Options.Number(args, "--seconds", 5));
        var warmUp = TimeSpan.FromSeconds(Options.Number(args, "--warm-up", 15));
        var port = Options.Number(args, "--port", 30100);
        await using var cluster = await LocalCluster.StartAsync(args[0], Nodes, port, "--resp-port", $"{port + 30}");
        await using var others = await OtherServers.StartAsync(port + 40);
        RespServer[] servers =
            [new("DynamoActors", [.. Enumerable.Range(port + 30, Nodes)], cluster.Nodes), .. others.Servers];
        using var plain = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = Timeout.InfiniteTimeSpan });
        using var owners = ClientOf(cluster, asksOwners: true);
        using var anyone = ClientOf(cluster, asksOwners: false);
        if (!await owners.LearnRingAsync()) throw new InvalidOperationException("No node told the ring.");
        (string Name, Func<bool, string, Task<bool>> Send)[] ways =
        [
            ("client-driven", Through(owners)), ("server-driven", Through(anyone)),
            ("HTTP, no client", Foreground.Through(plain, cluster.Urls, ValueBytes, Bucket)),
        ];

        Console.WriteLine($"warming up for {warmUp.TotalSeconds} s …");
        foreach (var way in ways) await Foreground.RunAsync(way.Send, Keys, Clients, pause: 0, warmUp / 6);
        foreach (var server in servers)
            foreach (var command in (string[])["SET", "GET", "MSET"])
                RespLoad.Run(server, command, 4, warmUp / 2 / (3 * servers.Length));

        await LatenciesAsync(ways, (int)(4 * length / Turn));
        await RatesAsync(ways, length, cluster);
        Console.WriteLine($"Redis's protocol, {RespLoad.Connections} connections, so many commands at once (x1, x16), of MSET ten keys "
            + "each:");
        foreach (var (command, depth) in ((string, int)[])[("SET", 1), ("GET", 1), ("MSET", 1), ("SET", 16), ("GET", 16)])
            foreach (var server in servers)
                RespLoad.Measure(server, command, depth, length);
        return 0;
    }

    /// <summary>Garnet in a process of its own, until its input ends.</summary>
    public static int RunGarnet(string port)
    {
        using var server = new GarnetServer(["--bind", "127.0.0.1", "--port", port, "--logger-level", "Error"]);
        server.Start();
        while (Console.In.Read() >= 0) { }
        return 0;
    }

    private static async Task LatenciesAsync((string Name, Func<bool, string, Task<bool>> Send)[] ways, int rounds)
    {
        Console.WriteLine($"{Nodes} nodes, {Clients} clients, {Pause} ms between a client's requests, in turn reads and writes:");
        var figures = ways.Select(_ => Figures.None).ToArray();
        await InTurnAsync(ways.Length, rounds, async way =>
            figures[way] += await Foreground.RunAsync(ways[way].Send, Keys, Clients, Pause, Turn));
        for (var way = 0; way < ways.Length; way++)
        {
            var (reads, writes) = (new Times(figures[way].Reads), new Times(figures[way].Writes));
            Console.WriteLine($"  {ways[way].Name,-16} reads: mean {reads.Mean:0.00} ms, p99.9 {reads.At(.999):0.0} ms   "
                + $"writes: mean {writes.Mean:0.00} ms, p99.9 {writes.At(.999):0.0} ms   of {reads.Count + writes.Count:N0}, "
                + $"{figures[way].Failed} failed");
        }
    }

    /// <summary>Each of the ways once in each round, and in another order than in the one before.</summary>
    private static async Task InTurnAsync(int ways, int rounds, Func<int, Task> take)
    {
        for (var round = 0; round < rounds; round++)
            for (var turn = 0; turn < ways; turn++) await take((round + turn) % ways);
    }

    private static async Task RatesAsync((string Name, Func<bool, string, Task<bool>> Send)[] ways, TimeSpan length, LocalCluster cluster)
    {
        Console.WriteLine($"The same without pauses:");
        foreach (var isRead in (bool[])[false, true])
        {
            var loads = ways.Select(_ => new Load()).ToArray();
            await InTurnAsync(ways.Length, (int)(length / Turn), way => loads[way].AddAsync(ways[way].Send, isRead, cluster));
            for (var way = 0; way < ways.Length; way++)
                Console.WriteLine($"  {(isRead ? "GET" : "PUT")} {ways[way].Name,-16} {loads[way]}");
        }
    }

    /// <summary>What one way has sent, in turns with the others.</summary>
    private sealed class Load
    {
        private Figures _figures = Figures.None;
        private TimeSpan _nodes;
        private TimeSpan _client;

        public async Task AddAsync(Func<bool, string, Task<bool>> send, bool isRead, LocalCluster cluster)
        {
            var (nodes, client) = (Times.ProcessorOf(cluster.Nodes), Environment.CpuUsage.TotalTime);
            var figures = await Foreground.RunAsync(send, Keys, Clients, pause: 0, Turn, isRead);
            _nodes += Times.ProcessorOf(cluster.Nodes) - nodes;
            _client += Environment.CpuUsage.TotalTime - client;
            _figures += figures;
        }

        public override string ToString()
        {
            var all = _figures.All;
            return $"{_figures.PerSecond,9:N0} /s   p50 {all.At(.5),7:0.00} ms   p99 {all.At(.99),7:0.00} ms   "
                + $"processor: nodes {_nodes.TotalMicroseconds / all.Count,6:0.0}, "
                + $"client {_client.TotalMicroseconds / all.Count,6:0.0} µs each, {_figures.Failed} failed";
        }
    }

    private static Func<bool, string, Task<bool>> Through(DynamoClient client)
    {
        var bucket = client.Bucket(Bucket);
        return async (isRead, key) =>
            isRead ? await bucket.GetAsync(key) is not NotRead<ReadOnlyMemory<byte>> : await bucket.PutAsync(key, Value) is Written;
    }

    private static DynamoClient ClientOf(LocalCluster cluster, bool asksOwners)
    {
        var options = new DynamoClientOptions { AsksOwners = asksOwners };
        foreach (var url in cluster.Urls) options.Nodes.Add(new Uri(url));
        return new DynamoClient(options);
    }

    /// <summary>Those to compare with, a process each.</summary>
    private sealed class OtherServers : IAsyncDisposable
    {
        private readonly string _directory = Directory.CreateTempSubdirectory("redis-benchmark-").FullName;
        private readonly List<Process> _processes = [];

        public List<RespServer> Servers { get; } = [];

        public static async Task<OtherServers> StartAsync(int port)
        {
            var all = new OtherServers();
            try
            {
                string[] quiet = ["--bind", "127.0.0.1", "--save", "", "--dir", all._directory, "--logfile", "/dev/null"];
                await all.AddAsync("Redis, in memory", port, "redis-server", [.. quiet, "--port", $"{port}"]);
                await all.AddAsync("Redis, fsync", port + 1, "redis-server",
                    [.. quiet, "--port", $"{port + 1}", "--appendonly", "yes", "--appendfsync", "always"]);
                var self = typeof(ClientBenchmarks).Assembly.Location;
                await all.AddAsync("Garnet, memory", port + 2, "dotnet", [self, "garnet", $"{port + 2}"]);
                return all;
            }
            catch
            {
                await all.DisposeAsync();
                throw;
            }
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var process in _processes)
            {
                process.Kill();
                await process.WaitForExitAsync();
                process.Dispose();
            }

            Directory.Delete(_directory, recursive: true);
        }

        private async Task AddAsync(string name, int port, string program, string[] arguments)
        {
            try
            {
                _processes.Add(Process.Start(
                    new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!);
                _processes[^1].BeginOutputReadLine();
            }
            catch (System.ComponentModel.Win32Exception)
            {
                Console.WriteLine($"{name} is left out: there is no {program} here.");
                return;
            }

            while (!await IsThereAsync(port)) await Task.Delay(100);
            Servers.Add(new RespServer(name, [port], [_processes[^1]]));
        }

        private async Task<bool> IsThereAsync(int port)
        {
            if (_processes[^1].HasExited) throw new InvalidOperationException($"The server for port {port} has ended; see above.");
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync("127.0.0.1", port);
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        }
    }
}
