using System.CommandLine;
using System.Text.Json.Nodes;
using DynamoActors.Pbm.Asking;
using DynamoActors.Pbm.Showing;
using Spectre.Console;

namespace DynamoActors.Pbm.Commands;

/// <summary><c>pbm cluster …</c>. What changes the ring is in <see cref="PlanCommands"/>.</summary>
internal static class ClusterCommands
{
    public static Command Create(PbmCommands all)
    {
        var cluster = new Command("cluster", "The members, who sees whom, and changes of the ring.")
        {
            all.Asking(new Command("show", "The members as one node sees them."), ShowAsync),
            all.Asking(new Command("leader", "The member that proposes changes of the ring."), LeaderAsync),
            all.Asking(new Command("status", "Whether all is well: every member asked. Exits with 1 where it is not."), StatusAsync),
        };
        foreach (var change in PlanCommands.OfCluster(all)) cluster.Add(change);
        return cluster;
    }

    private static async Task<Reply> ShowAsync(ClusterClient cluster, ParseResult parsed, CancellationToken stop)
    {
        var (json, page) = await (await cluster.NodeAsync(stop)).PageAsync("cluster", NodePages.Default.ClusterPage, stop);
        return new Reply(json, console =>
        {
            var epoch = page.RingEpoch?.ToString() ?? "none yet";
            console.WriteLine($"As {page.Node} sees it; ring epoch {epoch}, leader {page.Leader ?? "none"}");
            var table = Tables.Of("member", "status", "reachable", "http", "address", "zone", " weight", " partitions", " clock ahead");
            foreach (var member in page.Members)
                table.Row(member.Name, member.Status, member.Reachable ? "yes" : "NO", member.Http, member.Address, member.Zone,
                    member.Weight.ToString("0.##"),
                    member.Partitions.ToString(), member.ClockAhead is { } ahead ? $"{ahead:0.000} s" : "not known");
            console.WriteTable(table);
        });
    }

    private static async Task<Reply> LeaderAsync(ClusterClient cluster, ParseResult parsed, CancellationToken stop)
    {
        var (_, page) = await (await cluster.NodeAsync(stop)).PageAsync("cluster", NodePages.Default.ClusterPage, stop);
        var code = page.Leader is null ? ExitCodes.No : 0;
        return new Reply(new JsonObject { ["leader"] = page.Leader }, console => console.WriteLine(page.Leader ?? "none"), code);
    }

    private static async Task<Reply> StatusAsync(ClusterClient cluster, ParseResult parsed, CancellationToken stop)
    {
        var asked = await cluster.AllAsync(async (node, cancel) =>
            (await node.PageAsync("cluster", NodePages.Default.ClusterPage, cancel)).Page, stop);
        string[] faults = [.. Faults(asked)];
        var json = new JsonObject
        {
            ["ok"] = faults.Length == 0,
            ["faults"] = new JsonArray([.. faults.Select(fault => (JsonNode)fault)]),
            ["members"] = new JsonArray([.. asked.Select(one => new JsonObject
            {
                ["name"] = one.Name,
                ["ready"] = one.Answer?.Ready ?? false,
                ["ringEpoch"] = one.Answer?.RingEpoch,
                ["unreachable"] = new JsonArray([.. Unreachable(one.Answer).Select(name => (JsonNode)name)]),
            })]),
        };
        return new Reply(json, console =>
        {
            var table = Tables.Of("member", "ready", " ring epoch", "cannot reach");
            foreach (var one in asked)
                table.Row(one.Name, one.Answer is null ? "no answer" : one.Answer.Ready ? "yes" : "NO",
                    one.Answer?.RingEpoch?.ToString() ?? "",
                    string.Join(", ", Unreachable(one.Answer)));
            console.WriteTable(table);
            if (faults.Length == 0) console.WriteLine($"All {asked.Count} members are well.");
            foreach (var fault in faults) console.WriteLine(fault);
        }, faults.Length == 0 ? 0 : ExitCodes.No);
    }

    private static IEnumerable<string> Unreachable(ClusterPage? page) =>
        page?.Members.Where(member => !member.Reachable).Select(member => member.Name) ?? [];

    private static IEnumerable<string> Faults(IReadOnlyList<MemberAnswer<ClusterPage>> asked)
    {
        foreach (var one in asked)
        {
            if (one.Answer is null) yield return $"{one.Name} does not answer: {one.Fault}";
            else if (!one.Answer.Ready) yield return $"{one.Name} is not ready: its /health/ready says why.";
            foreach (var name in Unreachable(one.Answer)) yield return $"{one.Name} cannot reach {name}.";
        }

        if (asked.Where(one => one.Answer is not null).Select(one => one.Answer!.RingEpoch).Distinct().Count() > 1)
            yield return "Members have different rings; within a minute or so they should agree.";
        foreach (var member in asked.FirstOrDefault(one => one.Answer is not null)?.Answer!.Members ?? [])
        {
            if (Math.Abs(member.ClockAhead ?? 0) >= 1)
                yield return $"The clock of {member.Name} is {member.ClockAhead:0.0} s ahead: mend its NTP.";
        }
    }
}
