using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace DynamoActors.MultiNode.Tests;

/// <summary>A node without seeds: a cluster of its own, as the container image starts it.</summary>
[Collection("one cluster at a time")]
public sealed partial class NodeByItselfSpec : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("dynamo-single-test-").FullName;
    private readonly string _workingDirectory = Directory.CreateTempSubdirectory("dynamo-single-test-").FullName;
    private readonly int _port = FreePorts.Run(3);

    public void Dispose()
    {
        Directory.Delete(_directory, recursive: true);
        Directory.Delete(_workingDirectory, recursive: true);
    }

    [Fact]
    public async Task The_images_own_command_gives_a_node_that_serves_also_after_a_restart()
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(20) };
        var url = $"http://127.0.0.1:{_port}";
        await using (var first = ServerProcess.StartIn(_workingDirectory, ImagesCommand()))
        {
            await first.PrintsAsync("node1 forms a cluster");
            await first.PrintsAsync("is ready for requests");
            using var put = await client.PutAsync($"{url}/kv/greeting", new StringContent("hello"));
            put.StatusCode.ShouldBe(HttpStatusCode.Created, first.Printed);
            first.Signal("TERM");
            (await first.EndsAsync()).ShouldBe(0, first.Printed);
            Directory.GetFileSystemEntries(_workingDirectory).ShouldBeEmpty("it writes to its data directory and nowhere else");
        }

        await using var second = ServerProcess.Start(ImagesCommand());
        await second.PrintsAsync("is ready for requests");
        (await client.GetStringAsync($"{url}/kv/greeting")).ShouldBe("hello");
    }

    [Fact]
    public async Task One_that_waits_for_more_nodes_says_so()
    {
        await using var node = ServerProcess.Start([.. ImagesCommand(), "--set", "dynamo.ring.initial-members=3"]);
        (await node.PrintsAsync("is not ready.*initial-members.*")).Value.ShouldEndWith("Up are: node1.");
    }

    /// <summary>What the image runs where nothing else is asked for, with this test's ports and directory.</summary>
    private string[] ImagesCommand()
    {
        var dockerfile = File.ReadAllText(Path.Combine(Root(AppContext.BaseDirectory), "docker", "Dockerfile"));
        var command = JsonSerializer.Deserialize<string[]>(Command().Match(dockerfile).Groups[1].Value.Replace("\\\n", ""))!;
        return [.. command.Select(argument => argument switch
        {
            "0.0.0.0:8081" => $"0.0.0.0:{_port}",
            "0.0.0.0:4053" => $"0.0.0.0:{_port + 1}",
            "0.0.0.0:4153" => $"0.0.0.0:{_port + 2}",
            "/data" => _directory,
            _ => argument,
        })];
    }

    private static string Root(string directory) =>
        File.Exists(Path.Combine(directory, "DynamoActors.sln")) ? directory : Root(Directory.GetParent(directory)!.FullName);

    [GeneratedRegex(@"^CMD (\[[^\]]*\])", RegexOptions.Multiline)]
    private static partial Regex Command();
}
