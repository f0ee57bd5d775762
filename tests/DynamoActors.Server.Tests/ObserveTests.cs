using System.Diagnostics;
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
