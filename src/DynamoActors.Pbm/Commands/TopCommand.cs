using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using DynamoActors.Pbm.Asking;
using DynamoActors.Pbm.Showing;
using Spectre.Console;

namespace DynamoActors.Pbm.Commands;

/// <summary><c>pbm top</c>: load, latency, hints and disk of every node, again and again.</summary>
internal static class TopCommand
{
    private static readonly Option<double> _interval = new("--interval")
    { Description = "Seconds from one look to the next.", DefaultValueFactory = _ => 2 };
    private static readonly Option<int> _count = new("--count")
    { Description = "End after so many; 0: never. Default: 0, and 1 into a file or a pipe." };

    public static Command Create(PbmCommands all) => all.With(
        new Command("top", "Requests per second, latency, hints and disk of every node, live. Ctrl-C ends it.") { _interval, _count },
        (cluster, parsed, stop) => RunAsync(all, cluster, parsed, stop));

    private static async Task<int> RunAsync(PbmCommands all, ClusterClient cluster, ParseResult parsed, CancellationToken stop)
    {
        var seconds = parsed.GetValue(_interval);
        if (seconds is not (>= 0.1 and <= 3600))
            throw new PbmException(ExitCodes.Usage, $"--interval is {seconds}; give 0.1 to 3600 seconds.");
        var count = parsed.GetResult(_count) is { Implicit: false } ? parsed.GetValue(_count) : all.Environment.IsInteractive ? 0 : 1;
        var environment = all.Environment;
        var before = await LookAsync(cluster, environment.Time, stop);
        if (all.IsJson(parsed) || !environment.IsInteractive)
        {
            await EachAsync(look => new Reply(look.Json(), console => console.Write(look.Table())).Write(environment, all.IsJson(parsed)));
            return 0;
        }

        await environment.Console.Live(new Text("…")).StartAsync(live => EachAsync(look => live.UpdateTarget(look.Table())));
        return 0;

        async Task EachAsync(Action<Look> show)
        {
            for (var shown = 0; count == 0 || shown < count; shown++)
            {
                try
                {
                    await Task.Delay(TimeSpan.FromSeconds(seconds), environment.Time, stop);
                }
                catch (OperationCanceledException) when (environment.IsInteractive)
                {
                    return;
                }

                var now = await LookAsync(cluster, environment.Time, stop);
                show(now with { Before = before });
                before = now;
            }
        }
    }

    private static async Task<Look> LookAsync(ClusterClient cluster, TimeProvider time, CancellationToken stop)
    {
        var nodes = await cluster.AllAsync(async (node, cancel) =>
        {
            var page = PrometheusText.Parse(Encoding.UTF8.GetString(await node.BytesAsync("metrics", cancel)));
            return page.Has("dynamo_uptime_seconds") ? page
                : throw new PbmException(ExitCodes.NoNode,
                    $"The node at {node.Address} shows other metrics than this pbm knows. Use the pbm of its version.");
        }, stop);
        return new Look(nodes, time.GetTimestamp(), time);
    }

    private sealed record Look(IReadOnlyList<MemberAnswer<PrometheusText>> Nodes, long At, TimeProvider Time)
    {
        private const string Duration = "dynamo_request_duration_seconds";

        public Look? Before { get; init; }

        public Table Table()
        {
            // Eighty columns are enough for it.
            var table = Tables.Of("node", "ready", " req/s", " p50", " p99", " fail/s", " open", " hints", " lag", " disk", " memory");
            foreach (var column in table.Columns) column.PadRight(1);
            foreach (var node in Figures())
            {
                if (node.Fault is not null) table.Row(node.Name, "no answer", "", "", "", "", "", "", "", "", "");
                else table.Row(
                    node.Name, node.IsReady ? "yes" : "NO", Shown.Count(node.Requests), Shown.Seconds(node.Median),
                    Shown.Seconds(node.Slow), Shown.Count(node.Failed), Shown.Count(node.UnderWay), Shown.Count(node.Hints),
                    Shown.Seconds(node.Lag), Shown.Bytes(node.Data + node.Log), Shown.Bytes(node.Memory));
            }

            return table;
        }

        public JsonObject Json()
        {
            var all = new JsonObject();
            foreach (var node in Figures())
                all[node.Name] = node.Fault is not null ? new JsonObject { ["fault"] = node.Fault } : new JsonObject
                {
                    ["ready"] = node.IsReady,
                    ["requestsPerSecond"] = node.Requests,
                    ["p50Seconds"] = double.IsNaN(node.Median) ? null : node.Median,
                    ["p99Seconds"] = double.IsNaN(node.Slow) ? null : node.Slow,
                    ["failedPerSecond"] = node.Failed,
                    ["underWay"] = node.UnderWay,
                    ["hints"] = node.Hints,
                    ["lagSeconds"] = node.Lag,
                    ["dataBytes"] = node.Data,
                    ["logBytes"] = node.Log,
                    ["memoryBytes"] = node.Memory,
                };
            return all;
        }

        private IEnumerable<NodeFigures> Figures() => Nodes.Select(node => node.Answer is { } now
            ? Of(node.Name, now, Before?.Nodes.FirstOrDefault(one => one.Name == node.Name)?.Answer)
            : new NodeFigures(node.Name) { Fault = node.Fault });

        private NodeFigures Of(string name, PrometheusText now, PrometheusText? before)
        {
            // It was started again: its counters began anew.
            if (before?.Sum("dynamo_uptime_seconds") > now.Sum("dynamo_uptime_seconds")) before = null;
            var seconds = Before is null || before is null ? now.Sum("dynamo_uptime_seconds")
                : Time.GetElapsedTime(Before.At, At).TotalSeconds;
            return new NodeFigures(name)
            {
                IsReady = now.Sum("dynamo_ready") > 0,
                Requests = (now.Sum("dynamo_requests_total") - (before?.Sum("dynamo_requests_total") ?? 0)) / seconds,
                Failed = (FailedIn(now) - (before is null ? 0 : FailedIn(before))) / seconds,
                Median = now.Quantile(Duration, 0.5, before),
                Slow = now.Quantile(Duration, 0.99, before),
                UnderWay = now.Sum("dynamo_requests_under_way"),
                Hints = now.Sum("dynamo_hints"),
                Lag = now.Max("dynamo_hints_age_seconds"),
                Data = now.Sum("dynamo_level_size_bytes"),
                Log = now.Sum("dynamo_log_size_bytes"),
                Memory = now.Sum("dotnet_process_memory_working_set_bytes"),
            };
        }

        private static double FailedIn(PrometheusText page) =>
            page.Sum("dynamo_requests_total", "outcome", outcome =>
                outcome is "quorum_failed" or "quorum_unknown" or "overloaded" or "not_ready");
    }

    private sealed record NodeFigures(string Name)
    {
        public string? Fault { get; init; }
        public bool IsReady { get; init; }
        public double Requests { get; init; }
        public double Failed { get; init; }
        public double Median { get; init; }
        public double Slow { get; init; }
        public double UnderWay { get; init; }
        public double Hints { get; init; }
        public double Lag { get; init; }
        public double Data { get; init; }
        public double Log { get; init; }
        public double Memory { get; init; }
    }
}
