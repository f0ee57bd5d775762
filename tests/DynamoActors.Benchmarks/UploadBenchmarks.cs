using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;

namespace DynamoActors.Benchmarks;

/// <summary>
/// What uploads of large values do to small requests: reads and writes of a hundred bytes by clients that pause, alone and beside many
/// uploads at once, in turn and several times, so that what else the machine does meets both alike.
/// </summary>
internal static class UploadBenchmarks
{
    private const int LargeBytes = 8 << 20;
    private const int SmallBytes = 100;
    private const int Keys = 2000;
    private const int Clients = 4;
    private const int PauseMilliseconds = 8;

    /// <summary>Until the uploads that are begun at once have got in each other's way.</summary>
    private static readonly TimeSpan Lead = TimeSpan.FromSeconds(3);

    /// <param name="args">The server's program, and if need be <c>--uploads</c> at once, <c>--seconds</c> of each turn, <c>--rounds</c>,
    /// <c>--port</c>: the first of thirty.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        var (uploads, rounds) = (Options.Number(args, "--uploads", 64), Options.Number(args, "--rounds", 5));
        var length = TimeSpan.FromSeconds(Options.Number(args, "--seconds", 15));
        await using var cluster = await LocalCluster.StartAsync(args[0], 3, Options.Number(args, "--port", 30500));
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromMinutes(2) };
        var failures = new ConcurrentDictionary<string, int>();
        var small = Foreground.Through(
            http, cluster.Urls, SmallBytes, failed: how => failures.AddOrUpdate(how, 1, static (_, times) => times + 1));
        await Foreground.RunAsync(small, Keys, Clients, pause: 0, length);
        await using (new Uploads(http, cluster.Urls, uploads)) await Task.Delay(length);
        var (before, during) = (Figures.None, Figures.None);
        var answers = new ConcurrentDictionary<string, int>();
        for (var round = 0; round < rounds; round++)
        {
            var alone = await Foreground.RunAsync(small, Keys, Clients, PauseMilliseconds, length);
            Figures beside;
            var running = new Uploads(http, cluster.Urls, uploads);
            await using (running)
            {
                await Task.Delay(Lead);
                beside = await Foreground.RunAsync(small, Keys, Clients, PauseMilliseconds, length);
            }

            foreach (var (answer, times) in running.Answers) answers.AddOrUpdate(answer, times, (_, sum) => sum + times);
            Show($"round {round + 1}", alone, beside);
            (before, during) = (before + alone, during + beside);
        }

        Show("all rounds", before, during);
        foreach (var (how, times) in failures) Console.WriteLine($"{times} x {how}");
        Console.WriteLine($"{uploads} uploads of 8 MiB at once:");
        foreach (var (how, times) in answers.OrderByDescending(answer => answer.Value)) Console.WriteLine($"  {times} x {how}");
        return 0;
    }

    private static void Show(string what, Figures alone, Figures beside)
    {
        Console.WriteLine($"{what}: {Of("put", alone.Writes, beside.Writes)}; {Of("get", alone.Reads, beside.Reads)}; "
            + $"{alone.Failed} failed alone, {beside.Failed} beside uploads");
        static string Of(string kind, IReadOnlyList<double> one, IReadOnlyList<double> other)
        {
            var (alone, beside) = (new Times(one), new Times(other));
            return $"{kind} p50 {alone.At(.5):0.0} / {beside.At(.5):0.0} ms, p99 {alone.At(.99):0.0} / {beside.At(.99):0.0} ms "
                + $"({beside.At(.99) / alone.At(.99):0.0} x)";
        }
    }

    /// <summary>Clients that send one large value after another, until it is disposed of.</summary>
    private sealed class Uploads : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Task[] _clients;

        public Uploads(HttpClient http, IReadOnlyList<string> urls, int clients)
        {
            var value = new byte[LargeBytes];
            new Random(LargeBytes).NextBytes(value);
            _clients = [.. Enumerable.Range(0, clients).Select(client => Task.Run(() => SendAsync(http, urls, client, value)))];
        }

        /// <summary>How each ended.</summary>
        public ConcurrentDictionary<string, int> Answers { get; } = [];

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await Task.WhenAll(_clients);
            _stop.Dispose();
        }

        private static string DetailOf(string problem) => (string?)JsonNode.Parse(problem)?["detail"] ?? problem;

        private async Task SendAsync(HttpClient http, IReadOnlyList<string> urls, int client, byte[] value)
        {
            for (var turn = 0; !_stop.IsCancellationRequested; turn++)
            {
                var began = Stopwatch.GetTimestamp();
                using var answer = await http.PutAsync(
                    $"{urls[client % urls.Count]}/kv/large{client}-{turn % 2}", new ByteArrayContent(value), CancellationToken.None);
                var waited = Stopwatch.GetElapsedTime(began).TotalSeconds;
                var how = answer.StatusCode is HttpStatusCode.Created or HttpStatusCode.OK or HttpStatusCode.NoContent ? "written"
                    : $"{(int)answer.StatusCode} after {waited:0} s ({DetailOf(await answer.Content.ReadAsStringAsync())})";
                Answers.AddOrUpdate(how, 1, static (_, times) => times + 1);
            }
        }
    }
}
