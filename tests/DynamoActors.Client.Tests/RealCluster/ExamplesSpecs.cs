using System.Diagnostics;
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

    private static string Configuration => new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    private async Task<string> RunAsync(string example)
    {
        // Where it was built, in the configuration that this was.
        var built = Path.Combine(NamespaceCircles.RepositoryRoot(), "examples", example, "bin", Configuration, "net10.0", $"{example}.dll");
        var start = new ProcessStartInfo("dotnet", [built, .. fixture.Cluster.Nodes.Select(node => node.Url)])
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
}
