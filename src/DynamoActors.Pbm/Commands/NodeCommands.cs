using System.CommandLine;
using System.Text.Json.Nodes;
using DynamoActors.Pbm.Asking;
using DynamoActors.Pbm.Showing;
using Spectre.Console;

namespace DynamoActors.Pbm.Commands;

/// <summary>What every node counts, side by side. One that does not answer has a row that says so, and the command exits with 1.</summary>
internal static class NodeCommands
{
    public static Command Statistics(PbmCommands all) => all.Asking(new Command("stats", "What every node counts."),
        (cluster, _, stop) => OfAllAsync(cluster, Statistics, stop));

    public static Command Hints(PbmCommands all) => all.Asking(
        new Command("hints", "Writes that wait for nodes which missed them, and where."),
        (cluster, _, stop) => OfAllAsync(
            cluster, (console, nodes) => Hints(console, nodes, all.Environment.Time.GetUtcNow()), stop, page => page["hints"]));

    public static Command AntiEntropy(PbmCommands all) => all.Asking(
        new Command("anti-entropy", "How long ago the owners of each partition were last found to hold the same."),
        (cluster, _, stop) => OfAllAsync(
            cluster, (console, nodes) => AntiEntropy(console, nodes, all.Environment.Time.GetUtcNow()), stop, page => page["antiEntropy"]));

    private static async Task<Reply> OfAllAsync(
        ClusterClient cluster, Action<IAnsiConsole, IReadOnlyList<StatisticsPage>> show, CancellationToken stop,
            Func<JsonNode, JsonNode?>? part = null)
    {
        var nodes = await cluster.AllAsync(async (node, cancel) =>
            Tuple.Create(await node.PageAsync("stats", NodePages.Default.StatisticsPage, cancel)), stop);
        var json = new JsonObject();
        foreach (var node in nodes)
        {
            var page = node.Answer?.Item1.Json;
            json[node.Name] = page is null ? new JsonObject { ["fault"] = node.Fault } : part is null ? page : part(page)?.DeepClone();
        }

        MemberAnswer<Tuple<(JsonNode Json, StatisticsPage Page)>>[] silent = [.. nodes.Where(node => node.Answer is null)];
        return new Reply(json, console =>
        {
            show(console, [.. nodes.Where(node => node.Answer is not null).Select(node => node.Answer!.Item1.Page)]);
            foreach (var node in silent) console.WriteLine($"{node.Name} does not answer: {node.Fault}");
        }, silent.Length == 0 ? 0 : ExitCodes.No);
    }

    private static void Statistics(IAnsiConsole console, IReadOnlyList<StatisticsPage> nodes)
    {
        var table = Tables.Of(["figure", .. nodes.Select(node => " " + node.Node)]);
        Row("up for", node => Shown.Seconds(node.Uptime));
        Row("requests under way", node => $"{Shown.Count(node.Requests.UnderWay)} of {Shown.Count(node.Requests.Max)}");
        Row("divergent reads", node => Shown.Count(node.Requests.DivergentReads));
        Row("read repairs", node => Shown.Count(node.Requests.ReadRepairs));
        Row("quorums missed", node => Shown.Count(node.Requests.QuorumFailures));
        Row("hints", node => Shown.Count(node.Hints.Sum(hint => hint.Count)));
        Row("data", node => Shown.Bytes(node.Storage.Levels.Sum(level => level.Bytes)));
        Row("tables", node => Shown.Count(node.Storage.Levels.Sum(level => level.Tables)));
        Row("memtables", node => Shown.Bytes(node.Storage.MemtableBytes));
        Row("log", node => Shown.Bytes(node.Storage.LogBytes));
        Row("compaction debt", node => Shown.Bytes(node.Storage.CompactionDebtBytes));
        Row("write pressure", node => $"{node.Storage.WritePressure:0.00}");
        Row("write amplification", node => node.Storage.WriteAmplification == 0 ? "–" : $"{node.Storage.WriteAmplification:0.0}");
        console.WriteTable(table);
        foreach (var node in nodes.Where(node => node.Storage.BackgroundFailure is not null))
            console.WriteLine($"{node.Node}: {node.Storage.BackgroundFailure}");

        void Row(string figure, Func<StatisticsPage, string> read) => table.Row([figure, .. nodes.Select(read)]);
    }

    private static void Hints(IAnsiConsole console, IReadOnlyList<StatisticsPage> nodes, DateTimeOffset now)
    {
        var table = Tables.Of("for", "kept by", " hints", " size", " dropped", "since");
        var queues = nodes.SelectMany(node => node.Hints.Select(hint => (node.Node, hint)))
            .Where(queue => queue.hint.Count > 0 || queue.hint.Dropped > 0)
            .OrderBy(queue => queue.hint.Target, StringComparer.Ordinal).ToArray();
        foreach (var (node, hint) in queues)
            table.Row(hint.Target, node, Shown.Count(hint.Count), Shown.Bytes(hint.Bytes), Shown.Count(hint.Dropped),
                hint.Count > 0 ? Shown.Ago(hint.Since, now) : "");
        if (queues.Length == 0) console.WriteLine("No hints wait anywhere.");
        else console.WriteTable(table);
    }

    private static void AntiEntropy(IAnsiConsole console, IReadOnlyList<StatisticsPage> nodes, DateTimeOffset now)
    {
        var table = Tables.Of("node", " partitions", " all pairs compared", "longest ago", "of partition");
        foreach (var node in nodes)
        {
            var known = node.AntiEntropy.Where(partition => partition.Peers.All(peer => peer.AgreedAsOf is not null)).ToArray();
            var oldest = known.Where(partition => partition.Peers.Length > 0)
                .MinBy(partition => partition.Peers.Min(peer => peer.AgreedAsOf));
            table.Row(node.Node, node.AntiEntropy.Length.ToString(), known.Length.ToString(),
                Shown.Ago(oldest?.Peers.Min(peer => peer.AgreedAsOf), now),
                oldest?.Partition.ToString() ?? "");
        }

        console.WriteTable(table);
    }
}
