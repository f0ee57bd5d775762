using System.Diagnostics;
using System.Globalization;
using DynamoActors.MultiNode.Tests;
using DynamoActors.Tests.Shared;

namespace DynamoActors.Embedded.Tests;

/// <summary>The example of an Akka.NET application with a node in each of its processes does what it says.</summary>
public sealed class ClusterExampleSpecs : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(90);

    private readonly string _directory = Directory.CreateTempSubdirectory("dynamo-example-").FullName;
    private readonly int _firstPort = FreePorts.Run(3);
    private readonly List<Process> _processes = [];

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            if (!process.HasExited) process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task What_one_process_notes_the_others_show_also_when_one_was_killed_and_is_back()
    {
        Process[] nodes = [Start(1), Start(2), Start(3)];
        foreach (var node in nodes) (await ReadAsync(node)).ShouldBe("ready");
        (await AskAsync(nodes[0], "note shopping milk")).ShouldBe("written");
        (await AskAsync(nodes[1], "note shopping bread")).ShouldBe("written");
        (await AskAsync(nodes[2], "show shopping")).ShouldBe("milk, bread");

        nodes[2].Kill();
        (await AskAsync(nodes[0], "note garden seeds")).ShouldBe("written");
        (await AskAsync(nodes[1], "show garden")).ShouldBe("seeds");

        nodes[2] = Start(3);
        (await ReadAsync(nodes[2])).ShouldBe("ready");
        (await AskAsync(nodes[2], "list")).ShouldBe("garden, shopping");
        (await AskAsync(nodes[2], "show garden")).ShouldBe("seeds");
        (await AskAsync(nodes[2], "show nothing")).ShouldBe("nothing");
        nodes[2].StandardInput.Close();
        using var limit = new CancellationTokenSource(_patience);
        await nodes[2].WaitForExitAsync(limit.Token);
        nodes[2].ExitCode.ShouldBe(0);
    }

    private Process Start(int number)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var built = Path.Combine(NamespaceCircles.RepositoryRoot(), "examples", "Cluster", "bin", configuration, "net10.0", "Cluster.dll");
        var process = Process.Start(new ProcessStartInfo("dotnet",
        [
            built, "--name", $"node{number}", "--port", (_firstPort + number - 1).ToString(CultureInfo.InvariantCulture),
            "--seeds", string.Join(',', Enumerable.Range(_firstPort, 3).Select(port => $"127.0.0.1:{port}")),
            "--data", Path.Combine(_directory, $"node{number}"),
        ])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        _processes.Add(process);
        return process;
    }

    private static async Task<string> AskAsync(Process node, string line)
    {
        await node.StandardInput.WriteLineAsync(line);
        return await ReadAsync(node);
    }

    private static async Task<string> ReadAsync(Process node)
    {
        using var limit = new CancellationTokenSource(_patience);
        return await node.StandardOutput.ReadLineAsync(limit.Token) ?? "It has ended.";
    }
}
