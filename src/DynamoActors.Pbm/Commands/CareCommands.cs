using System.CommandLine;
using System.Text.Json.Nodes;
using DynamoActors.Pbm.Asking;
using DynamoActors.Pbm.Showing;
using Spectre.Console;

namespace DynamoActors.Pbm.Commands;

/// <summary>Damage on the nodes' disks: looked for, and mended from the other owners, one node at a time.</summary>
internal static class CareCommands
{
    private static readonly TimeSpan _lookInterval = TimeSpan.FromMilliseconds(500);

    private static readonly Option<long> _rate = ByteRate.Option("Bytes a second that each node reads.", 32L << 20);
    private static readonly Option<bool> _noRepair = new("--no-repair") { Description = "Only tell what is damaged." };
    private static readonly Option<bool> _status = new("--status") { Description = "Only show how far the nodes are." };
    private static readonly Option<string?> _on = new("--on")
    { Description = "The name of the one node to repair. Default: all, in turn." };
    private static readonly Option<double> _within = new("--within")
    { Description = "Seconds that a node may take to have everything back.", DefaultValueFactory = _ => 3600 };

    public static Command Scrub(PbmCommands all) => all.With(new Command("scrub",
        "Has every node read every block of every table, and repairs the nodes that find damage. Ctrl-C pauses; the same command goes "
        + "on. Exits with 1 where there is damage left, or a node does not answer.")
    { _rate, _noRepair, _status, _within }, (cluster, parsed, stop) => ScrubAsync(all, cluster, parsed, stop));

    public static Command Repair(PbmCommands all) => all.With(new Command("repair",
        "Has the nodes that know of damaged files take these out of their stores, one node at a time, and waits until the other owners "
        + "have brought back what was in them. A node's actors stop for it and start again; its process stays. A node that does not "
        + "start needs 'DynamoActors.Server repair --data DIR' instead.")
    { _on, _within }, (cluster, parsed, stop) => RepairAsync(all, cluster, parsed, stop));

    private static async Task<int> ScrubAsync(PbmCommands all, ClusterClient cluster, ParseResult parsed, CancellationToken stop)
    {
        var states = parsed.GetValue(_status) ? await AskAllAsync(cluster, HttpMethod.Get, "admin/scrub", stop)
            : await ReadThroughAsync(all, cluster, parsed, stop);

        Reply(states).Write(all.Environment, all.IsJson(parsed));
        var isRepaired = !parsed.GetValue(_status) && !parsed.GetValue(_noRepair)
            && await RepairEachAsync(all, cluster, states, parsed, stop);
        return states.All(state => state.Answer is { } page && (page.Damaged.Length == 0 || isRepaired)) ? 0 : ExitCodes.No;
    }

    /// <summary>Until no node reads any more.</summary>
    private static async Task<IReadOnlyList<MemberAnswer<ScrubPage>>> ReadThroughAsync(
        PbmCommands all, ClusterClient cluster, ParseResult parsed, CancellationToken stop)
    {
        try
        {
            await AskAllAsync(cluster, HttpMethod.Post, $"admin/scrub?rate={parsed.GetValue(_rate)}", stop);
            while (true)
            {
                var states = await AskAllAsync(cluster, HttpMethod.Get, "admin/scrub", stop);
                var reading = states.Select(state => state.Answer).OfType<ScrubPage>().Where(page => page.Step == "reading").ToArray();
                if (reading.Length == 0) return states;
                if (all.Environment.IsInteractive && !all.IsJson(parsed)) all.Environment.Console.WriteLine(string.Join("  ",
                    reading.Select(page => $"{page.Node}: {page.TablesRead} of {page.Tables} tables, {Shown.Bytes(page.BytesRead)}")));
                await Task.Delay(_lookInterval, all.Environment.Time, stop);
            }
        }
        catch (OperationCanceledException)
        {
            // Also of the first request nobody knows whether a node has begun.
            await AskAllAsync(cluster, HttpMethod.Delete, "admin/scrub", CancellationToken.None);
            await all.Environment.Error.WriteLineAsync("Paused on every node. 'pbm scrub' goes on where they were.");
            throw;
        }
    }

    private static async Task<int> RepairAsync(PbmCommands all, ClusterClient cluster, ParseResult parsed, CancellationToken stop)
    {
        var states = await AskAllAsync(cluster, HttpMethod.Get, "admin/scrub", stop);
        if (parsed.GetValue(_on) is { } on)
        {
            states = [.. states.Where(state => state.Name == on)];
            if (states.Count == 0) throw new PbmException(ExitCodes.Usage, $"No member is called {on}. 'pbm cluster show' names them.");
        }

        foreach (var silent in states.Where(state => state.Answer is null))
            await all.Environment.Error.WriteLineAsync($"{silent.Name} does not answer: {silent.Fault} If it cannot start because of "
                + "damage, run 'DynamoActors.Server repair --data DIR' on its machine while it is stopped.");
        if (states.All(state => state.Answer is not { Damaged.Length: > 0 }))
            new Reply(new JsonArray(), console => console.WriteLine("No node knows of damaged files. 'pbm scrub' looks for them."))
                .Write(all.Environment, all.IsJson(parsed));
        var isDone = await RepairEachAsync(all, cluster, states, parsed, stop);
        return isDone && states.All(state => state.Answer is not null) ? 0 : ExitCodes.No;
    }

