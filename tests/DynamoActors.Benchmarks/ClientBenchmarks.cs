using System.Diagnostics;
using System.Globalization;
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

    /// <summary>Of each client, between its requests: what takes long is the requests, not their queue.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

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
        (string Name, Func<bool, string, Task> Send)[] ways =
        [
            ("client-driven", Through(owners)), ("server-driven", Through(anyone)), ("HTTP, no client", Through(plain, cluster)),
        ];

        Console.WriteLine($"warming up for {warmUp.TotalSeconds} s …");
        foreach (var way in ways) await LoadAsync(way.Send, warmUp / 6, TimeSpan.Zero, reads: null);
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

    private static async Task LatenciesAsync((string Name, Func<bool, string, Task> Send)[] ways, int rounds)
    {
        Console.WriteLine($"{Nodes} nodes, {Clients} clients, {Pause.TotalMilliseconds} ms between a client's requests, in turn reads and "
            + $"writes:");
        var times = ways.Select(_ => (Reads: new List<double>(), Writes: new List<double>())).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            for (var turn = 0; turn < ways.Length; turn++)
            {
                var way = (round + turn) % ways.Length;
                var (reads, writes) = await LoadAsync(ways[way].Send, Turn, Pause, reads: null);
                times[way].Reads.AddRange(reads);
                times[way].Writes.AddRange(writes);
            }
        }

        for (var way = 0; way < ways.Length; way++)
        {
            var (reads, writes) = (new Times(times[way].Reads), new Times(times[way].Writes));
            Console.WriteLine($"  {ways[way].Name,-16} reads: mean {reads.Mean:0.00} ms, p99.9 {reads.At(.999):0.0} ms   "
                + $"writes: mean {writes.Mean:0.00} ms, p99.9 {writes.At(.999):0.0} ms   of {reads.Count + writes.Count:N0}");
        }
    }

    private static async Task RatesAsync((string Name, Func<bool, string, Task> Send)[] ways, TimeSpan length, LocalCluster cluster)
    {
        Console.WriteLine($"The same without pauses:");
        foreach (var isRead in (bool[])[false, true])
        {
            var loads = ways.Select(_ => new Load()).ToArray();
            for (var round = 0; round < (int)(length / Turn); round++)
            {
                for (var turn = 0; turn < ways.Length; turn++)
                {
                    var way = (round + turn) % ways.Length;
                    await loads[way].AddAsync(ways[way].Send, isRead, cluster);
                }
            }

            for (var way = 0; way < ways.Length; way++)
                Console.WriteLine($"  {(isRead ? "GET" : "PUT")} {ways[way].Name,-16} {loads[way]}");
        }
    }

    /// <summary>What one way has sent, in turns with the others.</summary>
    private sealed class Load
    {
        private readonly List<double> _took = [];
        private TimeSpan _nodes;
        private TimeSpan _client;
        private TimeSpan _length;

        public async Task AddAsync(Func<bool, string, Task> send, bool isRead, LocalCluster cluster)
        {
            var (nodes, client, began) = (Times.ProcessorOf(cluster.Nodes), Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
            var (reads, writes) = await LoadAsync(send, Turn, TimeSpan.Zero, isRead);
            _nodes += Times.ProcessorOf(cluster.Nodes) - nodes;
            _client += Environment.CpuUsage.TotalTime - client;
            _length += Stopwatch.GetElapsedTime(began);
            _took.AddRange(isRead ? reads : writes);
        }

        public override string ToString()
        {
            var all = new Times(_took);
            return $"{all.Count / _length.TotalSeconds,9:N0} /s   p50 {all.At(.5),7:0.00} ms   p99 {all.At(.99),7:0.00} ms   "
                + $"processor: nodes {_nodes.TotalMicroseconds / all.Count,6:0.0}, "
                + $"client {_client.TotalMicroseconds / all.Count,6:0.0} µs each";
        }
    }

    /// <summary>How long each took, in ms.</summary>
    /// <param name="reads">Null: in turn reads and writes.</param>
    private static async Task<(List<double> Reads, List<double> Writes)> LoadAsync(
        Func<bool, string, Task> send, TimeSpan length, TimeSpan pause, bool? reads)
    {
        var running = Stopwatch.StartNew();
        var times = await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(async () =>
        {
            var random = new Random(client);
            var took = (Reads: new List<double>(), Writes: new List<double>());
            for (var turn = client; running.Elapsed < length; turn++)
            {
                if (pause > TimeSpan.Zero) await Task.Delay(pause);
                var isRead = reads ?? turn % 2 == 0;
                var key = string.Create(CultureInfo.InvariantCulture, $"key{random.Next(Keys)}");
                var began = Stopwatch.GetTimestamp();
                await send(isRead, key);
                (isRead ? took.Reads : took.Writes).Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }

            return took;
        })));
        return ([.. times.SelectMany(took => took.Reads)], [.. times.SelectMany(took => took.Writes)]);
    }

    private static Func<bool, string, Task> Through(DynamoClient client)
    {
        var bucket = client.Bucket("clients");
        return async (isRead, key) =>
        {
            if (!isRead) (await bucket.PutAsync(key, Value)).EnsureWritten();
            else if (await bucket.GetAsync(key) is NotRead<ReadOnlyMemory<byte>> not) throw new InvalidOperationException(not.Detail);
        };
    }

    private static Func<bool, string, Task> Through(HttpClient http, LocalCluster cluster)
    {
        var turn = 0;
        return async (isRead, key) =>
        {
            var url = $"{cluster.Urls[(int)((uint)Interlocked.Increment(ref turn) % Nodes)]}/buckets/clients/keys/{key}";
            using var answer = isRead ? await http.GetAsync(url) : await http.PutAsync(url, new ByteArrayContent(Value));
            await answer.Content.ReadAsByteArrayAsync();
            if (!answer.IsSuccessStatusCode && answer.StatusCode != System.Net.HttpStatusCode.NotFound)
                throw new InvalidOperationException($"{answer.StatusCode} by {url}");
        };
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
