using Akka.Embedded.Remote;

namespace DynamoActors.MultiNode.Tests.Clusters.InProcess;

/// <summary>The engine's network inside one process, one for each node that connects and node that listens, so that each connection's ends are known.</summary>
internal sealed class FaultyNetwork
{
    private readonly Dictionary<(int From, int To), InMemoryNetwork> _networks = [];
    private readonly Dictionary<(int From, int To), CuttableLink> _links = [];

    public FaultyNetwork(IReadOnlyList<int> nodes)
    {
        foreach (var from in nodes)
        {
            foreach (var to in nodes)
            {
                if (from == to) continue;
                _networks[(from, to)] = new InMemoryNetwork();
                _links[(from, to)] = new CuttableLink();
            }
        }
    }

    public static string HostOf(int node) => $"node{node}";

    public CuttableLink Link(int from, int to) => _links[(from, to)];

    /// <summary>For one life of the node.</summary>
    public ITransport TransportOf(int node) => new Endpoint(this, node);

    /// <summary>As when a process dies: whoever is connected with it hears that the connection is gone.</summary>
    public void Disconnect(int node)
    {
        foreach (var ((from, to), network) in _networks)
        {
            if (from == node || to == node) network.BreakConnections();
        }
    }

    private int NodeAt(string host) => _networks.Keys.Select(pair => pair.To).First(node => HostOf(node) == host);

    private sealed class Endpoint(FaultyNetwork world, int node) : ITransport
    {
        private readonly Dictionary<int, ITransport> _from = world._networks
            .Where(network => network.Key.To == node).ToDictionary(network => network.Key.From, network => network.Value.CreateTransport());

        private readonly Dictionary<int, ITransport> _to = world._networks
            .Where(network => network.Key.From == node).ToDictionary(network => network.Key.To, network => network.Value.CreateTransport());

        public int Listen(string host, int port, Func<ITransportConnection, ITransportHandler> accept)
        {
            foreach (var (other, transport) in _from)
                transport.Listen(host, port, accepted => new CuttableConnection(accepted, world.Link(node, other)).AcceptedBy(accept));
            return port;
        }

        public void Connect(string host, int port, Action<ITransportConnection> connected, Action<Exception> failed)
        {
            var other = world.NodeAt(host);
            // Setting up a connection needs an answer, so that both ways must be open.
            if (world.Link(node, other).IsCut || world.Link(other, node).IsCut) failed(new IOException($"no answer from {host}:{port}"));
            else _to[other].Connect(host, port, connection => connected(new CuttableConnection(connection, world.Link(node, other))), failed);
        }

        public void Schedule(IThreadPoolWorkItem work) => _from.Values.First().Schedule(work);

        public void StopListening()
        {
            foreach (var transport in _from.Values) transport.StopListening();
        }
    }
}
