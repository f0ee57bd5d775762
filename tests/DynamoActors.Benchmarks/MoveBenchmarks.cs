using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using DynamoActors.Core.Ring;

namespace DynamoActors.Benchmarks;

/// <summary>
/// What a change of the ring costs: how long a plan takes, and with a server's program how fast small objects come to a fourth node
/// beside three under load, and what becomes of that load meanwhile.
/// </summary>
internal static class MoveBenchmarks
{
    private const int Members = 1000;
    private const int Partitions = 4096;
    private const int BatchSize = 100;
    private const int Loaders = 8;
    private const int ValueBytes = 100;
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(30);

    /// <param name="args">Nothing: plans alone. Else the server's program (DynamoActors.Server.dll), and if need be
    /// <c>--objects</c> to move, <c>--clients</c> (0: what a move costs by itself), <c>--pause</c> between a client's requests in ms,
    /// <c>--port</c>: the first of thirty.</param>
    public static int Run(string[] args)
    {
        Plans();
        return args is [var server, .. var options] ? MovesAsync(server, options).GetAwaiter().GetResult() : 0;
    }

    private static void Plans()
    {
        var members = Enumerable.Range(0, Members)
            .Select(index => new RingMember($"node{index}", $"akka://n{index}:1", $"n{index}:80", $"zone{index % 3}", 1)).ToArray();
        var ring = PartitionTable.Assign(members, Partitions, 3, previous: null);
        RingChange[][] plans =
        [
            [new RingChange.Join(members[0] with { Name = "newcomer" })],
            [new RingChange.Leave("node7")],
            [new RingChange.ForceRemove("node7")],
            [new RingChange.Replace("node7", members[0] with { Name = "newcomer" })],
            [new RingChange.Describe("node7", Weight: 2)],
            [new RingChange.Describe("node7", Zone: "zone2")],
            [.. Enumerable.Range(0, 100).Select(index => new RingChange.Join(members[0] with { Name = $"newcomer{index}" }))],
        ];
        for (var round = 0; round < 2; round++)
        {
            foreach (var changes in plans)
            {
                var began = Stopwatch.GetTimestamp();
                if (!RingPlan.TryMake(ring, changes, out var plan, out var refusal))
                    throw new InvalidOperationException(refusal.Reason);
                var took = Stopwatch.GetElapsedTime(began);
                var what = changes.Length == 1 ? changes[0].InWords : $"{changes.Length} join";
                if (round == 1)
                    Print($"plan of {Members} x {Partitions}: {what,-40} {plan.Moves,6:N0} moves {took.TotalMilliseconds,6:N0} ms");
            }
        }
    }

