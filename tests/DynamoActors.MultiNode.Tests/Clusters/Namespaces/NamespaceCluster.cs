namespace DynamoActors.MultiNode.Tests.Clusters.Namespaces;

/// <summary>Nodes as real processes, each with a network namespace and a data directory of its own.</summary>
internal sealed class NamespaceCluster : IClusterUnderTest
{
    private const int HttpPort = 8081;
    private const int RemotePort = 4053;

    private readonly NamespaceNetwork _network;
    private readonly string _data = Directory.CreateTempSubdirectory("dynamo-fault-spec-").FullName;
    private readonly Dictionary<int, ServerProcess> _processes = [];
    private readonly List<ServerProcess> _ended = [];

    private readonly string[] _settings;

    private NamespaceCluster(NamespaceNetwork network, string[] settings)
    {
        _network = network;
        _settings = settings;
    }

    public string Kind => $"three processes, each in a network namespace ({_network.AddressOf(1)} to {_network.AddressOf(ClusterUnderTest.Nodes)})";

    /// <param name="settings">Each <c>key=value</c>.</param>
    /// <exception cref="NamespacesUnavailable">Nothing was started.</exception>
    public static async Task<IClusterUnderTest> StartAsync(params string[] settings)
    {
        var cluster = new NamespaceCluster(NamespaceNetwork.Create(ClusterUnderTest.Nodes), settings);
        foreach (var node in ClusterUnderTest.All) await cluster.StartAsync(node);
        return cluster;
    }

    public string UrlOf(int node) => $"http://{_network.AddressOf(node)}:{HttpPort}";

    public void Stop(int node) => _processes[node].Signal("STOP");

    public void Continue(int node) => _processes[node].Signal("CONT");

    public void Cut(int from, int to) => _network.Cut(from, to);

    public void Mend(int from, int to) => _network.Mend(from, to);

    public async Task KillAsync(int node)
    {
        var process = _processes[node];
        process.Kill();
        await process.EndsAsync();
        _ended.Add(process);
        _processes.Remove(node);
    }

    public Task StartAsync(int node)
    {
        List<string> arguments =
        [
            "node", "--name", $"node{node}", "--http", $"{_network.AddressOf(node)}:{HttpPort}", "--remote", $"{_network.AddressOf(node)}:{RemotePort}",
            "--data", DataOf(node),
            // If this process dies, its nodes do not live on.
            "--until-input-ends",
        ];
        foreach (var seed in ClusterUnderTest.All) arguments.AddRange(["--seed", $"{_network.AddressOf(seed)}:{RemotePort}"]);
        foreach (var setting in _settings) arguments.AddRange(["--set", setting]);
        _processes[node] = ServerProcess.StartInNamespace(_network.NamespaceOf(node), [.. arguments]);
        return Task.CompletedTask;
    }

    public string DataOf(int node) => Path.Combine(_data, $"node{node}");

    public bool HasLogged(int node, string text) => _processes[node].HasPrinted(text);

    public string LogOf(int node) => _processes.TryGetValue(node, out var process) ? process.Printed : "It does not run.";

    public async ValueTask DisposeAsync()
    {
        // At once, as what they hold is of no use any more; one that is stopped would never end in order.
        foreach (var process in _processes.Values) process.Kill();
        foreach (var process in _processes.Values.Concat(_ended)) await process.DisposeAsync();
        _network.Dispose();
        Directory.Delete(_data, recursive: true);
    }
}
