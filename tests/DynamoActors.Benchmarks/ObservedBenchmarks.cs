using System.Net;

namespace DynamoActors.Benchmarks;

/// <summary>
/// What metrics and traces cost: three clusters of three nodes, of which the first counts nothing (OTEL_SDK_DISABLED), the second has its
/// metrics read every five seconds, and the third also sends the spans of one request in a hundred. They are under load in turn, many
/// times, so that what else the machine does meets all alike.
/// </summary>
internal static class ObservedBenchmarks
{
    private const int Clients = 16;
    private const int Keys = 100_000;
    private static readonly TimeSpan ReadEvery = TimeSpan.FromSeconds(5);

    /// <param name="args">The server's program (DynamoActors.Server.dll), and if need be <c>--seconds</c> of each turn, <c>--rounds</c>,
    /// <c>--warm-up</c> of each in seconds, <c>--port</c>: the first of a hundred.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        var warmUp = TimeSpan.FromSeconds(Options.Number(args, "--warm-up", 15));
        var (length, rounds) = (TimeSpan.FromSeconds(Options.Number(args, "--seconds", 5)), Options.Number(args, "--rounds", 10));
        var port = Options.Number(args, "--port", 30300);
        using var collector = Collector.Start(port + 90);
        await using var blind = await LocalCluster.StartAsync(args[0], 3, port, isObserved: false);
        await using var counted = await LocalCluster.StartAsync(args[0], 3, port + 30);
        await using var traced = await LocalCluster.StartAsync(args[0], 3, port + 60,
            "--set", $"dynamo.telemetry.otlp=\"http://127.0.0.1:{port + 90}\"", "--set", "dynamo.traces.sample=0.01");
        Side[] sides = [new("nothing observed", blind), new("metrics", counted), new("metrics, traces", traced)];
        using var http = new HttpClient();
        foreach (var side in sides) await side.LoadAsync(http, warmUp, isRead: false);
        using var stop = new CancellationTokenSource();
        var scraping = ScrapeAsync(http, [.. counted.Urls, .. traced.Urls], stop.Token);
        foreach (var isRead in (bool[])[false, true])
        {
            foreach (var side in sides) side.Begin();
            for (var round = 0; round < rounds; round++)
                for (var turn = 0; turn < sides.Length; turn++)
                    await sides[(round + turn) % sides.Length].LoadAsync(http, length, isRead);
            foreach (var side in sides) Console.WriteLine(
                $"{(isRead ? "GET" : "PUT")} {side.Name,-16} {side.PerSecond,9:N0} /s ({side.PerSecond / sides[0].PerSecond:0.000} x)   "
                + $"nodes' processor {side.Microseconds,6:0.0} µs each ({side.Microseconds / sides[0].Microseconds:0.000} x)");
        }

        await stop.CancelAsync();
        await scraping;
        Console.WriteLine($"{collector.Received:N0} times a collector was sent something.");
        return 0;
    }

    private static async Task ScrapeAsync(HttpClient http, string[] urls, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            foreach (var url in urls) await http.GetByteArrayAsync(url + "/metrics", CancellationToken.None);
            await Task.Delay(ReadEvery, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>One of the clusters, and what came of its turns.</summary>
    private sealed class Side(string name, LocalCluster cluster)
    {
        private Figures _figures = Figures.None;
        private TimeSpan _processor;

        public string Name => name;

        public double PerSecond => _figures.PerSecond;

        public double Microseconds => _processor.TotalMicroseconds / _figures.Count;

        public void Begin() => (_figures, _processor) = (Figures.None, TimeSpan.Zero);

        public async Task LoadAsync(HttpClient http, TimeSpan length, bool isRead)
        {
            var processor = Times.ProcessorOf(cluster.Nodes);
            _figures += await Foreground.RunAsync(
                Foreground.Through(http, cluster.Urls, 100), Keys, Clients, pause: 0, length, isRead);
            _processor += Times.ProcessorOf(cluster.Nodes) - processor;
            if (_figures.Failed > 0) throw new InvalidOperationException($"{name}: {_figures}");
        }
    }

    /// <summary>Takes whatever it is sent.</summary>
    private sealed class Collector : IDisposable
    {
        private readonly HttpListener _listener = new();
        private int _received;

        public int Received => Volatile.Read(ref _received);

        public static Collector Start(int port)
        {
            var collector = new Collector();
            collector._listener.Prefixes.Add($"http://127.0.0.1:{port}/");
            collector._listener.Start();
            _ = collector.TakeAsync();
            return collector;
        }

        public void Dispose() => _listener.Close();

        private async Task TakeAsync()
        {
            try
            {
                while (true)
                {
                    var asked = await _listener.GetContextAsync();
                    await asked.Request.InputStream.CopyToAsync(Stream.Null);
                    Interlocked.Increment(ref _received);
                    asked.Response.Close();
                }
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                // Closed.
            }
        }
    }
}
