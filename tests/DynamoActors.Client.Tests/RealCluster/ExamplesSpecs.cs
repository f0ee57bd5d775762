using System.Diagnostics;

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

    private async Task<string> RunAsync(string example)
    {
        var start = new ProcessStartInfo(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, $"{example}.dll"), .. fixture.Cluster.Nodes.Select(node => node.Url)])
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var printed = await process.StandardOutput.ReadToEndAsync(patience.Token);
        await process.WaitForExitAsync(patience.Token);
        process.ExitCode.ShouldBe(0, printed);
        return printed;
    }
}
