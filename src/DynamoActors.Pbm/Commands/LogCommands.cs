using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using DynamoActors.Pbm.Asking;

namespace DynamoActors.Pbm.Commands;

/// <summary><c>pbm log tail</c>: what the nodes log, as they log it.</summary>
internal static class LogCommands
{
    private static readonly TimeSpan _silentInterval = TimeSpan.FromSeconds(1);

    private static readonly Option<string?> _on = new("--on") { Description = "The name of one node. Default: all." };
    private static readonly Option<int> _lines = new("--lines")
    { Description = "So many of each node's last lines first.", DefaultValueFactory = _ => 20 };
    private static readonly Option<bool> _once = new("--once") { Description = "End after those." };

    public static Command Create(PbmCommands all) => new("log", "What the nodes log.")
    {
        all.With(new Command("tail", "The last lines of the nodes' logs, and then each as it comes, until Ctrl-C. A node that does not "
            + "answer is asked again; with --once the command exits with 1 then.")
        { _on, _lines, _once }, (cluster, parsed, stop) => TailAsync(all, cluster, parsed, stop)),
    };

    private static async Task<int> TailAsync(PbmCommands all, ClusterClient cluster, ParseResult parsed, CancellationToken stop)
    {
        var (lines, on) = (parsed.GetValue(_lines), parsed.GetValue(_on));
        if (lines is < 1 or > 2000) throw new PbmException(ExitCodes.Usage, $"--lines is {lines}; it is 1 to 2000.");
        var nodes = await cluster.MembersAsync(on, stop);
        var tails = nodes.Select(node => new Tail(all, parsed, node.Name, node.Client, nodes.Count > 1)).ToArray();
        var last = await Task.WhenAll(tails.Select(tail => tail.FetchAsync($"lines={lines}", stop)));
        var byTime = last.SelectMany((page, at) => Stamped(at, page ?? [])).OrderBy(one => one.Stamp, StringComparer.Ordinal);
        foreach (var (at, line, _) in byTime) tails[at].Write(line);
        if (parsed.GetValue(_once)) return last.All(page => page is not null) ? 0 : ExitCodes.No;
        try
        {
            await Task.WhenAll(tails.Select(tail => tail.FollowAsync(stop)));
        }
        catch (OperationCanceledException)
        {
            // It was enough.
        }

        return 0;
    }

    /// <summary>With the time that each begins with; a line without one belongs to the line before.</summary>
    private static IEnumerable<(int At, string Line, string Stamp)> Stamped(int at, IReadOnlyList<string> lines)
    {
        var stamp = "";
        foreach (var line in lines)
        {
            if (line.IndexOf('Z') is > 0 and var end && DateTimeOffset.TryParse(line[..end], CultureInfo.InvariantCulture, out _))
                stamp = line[..end];
            yield return (at, line, stamp);
        }
    }

    /// <summary>One node's log.</summary>
    private sealed class Tail(PbmCommands all, ParseResult parsed, string name, NodeClient? node, bool isOneOfSeveral)
    {
        private long? _next;
        private bool _isSilent;

        public async Task FollowAsync(CancellationToken stop)
        {
            // Half of what pbm waits for an answer at most.
            var wait = (int)Math.Clamp(all.PatienceOf(parsed).TotalMilliseconds / 2, 1, 30_000);
            while (true)
            {
                var (began, from) = (all.Environment.Time.GetTimestamp(), _next);
                var lines = await FetchAsync(_next is { } next ? $"after={next}&wait={wait}&lines=1000" : "lines=1000", stop);
                foreach (var line in lines ?? []) Write(line);
                // A node that is about to stop makes nobody wait.
                var isAtOnce = _next == from && all.Environment.Time.GetElapsedTime(began).TotalMilliseconds < wait / 2;
                if (lines is null || isAtOnce) await Task.Delay(_silentInterval, all.Environment.Time, stop);
            }
        }

        /// <summary>Null: it has not answered.</summary>
        public async Task<IReadOnlyList<string>?> FetchAsync(string query, CancellationToken stop)
        {
            try
            {
                if (node is null) throw new PbmException(ExitCodes.NoNode, "Nobody knows where it takes HTTP.");
                var (_, page) = await node.PageAsync($"admin/log?{query}", NodePages.Default.LogPage, stop);
                if (page.Gap) Write("… some lines are not kept any more, or the node has started since", isNote: true);
                _next = page.Next;
                _isSilent = false;
                return page.Lines;
            }
            catch (PbmException silent)
            {
                if (!_isSilent) await all.Environment.Error.WriteLineAsync($"{name} does not answer: {silent.Message}");
                _isSilent = true;
                return null;
            }
        }

        public void Write(string line, bool isNote = false)
        {
            if (all.IsJson(parsed))
            {
                var json = new JsonObject { ["node"] = name, [isNote ? "note" : "line"] = line };
                line = json.ToJsonString(Showing.Reply.Readable);
            }
            else if (isOneOfSeveral) line = $"{name}  {line}";
            lock (all.Environment.Out) all.Environment.Out.WriteLine(line);
        }
    }
}
