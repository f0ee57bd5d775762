using System.CommandLine;
using System.Text.Json.Nodes;
using DynamoActors.Pbm.Asking;
using DynamoActors.Pbm.Showing;
using Spectre.Console;

namespace DynamoActors.Pbm.Commands;

/// <summary>What changes the ring: stage, look, commit. Any node takes each of these.</summary>
internal static class PlanCommands
{
    private static readonly Argument<string> _node = new("NODE") { Description = "Its name." };
    private static readonly Argument<string> _by = new("OTHER") { Description = "The node that takes its place." };
    private static readonly Argument<double> _weight = new("WEIGHT") { Description = "Its capacity beside the others'." };
    private static readonly Argument<string> _zone = new("ZONE") { Description = "What its machine shares with others." };
    private static readonly Option<ulong?> _epoch = new("--epoch")
    {
        Description = "Only if the ring is still of that epoch, for which the plan was shown.",
    };
    private static readonly Option<bool> _lost = new("--lost")
    {
        Description = "The node is dead for good: its data comes from the other owners.",
    };
    private static readonly Option<bool> _dataLoss = new("--data-loss") { Description = "Even where it has the only copies there are." };

    public static IEnumerable<Command> OfCluster(PbmCommands all) =>
    [
        Step(all, "join", "Stage: a node that is up takes its share."),
        Step(all, "leave", "Stage: a member hands over all it owns, and ends."),
        Step(all, "replace", "Stage: a node takes exactly what a member owns.", _by, _lost, _dataLoss),
        Down(Step(all, "force-remove", "Stage: a member that is dead for good is given up.", _dataLoss)),
        Step(all, "weight", "Stage: a member gets another share.", _weight),
        Step(all, "zone", "Stage: a member is in another zone.", _zone),
        all.Asking(new Command("plan", "What is staged, and what would become of the ring."), PlanAsync),
        Decision(all, "commit", "Have the ring agree on what is staged; data moves from then on.", _epoch),
        Decision(all, "clear", "Forget what is staged."),
        Decision(all, "abort", "While data moves: what has not been handed over stays where it is."),
    ];

    public static Command Transfers(PbmCommands all) =>
        all.Asking(new Command("transfers",
            "Partitions on their way, to every member. Exits with 1 where a member does not answer."), TransfersAsync);

    private static Command Step(PbmCommands all, string verb, string description, params Symbol[] more)
    {
        var command = new Command(verb, description) { _node };
        foreach (var argument in more.OfType<Argument>()) command.Add(argument);
        foreach (var option in more.OfType<Option>()) command.Add(option);
        return all.Asking(command, (cluster, parsed, stop) => PostAsync(cluster, $"cluster/{verb}/{Text(parsed.GetRequiredValue(_node))}"
            + Query(parsed, more), stop));
    }

    /// <summary>So it is called in Akka's clusters.</summary>
    private static Command Down(Command forceRemove)
    {
        forceRemove.Aliases.Add("down");
        return forceRemove;
    }

    private static Command Decision(PbmCommands all, string verb, string description, params Option[] more)
    {
        var command = new Command(verb, description);
        foreach (var option in more) command.Add(option);
        return all.Asking(command,
            (cluster, parsed, stop) => PostAsync(cluster, $"cluster/plan/{verb}{Query(parsed, more)}", stop));
    }

    private static string Query(ParseResult parsed, Symbol[] more)
    {
        var parts = new List<string>();
        if (more.Contains(_by)) parts.Add($"by={Text(parsed.GetRequiredValue(_by))}");
        if (more.Contains(_weight)) parts.Add(FormattableString.Invariant($"weight={parsed.GetRequiredValue(_weight)}"));
        if (more.Contains(_zone)) parts.Add($"zone={Text(parsed.GetRequiredValue(_zone))}");
        if (more.Contains(_epoch) && parsed.GetValue(_epoch) is { } epoch) parts.Add($"epoch={epoch}");
        if (more.Contains(_lost) && parsed.GetValue(_lost)) parts.Add("lost=true");
        if (more.Contains(_dataLoss) && parsed.GetValue(_dataLoss)) parts.Add("dataloss=true");
        return parts.Count == 0 ? "" : $"?{string.Join('&', parts)}";
    }

