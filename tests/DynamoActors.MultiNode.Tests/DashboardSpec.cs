using System.Text;
using System.Text.Json.Nodes;

namespace DynamoActors.MultiNode.Tests;

/// <summary>No panel of the dashboard stays empty: a real Prometheus has an answer to each of its questions about a real cluster.</summary>
[Collection("one cluster at a time")]
public sealed class DashboardSpec
{
    /// <summary>With as much as this its memtables are small, and data comes to tables, of which some panels tell.</summary>
    private const long HeapBytesMax = 200L << 20;

    private static readonly JsonNode _dashboard = JsonNode.Parse(File.ReadAllText(
        Path.Combine(Prometheus.Observe, "grafana", "provisioning", "dashboards", "dynamo.json")))!;

    /// <summary>As Grafana asks, with its variables filled in.</summary>
    private static (string Panel, string Expression)[] Questions =>
        [.. _dashboard["panels"]!.AsArray().Where(panel => panel!["type"]!.GetValue<string>() != "row").SelectMany(panel =>
            panel!["targets"]!.AsArray().Select(target => (panel["title"]!.GetValue<string>(), target!["expr"]!.GetValue<string>()
                .Replace("$instance", ".*", StringComparison.Ordinal).Replace("$__rate_interval", "30s", StringComparison.Ordinal))))];

    [Fact]
    public void Every_panel_asks_the_data_source_that_is_provisioned()
    {
        var source = File.ReadAllText(Path.Combine(Prometheus.Observe, "grafana", "provisioning", "datasources", "prometheus.yml"));
        foreach (var panel in _dashboard["panels"]!.AsArray().Where(panel => panel!["type"]!.GetValue<string>() != "row"))
            source.ShouldContain($"uid: {panel!["datasource"]!["uid"]!.GetValue<string>()}\n", customMessage: panel["title"]!.ToString());
        Questions.ShouldAllBe(question => !question.Expression.Contains('$'));
    }

    [PrometheusFact]
    public async Task Every_question_of_the_dashboard_has_an_answer()
    {
        await using var cluster = await RunningCluster.StartAsync(heapBytesMax: HeapBytesMax);
        using var prometheus = Prometheus.Beside(cluster);
        var (url, client) = (cluster.Nodes[0].Url, cluster.Client);
        using var stop = new CancellationTokenSource();
        RunningCluster.Kill(cluster.Nodes[2]);
        var load = LoadAsync(client, url, stop.Token);

        (string Panel, string Expression)[] open = Questions;
        await RunningCluster.UntilAsync(async () =>
        {
            var left = new List<(string, string)>();
            foreach (var question in open)
                if (!(await AnswersAsync(prometheus, question.Expression)).Any(value => value != "NaN")) left.Add(question);
            open = [.. left];
            return open.Length == 0;
        }, () => $"No answers to:\n{string.Join('\n', open)}\n{(load.IsFaulted ? load.Exception.Message : "")}");
        await stop.CancelAsync();
        await load;
        (await prometheus.AskAsync($"label/instance/values?match[]=dynamo_ready")).ShouldContain(new Uri(url).Authority);
    }

    private static async Task<string[]> AnswersAsync(Prometheus prometheus, string expression)
    {
        var said = await prometheus.AskAsync($"query?query={Uri.EscapeDataString(expression)}");
        said.ShouldContain("\"status\":\"success\"", customMessage: expression);
        return await prometheus.QueryAsync(expression);
    }

    /// <summary>Writes, reads, siblings, and requests that fail since a node is dead.</summary>
    private static async Task LoadAsync(HttpClient client, string url, CancellationToken stop)
    {
        var large = new string('x', 100_000);
        for (var round = 0; !stop.IsCancellationRequested; round++)
        {
            await PutAsync($"large{round % 300}", large);
            await PutAsync($"small{round % 50}", "1");
            await client.GetAsync($"{url}/kv/large{(round * 7) % 300}", CancellationToken.None);
            await client.GetAsync($"{url}/kv/small{round % 50}", CancellationToken.None);
            await PutAsync("refused?pw=all", "1");
        }

        async Task PutAsync(string key, string value)
        {
            using var body = new ByteArrayContent(Encoding.UTF8.GetBytes(value));
            using var _ = await client.PutAsync($"{url}/kv/{key}", body, CancellationToken.None);
        }
    }
}