    private static async Task<int> MovesAsync(string server, string[] options)
    {
        var objects = Options.Number(options, "--objects", 1_000_000);
        var port = Options.Number(options, "--port", 32100);
        var data = Directory.CreateTempSubdirectory("dynamo-moves-").FullName;
        using var cluster = ServerProcess.Start(server, ["local-cluster", "--nodes", "3", "--data", data, "--http-port", Text(port),
            "--remote-port", Text(port + 10), "--links-port", Text(port + 20), "--set", "dynamo.ring.join=manual"]);
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(60) };
        try
        {
            await ReadyAsync(http, port);
            // A fourth node gets three quarters of all keys.
            var keys = (int)(objects * 4L / 3);
            await FillAsync(http, port, keys);
            await using var load = new Foreground(
                http, [.. Enumerable.Range(port, 3).Select(one => $"http://127.0.0.1:{one}")], keys, ValueBytes,
                Options.Number(options, "--clients", 16), Options.Number(options, "--pause", 10));
            await Task.Delay(Before);
            var before = load.Take();
            var began = Stopwatch.GetTimestamp();
            var usedBefore = ProcessorOfNodes(data);
            using var add = ServerProcess.Start(server, ["local-cluster", "add", "--data", data]);
            if (!await BeginsAsync(http, port, add)) throw new InvalidOperationException("The new node did not begin to take data.");
            var starting = load.Take();
            var (moved, took) = await FollowAsync(http, port, add);
            var during = load.Take();
            var used = ProcessorOfNodes(data) - usedBefore;
            Print($"moved {moved:N0} objects in {took.TotalSeconds:N1} s: {moved / took.TotalSeconds:N0} /s");
            Print($"with the new node's start {Stopwatch.GetElapsedTime(began).TotalSeconds:N1} s");
            Print($"all nodes used {used.TotalSeconds:N1} s of processors, {used.TotalMicroseconds / moved:N1} µs for each of them");
            Print($"clients before: {before}");
            Print($"clients while the new node started: {starting}");
            Print($"clients while objects moved: {during}");
            Print($"kept {100 * during.PerSecond / before.PerSecond:N0}% of the throughput, p99 {during.P99 / before.P99:N2} x");
            return add.ExitCode;
        }
        finally
        {
            cluster.Kill(entireProcessTree: true);
            await cluster.WaitForExitAsync();
            Directory.Delete(data, recursive: true);
        }
    }

    /// <summary>Whether partitions are on their way to the new node, whose process is there by then.</summary>
    private static async Task<bool> BeginsAsync(HttpClient http, int port, Process add)
    {
        while (!add.HasExited)
        {
            var page = await PageAsync(http, $"http://127.0.0.1:{port + 3}/cluster/transfers");
            if (page?["toThisNode"]!.AsArray().Count > 0) return true;
            await Task.Delay(100);
        }

        return false;
    }

    /// <summary>How many objects came to the new node, and how long that took.</summary>
    private static async Task<(long Moved, TimeSpan Took)> FollowAsync(HttpClient http, int port, Process add)
    {
        var newcomer = $"http://127.0.0.1:{port + 3}";
        var began = Stopwatch.GetTimestamp();
        var took = TimeSpan.Zero;
        while (!add.HasExited)
        {
            await Task.Delay(200);
            var page = await PageAsync(http, newcomer + "/cluster/transfers");
            if (page?["toThisNode"]!.AsArray().Count > 0) took = Stopwatch.GetElapsedTime(began);
        }

        // Whatever comparisons brought to it came because it joined.
        var objects = (await http.GetStringAsync(newcomer + "/metrics")).Split('\n')
            .Single(line => line.StartsWith("dynamo_anti_entropy_objects_total{", StringComparison.Ordinal));
        return ((long)double.Parse(objects[(objects.LastIndexOf('}') + 1)..].Trim().Split(' ')[0], CultureInfo.InvariantCulture), took);
    }

    /// <summary>What the processes of all nodes with that data have used so far, by Linux's own account.</summary>
    private static TimeSpan ProcessorOfNodes(string data)
    {
        long ticks = 0;
        foreach (var process in Directory.GetDirectories("/proc").Where(name => char.IsAsciiDigit(Path.GetFileName(name)[0])))
        {
            try
            {
                var command = File.ReadAllText($"{process}/cmdline");
                if (!command.Contains("\0node\0", StringComparison.Ordinal) || !command.Contains(data, StringComparison.Ordinal)) continue;
                var stat = File.ReadAllText($"{process}/stat");
                var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                ticks += long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
            }
            catch (IOException)
            {
                // It has just ended.
            }
        }
        return TimeSpan.FromMilliseconds(ticks * 10);
    }

    private static async Task FillAsync(HttpClient http, int port, int keys)
    {
        var value = Convert.ToBase64String(new byte[ValueBytes]);
        var began = Stopwatch.GetTimestamp();
        await Parallel.ForAsync(0, (keys + BatchSize - 1) / BatchSize, new ParallelOptions { MaxDegreeOfParallelism = Loaders },
            async (batch, stop) =>
            {
                var body = new StringBuilder("{\"operations\":[");
                var end = Math.Min(keys, (batch + 1) * BatchSize);
                for (var key = batch * BatchSize; key < end; key++)
                    body.Append(key == batch * BatchSize ? "" : ",")
                        .Append($"{{\"op\":\"put\",\"key\":\"key{key}\",\"value\":\"{value}\"}}");
                while (true)
                {
                    using var answer = await http.PostAsync($"http://127.0.0.1:{port + batch % 3}/kv:batch",
                        new StringContent(body + "]}", Encoding.UTF8, "application/json"), stop);
                    if (answer.IsSuccessStatusCode) break;
                    await Task.Delay(200, stop);
                }
            });
        Print($"wrote {keys:N0} objects of {ValueBytes} bytes in {Stopwatch.GetElapsedTime(began).TotalSeconds:N0} s");
    }

    private static async Task ReadyAsync(HttpClient http, int port)
    {
        for (var node = 0; node < 3; node++)
            while (await PageAsync(http, $"http://127.0.0.1:{port + node}/health/ready") is null) await Task.Delay(200);
    }

    private static async Task<JsonNode?> PageAsync(HttpClient http, string url)
    {
        try
        {
            using var answer = await http.GetAsync(url);
            return answer.IsSuccessStatusCode ? JsonNode.Parse(await answer.Content.ReadAsStringAsync()) : null;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
