using System.Diagnostics;
using System.Text.Json.Nodes;
using DynamoActors.Tests.Shared;

namespace DynamoActors.Client.Tests.RealCluster;

/// <summary>What <c>/openapi.json</c> is for: other people's tools understand it. Each is skipped where its tool cannot be had.</summary>
[Collection(nameof(ClusterFixture))]
public sealed class OtherLanguagesSpecs(ClusterFixture fixture) : IDisposable
{
    private static readonly string _sources = Path.Combine(NamespaceCircles.RepositoryRoot(), "tests", "OtherLanguages");

    private readonly string _directory = Directory.CreateTempSubdirectory("dynamo-openapi-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [RedoclyFact]
    public async Task Redocly_finds_nothing_wrong_with_it()
    {
        var document = await DocumentAsync();
        var sound = await LintAsync(document);
        sound["problems"]!.AsArray().ShouldBeEmpty(sound.ToJsonString());

        var broken = JsonNode.Parse(File.ReadAllText(document))!;
        broken["paths"]!["/kv/{key}"]!["get"]!.AsObject().Remove("parameters");
        File.WriteAllText(document, broken.ToJsonString());
        (await LintAsync(document))["problems"]!.AsArray().ShouldNotBeEmpty();
    }

    [KiotaFact]
    public async Task A_client_that_Kiota_has_generated_puts_reads_a_conflict_resolves_it_and_lists()
    {
        var (generated, printed) = await Tool.RunAsync(NamespaceCircles.RepositoryRoot(), "dotnet",
        [
            "kiota", "generate", "-l", "CSharp", "-d", await DocumentAsync(), "-o", Path.Combine(_directory, "client"), "-c", "StoreClient",
            "-n", "Store", "--exclude-backward-compatible",
        ]);
        generated.ShouldBe(0, printed);
        foreach (var name in new[] { "KiotaClient.csproj", "Program.cs" })
            File.Copy(Path.Combine(_sources, name), Path.Combine(_directory, name));
        File.Copy(Path.Combine(NamespaceCircles.RepositoryRoot(), "Directory.Packages.props"),
            Path.Combine(_directory, "Directory.Packages.props"));
        var (built, errors) = await Tool.RunAsync(_directory, "dotnet", ["build", "-c", "Release", "-o", "out", "--nologo", "-v", "quiet"]);
        built.ShouldBe(0, errors);
        (await Tool.RunAsync(_directory, "dotnet", [Path.Combine("out", "KiotaClient.dll"), fixture.Cluster.Nodes[0].Url])).ShouldBe((0, """
            get: hello
            get: several versions
            versions: good evening, good morning
            get: good evening and good morning
            keys: greeting, other%20key%2F%C3%A4
            get: 404 /problems/not-found

            """));
    }

    private async Task<JsonNode> LintAsync(string document)
    {
        var (_, printed) = await Tool.RunAsync(_directory, "npx",
            [.. RedoclyFactAttribute.Command, "lint", "--config", Path.Combine(_sources, "redocly.yaml"), "--format", "json", document]);
        return JsonNode.Parse(printed[printed.IndexOf('{')..(printed.LastIndexOf('}') + 1)])!;
    }

    private async Task<string> DocumentAsync()
    {
        var path = Path.Combine(_directory, "openapi.json");
        await File.WriteAllBytesAsync(path, await fixture.Cluster.Client.GetByteArrayAsync(fixture.Cluster.Nodes[0].Url + "/openapi.json"));
        return path;
    }

    private static class Tool
    {
        private static readonly TimeSpan _patience = TimeSpan.FromMinutes(4);

        public static async Task<(int Code, string Printed)> RunAsync(string directory, string program, string[] arguments)
        {
            var start = new ProcessStartInfo(program, arguments)
            {
                WorkingDirectory = directory,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            // It would look for a newer one of itself.
            start.Environment["KIOTA_OFFLINE_ENABLED"] = "true";
            using var process = Process.Start(start)!;
            using var limit = new CancellationTokenSource(_patience);
            try
            {
                var errors = process.StandardError.ReadToEndAsync(limit.Token);
                var printed = await process.StandardOutput.ReadToEndAsync(limit.Token);
                await process.WaitForExitAsync(limit.Token);
                return (process.ExitCode, process.ExitCode == 0 ? printed : printed + await errors);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                return (-1, $"{program} {string.Join(' ', arguments)} did not end within {_patience}.");
            }
        }

        /// <summary>Null: it runs; else why not.</summary>
        public static string? Lacks(string program, params string[] arguments)
        {
            try
            {
                var (code, printed) = RunAsync(NamespaceCircles.RepositoryRoot(), program, arguments).GetAwaiter().GetResult();
                return code == 0 ? null : $"Not tried: {program} {string.Join(' ', arguments)} says: {printed.Trim()}";
            }
            catch (System.ComponentModel.Win32Exception e)
            {
                return $"Not tried: {program} cannot be run: {e.Message}";
            }
        }
    }

    private sealed class RedoclyFactAttribute : FactAttribute
    {
        public static readonly string[] Command = ["--yes", "@redocly/cli@2.77.0"];

        private static readonly Lazy<string?> _lack = new(() => Tool.Lacks("npx", [.. Command, "--version"]));

        public RedoclyFactAttribute() => Skip = _lack.Value;
    }

    /// <summary>The tool's version is in <c>.config/dotnet-tools.json</c>.</summary>
    private sealed class KiotaFactAttribute : FactAttribute
    {
        private static readonly Lazy<string?> _lack = new(() => Tool.Lacks("dotnet", "tool", "restore"));

        public KiotaFactAttribute() => Skip = _lack.Value;
    }
}
