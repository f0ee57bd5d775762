namespace DynamoActors.MultiNode.Tests.Clusters.InProcess;

/// <summary>Nodes in this process, with threads, a front end and a data directory each, on a network whose links can be cut.</summary>
internal sealed class InProcessCluster : IClusterUnderTest
{
    private readonly string _data = Directory.CreateTempSubdirectory("dynamo-fault-spec-").FullName;
    private readonly int _firstPort = FreePorts.Run(ClusterUnderTest.Nodes);
    private readonly FaultyNetwork _network = new(ClusterUnderTest.All);
    private readonly string[] _settings;
    private readonly Dictionary<int, InProcessNode> _nodes = [];
    private readonly Dictionary<int, LoggedLines> _logs = ClusterUnderTest.All.ToDictionary(node => node, _ => new LoggedLines());

    private InProcessCluster(string[] settings) => _settings = settings;

    public string Kind => "three nodes in this process, on the engine's transport with faults";

    /// <param name="settings">Each <c>key=value</c>.</param>
    public static async Task<IClusterUnderTest> StartAsync(params string[] settings)
    {
        var cluster = new InProcessCluster(settings);
        foreach (var node in ClusterUnderTest.All) await cluster.StartAsync(node);
        return cluster;
    }

    public string UrlOf(int node) => $"http://127.0.0.1:{_firstPort + node - 1}";

    public void Stop(int node) => _nodes[node].Stop();

    public void Continue(int node) => _nodes[node].Continue();

    public void Cut(int from, int to) => _network.Link(from, to).Cut();

    public void Mend(int from, int to) => _network.Link(from, to).Mend();

    public async Task KillAsync(int node)
    {
        await _nodes[node].KillAsync();
        _nodes.Remove(node);
    }

    public async Task StartAsync(int node) =>
        _nodes[node] = await InProcessNode.StartAsync(_network, node, _firstPort + node - 1, DataOf(node), _settings, _logs[node]);

    public string DataOf(int node) => Path.Combine(_data, $"node{node}");

    public bool HasLogged(int node, string text) => _logs[node].Contains(text);

    public string LogOf(int node) => _logs[node].Text;

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes.Values) await node.KillAsync();
        Directory.Delete(_data, recursive: true);
    }
}
