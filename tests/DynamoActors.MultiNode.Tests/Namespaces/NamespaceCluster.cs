namespace DynamoActors.MultiNode.Tests.Namespaces;

/// <summary>
/// Three nodes as real processes, each with a network namespace and a data directory of its own, and what can be done to them; there is
/// room for a fourth. Nodes are numbered from 1, as they are named.
/// </summary>
internal sealed class NamespaceCluster : IAsyncDisposable
{
    public static readonly IReadOnlyList<int> Nodes = [1, 2, 3];

    private const int HttpPort = 8081;
    private const int RemotePort = 4053;
    private const int LinksPort = 4153;

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

    /// <param name="settings">Each <c>key=value</c>.</param>
    /// <exception cref="NamespacesUnavailable">Nothing was started.</exception>
    public static NamespaceCluster Start(params string[] settings)
    {
        var cluster = new NamespaceCluster(NamespaceNetwork.Create(Nodes.Count + 1), settings);
        foreach (var node in Nodes) cluster.Start(node);
        return cluster;
    }

    /// <summary>Where a node takes HTTP: the same after a restart.</summary>
    public string UrlOf(int node) => $"http://{_network.AddressOf(node)}:{HttpPort}";

    /// <summary>The node does nothing any more, and nobody is told: its connections stay open, what is sent to it is kept.</summary>
    public void Stop(int node) => _processes[node].Signal("STOP");

    /// <summary>It goes on where it was stopped.</summary>
    public void Continue(int node) => _processes[node].Signal("CONT");

    /// <summary>Nothing that <paramref name="from"/> sends arrives at <paramref name="to"/>; what the other sends arrives.</summary>
    public void Cut(int from, int to) => _network.Cut(from, to);

    public void Mend(int from, int to) => _network.Mend(from, to);

    /// <summary>The node is gone at once, without a word.</summary>
    public async Task KillAsync(int node)
    {
        var process = _processes[node];
        process.Kill();
        await process.EndsAsync();
        _ended.Add(process);
        _processes.Remove(node);
    }

    /// <summary>The exit code of a node that ends by itself.</summary>
    public Task<int> EndsAsync(int node) => _processes[node].EndsAsync();

    /// <summary>Whether the node, which was just started, came as far as taking requests.</summary>
    public async Task<bool> ServesOrEndsAsync(int node)
    {
        var process = _processes[node];
        var ended = process.EndsAsync();
        return await Task.WhenAny(ended, process.PrintsAsync("takes HTTP on")) != ended;
    }

    /// <summary>Starts a node that was killed, as the same node.</summary>
    /// <param name="under">A program and its arguments that runs the node.</param>
    public void Start(int node, params string[] under)
    {
        var address = _network.AddressOf(node);
        List<string> arguments =
        [
            "node", "--name", $"node{node}", "--data", DataOf(node),
            "--http", $"{address}:{HttpPort}", "--remote", $"{address}:{RemotePort}", "--links", $"{address}:{LinksPort}",
            // If this process dies, its nodes do not live on.
            "--until-input-ends",
            // Its network is the specs' own.
            "--set", "dynamo.security.access=none",
        ];
        foreach (var seed in Nodes) arguments.AddRange(["--seed", $"{_network.AddressOf(seed)}:{RemotePort}"]);
        foreach (var setting in _settings) arguments.AddRange(["--set", setting]);
        _processes[node] = ServerProcess.StartInNamespace(_network.NamespaceOf(node), under, [.. arguments]);
    }

    /// <summary>The node's data directory, to be changed only while it does not run.</summary>
    public string DataOf(int node) => Path.Combine(_data, $"node{node}");

    /// <summary>Whether any line that it logged since it was last started contains that.</summary>
    public bool HasLogged(int node, string text) => _processes[node].HasPrinted(text);

    /// <summary>The last lines that the node logged.</summary>
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
