using System.Text.Json;
using System.Text.Json.Serialization;
using DynamoActors.Server.Startup;

namespace DynamoActors.Server.LocalCluster;

/// <summary>Which nodes the cluster has. Kept in a file beside their data: those that were added come again with the others.</summary>
internal sealed class LocalMembers
{
    private const int Default = 3;

    private readonly LocalClusterOptions _cluster;
    private readonly List<LocalNode> _nodes;

    private LocalMembers(LocalClusterOptions cluster, int initial, IEnumerable<int> numbers)
    {
        _cluster = cluster;
        Initial = initial;
        _nodes = [.. numbers.Distinct().Order().Select(cluster.Node)];
    }

    /// <summary>Of how many nodes the first ring is.</summary>
    public int Initial { get; }

    public IReadOnlyList<LocalNode> Nodes => _nodes;

    /// <summary>Those of an earlier run, and as many more as were asked for now.</summary>
    /// <exception cref="StartFailure">The file cannot be read.</exception>
    public static LocalMembers Of(LocalClusterOptions cluster)
    {
        if (cluster.Fresh || Remembered(cluster.DataDirectory) is not { Nodes.Length: > 0 } remembered)
            return new LocalMembers(cluster, cluster.Nodes ?? Default, Enumerable.Range(1, cluster.Nodes ?? Default));
        var more = Math.Max(0, (cluster.Nodes ?? 0) - remembered.Nodes.Length);
        return new LocalMembers(cluster, remembered.Initial,
            remembered.Nodes.Concat(Enumerable.Range(remembered.Nodes.Max() + 1, more)));
    }

    /// <summary>Null: none ever ran there.</summary>
    /// <exception cref="StartFailure">The file cannot be read.</exception>
    public static LocalClusterFile? Remembered(string dataDirectory)
    {
        var path = FileIn(dataDirectory);
        if (!File.Exists(path)) return null;
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(path), LocalClusterJson.Default.LocalClusterFile);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new StartFailure($"{path}, which says what nodes there are, cannot be read: {e.Message} Mend it, or delete it and name "
                + "their number with --nodes.");
        }
    }

    /// <summary>A node whose name was never used: a directory that is there belongs to one that has left.</summary>
    public LocalNode Next()
    {
        var number = _nodes.Max(node => node.Number) + 1;
        while (Directory.Exists(_cluster.Node(number).DataDirectory)) number++;
        return _cluster.Node(number);
    }

    public void Add(LocalNode node)
    {
        _nodes.Add(node);
        Save();
    }

    public void Remove(LocalNode node)
    {
        _nodes.Remove(node);
        Save();
    }

    public void Save() => File.WriteAllText(FileIn(_cluster.DataDirectory), JsonSerializer.Serialize(
        new LocalClusterFile(Initial, [.. _nodes.Select(node => node.Number)], [.. _nodes.Select(node => $"http://{node.Http}")]),
        LocalClusterJson.Default.LocalClusterFile));

    private static string FileIn(string dataDirectory) => Path.Combine(dataDirectory, "local-cluster.json");
}

/// <param name="Initial">Of how many nodes the first ring is.</param>
/// <param name="Nodes">Their numbers.</param>
/// <param name="Http">Where each takes requests.</param>
internal sealed record LocalClusterFile(int Initial, int[] Nodes, string[] Http);

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(LocalClusterFile))]
internal sealed partial class LocalClusterJson : JsonSerializerContext;
