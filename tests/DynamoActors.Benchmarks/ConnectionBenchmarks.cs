using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace DynamoActors.Benchmarks;

/// <summary>
/// What many connections cost nodes, and what becomes of small requests meanwhile: thousands that say nothing, and hundreds that take and
/// send a few bytes a second, or headers without end; each node has its share of them.
/// </summary>
internal static class ConnectionBenchmarks
{
    private const int LargeBytes = 1 << 20;
    private const int HeaderBytes = 120 << 10;
    private const int PieceBytes = 1024;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <param name="args">The server's program, and if need be <c>--nodes</c>, <c>--idle</c>, <c>--slow</c>, <c>--seconds</c> of each step,
    /// <c>--port</c>: the first of ten for each node.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        var (idle, slow) = (Options.Number(args, "--idle", 10_000), Options.Number(args, "--slow", 1_000));
        var step = TimeSpan.FromSeconds(Options.Number(args, "--seconds", 30));
        var count = Options.Number(args, "--nodes", 3);
        var first = Options.Number(args, "--port", 32200);
        int[] ports = [.. Enumerable.Range(0, count).Select(node => first + 10 * node)];
        var data = Directory.CreateTempSubdirectory("dynamo-connections-").FullName;
        string[] settings =
        [
            $"dynamo.ring.initial-members={count}", $"dynamo.ring.replicas={Math.Min(count, 3)}",
            $"dynamo.http.connections-max={(idle + slow) / count + 100}",
        ];
        var nodes = ports.Select(
            (port, node) => ServerProcess.StartNode(args[0], $"node{node + 1}", data, port, first, settings)).ToArray();
        try
        {
            using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
            string[] urls = [.. ports.Select(port => $"http://127.0.0.1:{port}")];
            for (var node = 0; node < count; node++) await nodes[node].ReadyAsync(http, urls[node]);
            (await http.PutAsync($"{urls[0]}/kv/large", new ByteArrayContent(new byte[LargeBytes]))).EnsureSuccessStatusCode();
            var failures = new ConcurrentDictionary<string, int>();
            await using var small = new Foreground(
                Foreground.Through(http, urls, 100, failed: how => Count(failures, how)), 1000, clients: 8, pause: 5);
            await Task.Delay(step);
            await ShowAsync("small requests alone", nodes, small, step);

            using var over = new CancellationTokenSource();
            using var silent = new Silent(ports);
            await silent.ConnectAsync(idle);
            await ShowAsync($"and {silent.Count:N0} idle connections", nodes, small, step);

            var ends = new ConcurrentDictionary<string, int>();
            var slowly = Enumerable.Range(0, slow).Select(
                index => Task.Run(() => SlowAsync(ports[index / 3 % count], index % 3, ends, over.Token))).ToArray();
            await ShowAsync($"and {slow:N0} slow ones", nodes, small, step);
            await ShowAsync("the same, later", nodes, small, step);
            await over.CancelAsync();
            await Task.WhenAll(slowly);
            Show(ends);
            silent.Dispose();
            await ShowAsync("after all have gone", nodes, small, step);
            Show(failures);
        }
        finally
        {
            foreach (var node in nodes) await node.DisposeAsync();
            Directory.Delete(data, recursive: true);
        }

        return 0;
    }

    private static void Count(ConcurrentDictionary<string, int> all, string one) => all.AddOrUpdate(one, 1, (_, count) => count + 1);

    private static void Show(ConcurrentDictionary<string, int> all)
    {
        foreach (var (one, times) in all.OrderBy(one => one.Key)) Console.WriteLine($"    {one}: {times}");
    }

    private static async Task ShowAsync(string when, ServerProcess[] nodes, Foreground small, TimeSpan step)
    {
        small.Take();
        await Task.Delay(step);
        Console.WriteLine($"{when,-32} {small.Take()}");
        foreach (var node in nodes) Console.WriteLine($"    {node.Figures}");
    }

    /// <summary>Begins anew whenever it was answered or cut off, until all is over.</summary>
    private static async Task SlowAsync(int port, int kind, ConcurrentDictionary<string, int> ends, CancellationToken over)
    {
        string name = kind switch { 0 => "slow reader", 1 => "slow writer", _ => "slow headers" };
        while (!over.IsCancellationRequested)
        {
            var end = "was served to the end of the measurement";
            try
            {
                using var client = new TcpClient { ReceiveBufferSize = 8 * PieceBytes };
                await client.ConnectAsync(IPAddress.Loopback, port, over);
                end = kind == 0 ? await ReadSlowlyAsync(client.GetStream(), over)
                    : await WriteSlowlyAsync(client.GetStream(), kind == 1, over);
            }
            catch (OperationCanceledException)
            {
                // It is over.
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                end = "was cut off";
            }

            Count(ends, $"{name} {end}");
        }
    }

    private static async Task<string> ReadSlowlyAsync(NetworkStream stream, CancellationToken over)
    {
        await stream.WriteAsync("GET /kv/large HTTP/1.1\r\nHost: n\r\n\r\n"u8.ToArray(), over);
        var piece = new byte[PieceBytes];
        var first = await stream.ReadAsync(piece, over);
        var status = Encoding.ASCII.GetString(piece, 0, Math.Min(first, 12));
        for (var read = first; read > 0; read = await stream.ReadAsync(piece, over)) await Task.Delay(Pause, over);
        return $"got {status} and then the end";
    }

    private static async Task<string> WriteSlowlyAsync(NetworkStream stream, bool isBody, CancellationToken over)
    {
        var head = isBody ? $"PUT /kv/slow HTTP/1.1\r\nHost: n\r\nContent-Length: {LargeBytes}\r\n\r\n"
            : "GET /kv/k HTTP/1.1\r\nHost: n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head), over);
        var piece = Encoding.ASCII.GetBytes($"X-Header: {new string('x', PieceBytes - 12)}\r\n");
        var answer = new byte[PieceBytes];
        var answering = stream.ReadAsync(answer, over).AsTask();
        for (var sent = 0; sent < (isBody ? LargeBytes : HeaderBytes) && !answering.IsCompleted; sent += PieceBytes)
        {
            await stream.WriteAsync(piece, over);
            await Task.WhenAny(answering, Task.Delay(Pause, over));
            over.ThrowIfCancellationRequested();
        }

        if (!isBody && !answering.IsCompleted) await stream.WriteAsync("\r\n"u8.ToArray(), over);
        return $"got '{Encoding.ASCII.GetString(answer, 0, Math.Min(await answering, 12))}'";
    }

    /// <summary>Connections that were used once each, and say nothing any more.</summary>
    private sealed class Silent(int[] ports) : IDisposable
    {
        private readonly List<Socket> _sockets = [];

        public int Count => _sockets.Count;

        public async Task ConnectAsync(int count)
        {
            var answer = new byte[4096];
            for (var index = 0; index < count; index++)
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(IPAddress.Loopback, ports[index % ports.Length]);
                _sockets.Add(socket);
                await socket.SendAsync("GET /health/live HTTP/1.1\r\nHost: n\r\n\r\n"u8.ToArray());
                if (await socket.ReceiveAsync(answer) == 0) throw new IOException($"connection {index} was closed at once");
            }
        }

        public void Dispose()
        {
            foreach (var socket in _sockets) socket.Dispose();
            _sockets.Clear();
        }
    }
}
