using System.Diagnostics;
using DynamoActors.MultiNode.Tests;
using DynamoActors.Tests.Shared;

namespace DynamoActors.Client.Tests.RealCluster;

/// <summary>The examples do what they say.</summary>
[Collection(nameof(ClusterFixture))]
public sealed class ExamplesSpecs(ClusterFixture fixture)
{
    [Fact]
    public async Task Simple() => (await RunAsync("Simple")).ShouldBe("""
        put: written
        get: hello
        put: written
        put: written
        update: written
        get: hello again, hello too
        key: english
        delete: written
        get: nothing

        """);

    [Fact]
    public async Task ShoppingCart() => (await RunAsync("ShoppingCart")).ShouldBe("""
        2 versions, merged: book, chair
        1 version: book, chair, pen

        """);

    [Fact]
    public async Task Sessions()
    {
        // Two instances of the application, on one cluster.
        await using var one = await StartedApplication.StartAsync(Built("Sessions"), fixture.Cluster.Nodes);
        await using var two = await StartedApplication.StartAsync(Built("Sessions"), fixture.Cluster.Nodes);
        // Cookies go by the host, whatever the port.
        using var browser = new HttpClient { Timeout = TimeSpan.FromSeconds(60) };
        (await browser.GetStringAsync(one.Url)).ShouldBe("nothing");
        (await PostAsync(browser, one.Url + "/book")).ShouldBe("book");
        await fixture.WithoutAsync(fixture.Cluster.Nodes[1], async () =>
        {
            (await PostAsync(browser, two.Url + "/lamp")).ShouldBe("book, lamp");
            (await browser.GetStringAsync(one.Url)).ShouldBe("book, lamp");
        });
        (await PostAsync(browser, one.Url + "/pen")).ShouldBe("book, lamp, pen");
        using var stranger = new HttpClient();
        (await stranger.GetStringAsync(two.Url)).ShouldBe("nothing");
        (await browser.GetStringAsync(two.Url + "/health")).ShouldBe("Healthy");
    }

    private static async Task<string> PostAsync(HttpClient browser, string url)
    {
        using var answer = await browser.PostAsync(url, null);
        var text = await answer.Content.ReadAsStringAsync();
        answer.IsSuccessStatusCode.ShouldBeTrue(text);
        return text;
    }

    private static string Configuration => new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    /// <summary>Where it was built, in the configuration that this was.</summary>
    private static string Built(string example) =>
        Path.Combine(NamespaceCircles.RepositoryRoot(), "examples", example, "bin", Configuration, "net10.0", $"{example}.dll");

    private async Task<string> RunAsync(string example)
    {
        var start = new ProcessStartInfo("dotnet", [Built(example), .. fixture.Cluster.Nodes.Select(node => node.Url)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var errors = process.StandardError.ReadToEndAsync(patience.Token);
        var printed = await process.StandardOutput.ReadToEndAsync(patience.Token);
        await process.WaitForExitAsync(patience.Token);
        process.ExitCode.ShouldBe(0, printed + await errors);
        return printed;
    }

    /// <summary>An example that serves until it is disposed of.</summary>
    private sealed class StartedApplication : IAsyncDisposable
    {
        private readonly Process _process;

        private StartedApplication(Process process, string url) => (_process, Url) = (process, url);

        public string Url { get; }

        public static async Task<StartedApplication> StartAsync(string built, IReadOnlyList<ClusterNode> nodes)
        {
            var process = Process.Start(new ProcessStartInfo("dotnet",
                [built, "--urls", "http://127.0.0.1:0", "--nodes", string.Join(',', nodes.Select(node => node.Url))])
            {
                RedirectStandardOutput = true,
            })!;
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
            {
                if (line.Split("Now listening on: ") is not [_, var url]) continue;
                // It would stand still when nobody took what it prints.
                _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                return new StartedApplication(process, url);
            }

            throw new InvalidOperationException($"{built} has ended.");
        }

        public async ValueTask DisposeAsync()
        {
            _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
        }
    }
}