    private static string Text(string name) => Uri.EscapeDataString(name);

    private static async Task<Reply> PlanAsync(ClusterClient cluster, ParseResult parsed, CancellationToken stop) =>
        Shows(await (await cluster.NodeAsync(stop)).BytesAsync("cluster/plan", stop));

    private static async Task<Reply> PostAsync(ClusterClient cluster, string path, CancellationToken stop)
    {
        var node = await cluster.NodeAsync(stop);
        using var answer = await node.SendAsync(new HttpRequestMessage(HttpMethod.Post, new Uri(node.Address, path)), stop);
        return answer.IsSuccessStatusCode ? Shows(await answer.Content.ReadAsByteArrayAsync(stop))
            : throw await node.RefusalAsync(answer, stop);
    }

    private static Reply Shows(byte[] plan)
    {
        var json = JsonNode.Parse(plan)!;
        return new Reply(json, console =>
        {
            console.WriteLine($"Ring epoch {json["epoch"]}; {json["moving"]} partitions are on their way.");
            foreach (var change in json["staged"]!.AsArray()) console.WriteLine($"  staged: {change}");
            if (json["nodes"]!.AsArray() is not { Count: > 0 } nodes) return;
            var table = Tables.Of("member", "state", "zone", " weight", " partitions", " gains", " losses", " afterwards");
            foreach (var node in nodes)
                table.Row($"{node!["name"]}", $"{node["state"]}", $"{node["zone"]}", $"{node["weight"]}", $"{node["before"]}",
                    $"{node["gains"]}", $"{node["losses"]}", $"{node["after"]}");
            console.WriteTable(table);
            console.WriteLine($"{json["moves"]} copies of partitions move. Copies of the partition that has fewest: "
                + $"{Copies("before")} now, {Copies("during")} meanwhile, {Copies("after")} afterwards. Commit with: pbm cluster commit");
        });

        string Copies(string when) => $"{json["safety"]![when]!["nodes"]}";
    }

    private static async Task<Reply> TransfersAsync(ClusterClient cluster, ParseResult parsed, CancellationToken stop)
    {
        var asked = await cluster.AllAsync(async (node, cancel) =>
            JsonNode.Parse(await node.BytesAsync("cluster/transfers", cancel))!, stop);
        JsonNode[] nodes = [.. asked.Where(one => one.Answer?["toThisNode"] is JsonArray { Count: > 0 }).Select(one => one.Answer!)];
        JsonNode[] moves = [.. nodes.SelectMany(node => node["toThisNode"]!.AsArray()).Select(move => move!.DeepClone())];
        var left = asked.Max(one => one.Answer?["partitionsMoving"]?.GetValue<int>()) ?? 0;
        var silent = asked.Where(one => one.Answer is null).ToArray();
        var json = new JsonObject
        {
            ["partitionsMoving"] = left,
            ["transfers"] = new JsonArray(moves),
            ["faults"] = new JsonArray([.. silent.Select(one => new JsonObject { ["node"] = one.Name, ["fault"] = one.Fault })]),
        };
        return new Reply(json, console =>
        {
            // What a silent one knows or is brought the others may not have heard of.
            console.WriteLine(left > 0 ? $"{left} partitions are on their way."
                : silent.Length == 0 ? "Nothing moves." : "Nothing moves that those know of which answer.");
            foreach (var node in nodes)
            {
                var coming = node["toThisNode"]!.AsArray();
                console.WriteLine($"{coming[0]!["to"]} {node["progress"]}");
                foreach (var way in coming.GroupBy(move => (From: $"{move!["from"]}", Error: $"{move["lastError"]}")))
                    console.WriteLine($"  {way.Count()} from {way.Key.From}"
                        + (way.Key.Error.Length == 0 ? "" : $"; trouble: {way.Key.Error}"));
            }
            foreach (var one in silent) console.WriteLine($"{one.Name} does not answer: {one.Fault}");
        }, silent.Length == 0 ? 0 : ExitCodes.No);
    }
}
