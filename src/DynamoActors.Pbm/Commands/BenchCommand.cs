using System.CommandLine;
using System.Text.Json;
using DynamoActors.Pbm.Asking;
using DynamoActors.Pbm.Load;
using DynamoActors.Pbm.Showing;
using Spectre.Console;

namespace DynamoActors.Pbm.Commands;

/// <summary><c>pbm bench</c>: a load, its percentiles, and whether the last run of the same was faster.</summary>
internal static class BenchCommand
{
    private static readonly Option<double> _seconds = new("--seconds") { Description = "How long.", DefaultValueFactory = _ => 10 };
    private static readonly Option<int> _connections = new("--connections")
    { Description = "Requests at a time.", DefaultValueFactory = _ => 16 };
    private static readonly Option<int> _size = new("--size") { Description = "Bytes of a value.", DefaultValueFactory = _ => 100 };
    private static readonly Option<double> _reads = new("--reads")
    { Description = "Share of reads, 0 to 1.", DefaultValueFactory = _ => 0.5 };
    private static readonly Option<int> _keys = new("--keys") { Description = "Different keys.", DefaultValueFactory = _ => 10_000 };
    private static readonly Option<string> _bucket = new("--bucket", "-b")
    { Description = "Whose keys are written over.", DefaultValueFactory = _ => "pbm-bench" };
    private static readonly Option<long> _requests = new("--requests") { Description = "End after so many, if not before." };
    private static readonly Option<bool> _one = new("--one-node") { Description = "Through the node that was named, instead of all." };

    private static readonly Option<bool> _resume = new("--resume")
    { Description = "Go on with such a load where Ctrl-C has interrupted it, for the time that it still had." };

    public static Command Create(PbmCommands all) => all.With(
        new Command("bench",
            "Reads and writes as fast as it can, in a bucket of its own. Interrupted with Ctrl-C, it goes on with --resume. Exits with 1 "
            + "where it was slower than the last such run, or interrupted, with 4 where requests failed.")
        {
            _seconds, _requests, _connections, _size, _reads, _keys, _bucket, _one, _resume,
        }, (cluster, parsed, stop) => RunAsync(all, cluster, parsed, stop));

    private static async Task<int> RunAsync(PbmCommands all, ClusterClient cluster, ParseResult parsed, CancellationToken stop)
    {
        var history = new LoadHistory(all.Environment.Directory);
        var before = LoadProgress.None(PlanOf(parsed));
        if (parsed.GetValue(_resume))
            before = history.Interrupted(before.Plan) ?? throw new PbmException(ExitCodes.Usage,
                "No such load was interrupted: one goes on with the options that it was begun with, but for its time.");
        var plan = before.Plan;
        var node = await cluster.NodeAsync(stop);
        var (_, page) = await node.PageAsync("cluster", NodePages.Default.ClusterPage, stop);
        Uri[] nodes = parsed.GetValue(_one) ? [node.Address]
            : [.. page.Members.Where(member => member.Reachable && member.Http.Length > 0)
                .Select(member => new Uri($"{node.Address.Scheme}://{member.Http}/"))];
        var run = new LoadRun(plan, nodes.Length > 0 ? nodes : [node.Address], all.Environment.Time, before, all.AccessOf(parsed));
        var running = run.RunAsync(stop);
        if (all.Environment.IsInteractive && !all.IsJson(parsed)) await ShowProgressAsync(all.Environment, before, run, running);
        var (report, progress) = await running;
        if (stop.IsCancellationRequested)
        {
            history.Interrupt(progress);
            report = report with { Verdict = $"none: it was interrupted after {report.Seconds:0.0} s; the same with --resume goes on" };
        }
        else
        {
            history.Forget(plan);
            report = report.Against(history.Last(plan));
            // One that met failures is no measure for the next.
            if (report.Failed == 0 && report.Requests > 0) history.Remember(report);
        }

        new Reply(JsonSerializer.SerializeToNode(report, LoadJson.Default.LoadReport), console => Show(console, report))
            .Write(all.Environment, all.IsJson(parsed));
        return report.Failed > 0 || (report.Requests == 0 && !stop.IsCancellationRequested) ? ExitCodes.Refused
            : report.IsSlower || stop.IsCancellationRequested ? ExitCodes.No : 0;
    }

    private static LoadPlan PlanOf(ParseResult parsed)
    {
        var plan = new LoadPlan(parsed.GetValue(_seconds), parsed.GetValue(_connections), parsed.GetValue(_size), parsed.GetValue(_reads),
            parsed.GetValue(_keys), KeyOptions.BucketName(parsed.GetRequiredValue(_bucket)), parsed.GetValue(_requests));
        Require(plan.Seconds is > 0 and <= 86_400, "--seconds", plan.Seconds, "above 0, a day at most");
        Require(plan.Connections is >= 1 and <= 10_000, "--connections", plan.Connections, "1 to 10,000");
        Require(plan.ValueBytes is >= 0 and <= 8 << 20, "--size", plan.ValueBytes, "0 to 8,388,608 bytes");
        Require(plan.Reads is >= 0 and <= 1, "--reads", plan.Reads, "0 (only writes) to 1 (only reads)");
        Require(plan.Requests >= 0, "--requests", plan.Requests, "at least 1, or 0 for no such end");
        Require(plan.KeyCount >= 1, "--keys", plan.KeyCount, "at least 1");
        return plan;
    }

    private static void Require(bool isSound, string option, double value, string allowed)
    {
        if (!isSound) throw new PbmException(ExitCodes.Usage, $"{option} is {value}; it is {allowed}.");
    }

    private static Task ShowProgressAsync(PbmEnvironment environment, LoadProgress before, LoadRun run, Task running) =>
        environment.Console.Progress().StartAsync(async progress =>
        {
            var task = progress.AddTask("nodes", maxValue: before.Plan.Seconds);
            var began = environment.Time.GetTimestamp();
            while (!running.IsCompleted)
            {
                await Task.WhenAny(running, Task.Delay(TimeSpan.FromMilliseconds(200), environment.Time));
                task.Value = Math.Min(before.Plan.Seconds, before.Seconds + environment.Time.GetElapsedTime(began).TotalSeconds);
                task.Description = $"{Shown.Count(run.Done / Math.Max(0.001, task.Value))} requests/s";
            }
        });

    private static void Show(IAnsiConsole console, LoadReport report)
    {
        console.WriteLine($"{Shown.Count(report.Requests)} requests in {report.Seconds:0.0} s: {Shown.Count(report.RequestsPerSecond)} "
            + $"requests/s, {report.Failed} failed");
        console.WriteLine($"p50 {Shown.Time(TimeSpan.FromMilliseconds(report.P50))}, p95 "
            + $"{Shown.Time(TimeSpan.FromMilliseconds(report.P95))}, "
            + $"p99 {Shown.Time(TimeSpan.FromMilliseconds(report.P99))}, p99.9 {Shown.Time(TimeSpan.FromMilliseconds(report.P999))}, "
                + $"max {Shown.Time(TimeSpan.FromMilliseconds(report.Max))}");
        if (report.FirstFailure is not null) console.WriteLine($"The first that failed: {report.FirstFailure}");
        console.WriteLine($"Verdict: {report.Verdict}");
    }
}