    /// <summary>One after another, each only when the one before has everything back: else both copies of something may be away at a
    /// time.</summary>
    private static async Task<bool> RepairEachAsync(PbmCommands all, ClusterClient cluster, IReadOnlyList<MemberAnswer<ScrubPage>> states,
        ParseResult parsed, CancellationToken stop)
    {
        var isDone = true;
        foreach (var damaged in states.Where(state => state.Answer is { Damaged.Length: > 0 }))
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
            limit.CancelAfter(TimeSpan.FromSeconds(parsed.GetValue(_within)));
            try
            {
                var node = await cluster.PatientAsync(damaged.Name, limit.Token);
                var (json, page) = await node.PageAsync(HttpMethod.Post, "admin/repair", NodePages.Default.RepairPage, limit.Token);
                new Reply(json, console => Show(console, page)).Write(all.Environment, all.IsJson(parsed));
                isDone &= page.Findings.All(finding => finding.Done is not null);
                await UntilWholeAsync(all, node, limit.Token);
                if (!all.IsJson(parsed)) all.Environment.Console.WriteLine($"{damaged.Name} holds what the other owners hold again.");
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                throw new PbmException(ExitCodes.No, $"{damaged.Name} was repaired, and is not ready with everything back after "
                    + $"{parsed.GetValue(_within)} s. It goes on by itself: 'pbm anti-entropy' shows it. The next nodes were not touched.");
            }
        }

        return isDone;
    }

    /// <summary>The node serves, and was compared with every other owner of each partition since it started again.</summary>
    private static async Task UntilWholeAsync(PbmCommands all, NodeClient node, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                await node.BytesAsync("health/ready", stop);
                var (_, page) = await node.PageAsync("stats", NodePages.Default.StatisticsPage, stop);
                if (page.AntiEntropy.Length > 0
                    && page.AntiEntropy.All(partition => partition.Peers.All(peer => peer.AgreedAsOf is not null)))
                    return;
            }
            catch (PbmException)
            {
                // It is starting.
            }

            await Task.Delay(_lookInterval, all.Environment.Time, stop);
        }
    }

    private static Task<IReadOnlyList<MemberAnswer<ScrubPage>>> AskAllAsync(
        ClusterClient cluster, HttpMethod method, string path, CancellationToken stop) =>
        cluster.AllAsync(async (node, cancel) => (await node.PageAsync(method, path, NodePages.Default.ScrubPage, cancel)).Page, stop);

    private static Reply Reply(IReadOnlyList<MemberAnswer<ScrubPage>> states)
    {
        var json = new JsonObject();
        foreach (var state in states)
        {
            json[state.Name] = state.Answer is not { } page ? new JsonObject { ["fault"] = state.Fault } : new JsonObject
            {
                ["step"] = page.Step,
                ["tables"] = page.Tables,
                ["tablesRead"] = page.TablesRead,
                ["bytesRead"] = page.BytesRead,
                ["damaged"] = new JsonArray([.. page.Damaged.Select(file => JsonValue.Create(file))]),
            };
        }

        return new Reply(json, console =>
        {
            var table = Tables.Of("node", "scrub", " tables read", " of", " bytes", " damaged files");
            foreach (var page in states.Select(state => state.Answer).OfType<ScrubPage>())
                table.Row(page.Node, page.Step, $"{page.TablesRead}", $"{page.Tables}", Shown.Bytes(page.BytesRead),
                    $"{page.Damaged.Length}");
            console.WriteTable(table);
            foreach (var state in states)
                if (state.Answer is not { } page) console.WriteLine($"{state.Name} does not answer: {state.Fault}");
                else foreach (var file in page.Damaged) console.WriteLine($"{state.Name}: {file} is damaged");
        });
    }

    private static void Show(IAnsiConsole console, RepairPage page)
    {
        foreach (var finding in page.Findings)
        {
            console.WriteLine($"{page.Node}: {finding.Damage.TrimEnd('.')}.");
            console.WriteLine($"  {finding.Done ?? "Nothing could be done about it while the node runs: stop it, and run "
                + "'DynamoActors.Server repair --data DIR'."}");
            console.WriteLine($"  Lost there, until the others have brought it: {finding.Lost}");
        }
    }
}
