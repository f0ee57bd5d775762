using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace DynamoActors.Server.Tests;

/// <summary>Alerts and dashboard beside the compose file: they are about metrics that there are, and promtool's tests of the alerts
/// pass.</summary>
public sealed class ObserveTests
{
    private static readonly string _directory = Path.Combine(RepositoryRoot.Path, "docker", "observe");
    private static readonly string _rules = File.ReadAllText(Path.Combine(_directory, "rules.yml"));
    private static readonly string _document = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "METRICS.md"));

    [PromtoolFact]
    public async Task Every_alert_waits_fires_and_clears_as_its_test_says()
    {
        var start = new ProcessStartInfo("promtool", ["test", "rules", Path.Combine(_directory, "rules.test.yml")])
        { RedirectStandardOutput = true, RedirectStandardError = true };
        using var promtool = Process.Start(start)!;
        var error = promtool.StandardError.ReadToEndAsync();
        var output = await promtool.StandardOutput.ReadToEndAsync();
        await promtool.WaitForExitAsync();
        promtool.ExitCode.ShouldBe(0, output + await error);
    }

    [Fact]
    public void Every_alert_has_a_test_in_which_it_fires_and_a_line_on_what_to_do()
    {
        string[] alerts = [.. Names(_rules, @"- alert: (\w+)")];
        alerts.Length.ShouldBeGreaterThan(10);
        var tests = File.ReadAllText(Path.Combine(_directory, "rules.test.yml"));
        Names(tests, @"alertname: (\w+)\s+exp_alerts:\s+- exp_labels").ShouldBe(alerts);
        Names(_document, @"^\| `(Dynamo\w+)` \|").ShouldBe(alerts);
    }

    [Fact]
    public void Rules_and_dashboard_are_about_metrics_that_there_are()
    {
        var known = Names(_document, @"`((?:dynamo|dotnet)_\w+)`").ToHashSet();
        var dashboard = File.ReadAllText(Path.Combine(_directory, "grafana", "provisioning", "dashboards", "dynamo.json"));
        foreach (var name in Names(_rules + dashboard, @"\b((?:dynamo|dotnet)_\w+)"))
            known.ShouldContain(Regex.Replace(name, "_(bucket|sum|count)$", ""), "neither rules nor dashboard can show it");
    }

    /// <summary>What Grafana's published types of a dashboard ask for, and what it shows wrongly without a word.</summary>
    [Fact]
    public void Panels_of_the_dashboard_have_what_Grafana_asks_for_and_each_a_place_of_its_own()
    {
        const int columns = 24;
        var dashboard = JsonNode.Parse(File.ReadAllText(
            Path.Combine(_directory, "grafana", "provisioning", "dashboards", "dynamo.json")))!;
        JsonNode[] panels = [.. dashboard["panels"]!.AsArray().OfType<JsonNode>()];
        panels.Select(panel => (int)panel["id"]!).ShouldBeUnique();
        var taken = new HashSet<(int, int)>();
        foreach (var panel in panels)
        {
            var (title, place) = ((string)panel["title"]!, panel["gridPos"]!);
            title.ShouldNotBeNullOrWhiteSpace();
            var (x, y, width, height) = ((int)place["x"]!, (int)place["y"]!, (int)place["w"]!, (int)place["h"]!);
            (x >= 0 && y >= 0 && width > 0 && height > 0 && x + width <= columns).ShouldBeTrue(title);
            for (var column = x; column < x + width; column++)
                for (var row = y; row < y + height; row++) taken.Add((column, row)).ShouldBeTrue($"{title} lies on another");
            if ((string)panel["type"]! == "row")
            {
                ((bool)panel["collapsed"]!, panel["panels"]!.AsArray().Count).ShouldBe((false, 0), title);
                continue;
            }

            ((string)panel["type"]!).ShouldBe("timeseries", title);
            ((string)panel["datasource"]!["type"]!).ShouldBe("prometheus", title);
            ((string)panel["fieldConfig"]!["defaults"]!["unit"]!).ShouldBeOneOf(
                "reqps", "ops", "s", "bytes", "percentunit", "short");
            panel["fieldConfig"]!["overrides"].ShouldBeOfType<JsonArray>(title);
            var legend = panel["options"]!["legend"]!;
            ((bool)legend["showLegend"]!).ShouldBeTrue(title);
            legend["calcs"].ShouldBeOfType<JsonArray>(title);
            JsonNode[] targets = [.. panel["targets"]!.AsArray().OfType<JsonNode>()];
            targets.ShouldNotBeEmpty(title);
            targets.Select(target => (string)target["refId"]!).ShouldBeUnique(title);
            targets.ShouldAllBe(target => ((string)target["expr"]!).Contains("$instance", StringComparison.Ordinal));
        }

        dashboard["templating"]!["list"]!.AsArray().Select(variable => (string)variable!["name"]!).ShouldBe(["instance"]);
    }

    private static IEnumerable<string> Names(string text, string pattern) =>
        Regex.Matches(text, pattern, RegexOptions.Multiline).Select(match => match.Groups[1].Value).Distinct();

    private sealed class PromtoolFactAttribute : FactAttribute
    {
        public PromtoolFactAttribute()
        {
            if (!Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator)
                .Any(one => File.Exists(Path.Combine(one, "promtool"))))
                Skip = "Not tried: promtool is not installed (Debian: prometheus).";
        }
    }
}
