using DynamoActors.Links.Transport;

namespace DynamoActors.Simulation.Engine;

/// <summary>
/// The network between simulated machines, as TCP shows it: a connection's bytes arrive in order and once, or the connection breaks and
/// loses what had not arrived. Across a blocked link nothing moves; when it opens, a connection goes on or turns out to be broken.
/// </summary>
public sealed class SimulatedNetwork
{
    // The first repetition of a lost packet comes after this, each further one after twice the time before.
    private static readonly TimeSpan _firstRepetition = TimeSpan.FromMilliseconds(200);
    private const int RepetitionsMax = 6;

    // As Linux repeats a request to connect that nobody answers: after 1 s, 3 s and 7 s.
    private static readonly TimeSpan _firstRedial = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _lastRedial = TimeSpan.FromSeconds(4);

    private readonly SimulatedWorld _simulation;
    private readonly Dictionary<(int From, int To), SimulatedLink> _links = [];
    private readonly Dictionary<(string Host, int Port), SimulatedTransport> _bound = [];
    private readonly List<SimulatedConnection> _connections = [];
    private readonly HashSet<string> _abandoned = [];

    internal SimulatedNetwork(SimulatedWorld simulation) => _simulation = simulation;

    public SimulatedLink Link(SimulatedHost from, SimulatedHost to)
    {
        if (!_links.TryGetValue((from.Index, to.Index), out var link))
            _links.Add((from.Index, to.Index), link = new SimulatedLink(from, to));
        return link;
    }

    /// <summary>Nothing gets from one to the other any more, until as many calls of <see cref="Unblock"/>.</summary>
    public void Block(SimulatedHost from, SimulatedHost to) => Link(from, to).Blocks++;

    public void Unblock(SimulatedHost from, SimulatedHost to)
    {
        var link = Link(from, to);
        if (link.Blocks == 0) throw new InvalidOperationException($"The link from {from.Name} to {to.Name} is not blocked.");
        if (--link.Blocks > 0) return;
        foreach (var connection in _connections.ToArray()) connection.LinkOpened(link);
    }

    /// <summary>Breaks every connection between the two machines; new ones can be made at once.</summary>
    public void Reset(SimulatedHost one, SimulatedHost other)
    {
        foreach (var connection in _connections.ToArray())
            if (connection.Leads(one, other)) connection.Break("the network broke the connection");
    }

    internal void Abandon(string address) => _abandoned.Add(address);

    internal TimeSpan DelayOf(SimulatedLink link)
    {
        var delay = _simulation.Between(link.Delay.Least, link.Delay.Most);
        var repetition = _firstRepetition;
        for (int times = 0; times < RepetitionsMax && _simulation.Chance(link.Loss); times++, repetition *= 2) delay += repetition;
        return delay;
    }

    internal void Bind(SimulatedHost host, int port, SimulatedTransport transport)
    {
        if (port == 0) throw new IOException("a simulated machine has no free ports to choose from: name one");
        if (_bound.TryGetValue((host.Address, port), out var other) && other.Process.IsAlive && other.Listener is not null)
            throw new IOException($"{host.Address}:{port} cannot be bound: it is in use");
        _bound[(host.Address, port)] = transport;
    }

    internal void Connect(SimulatedTransport from, string host, int port, Action<ITransportConnection> connected, Action<Exception> failed)
    {
        var near = from.Process;
        if (_simulation.Hosts.FirstOrDefault(known => known.Address == host) is not { } target)
        {
            if (_abandoned.Contains(host)) return;
            near.Run("net", 0, host, TimeSpan.Zero, () => failed(new IOException($"there is no machine {host}")));
            return;
        }
        var there = Link(near.Host, target);
        var back = Link(target, near.Host);
        // A lost request to connect is repeated, and the caller's own patience ends it.
        _simulation.Enqueue(DelayOf(there).Ticks, new Happening(near, "syn", port, () => Arrive(_firstRedial), host));

        void Arrive(TimeSpan redial)
        {
            if (there.IsBlocked || back.IsBlocked || target.IsDown)
            {
                if (redial <= _lastRedial)
                    _simulation.Enqueue(redial.Ticks, new Happening(near, "syn", port, () => Arrive(redial * 2), host));
                return;
            }
            var answer = DelayOf(back);
            if (!_bound.TryGetValue((host, port), out var transport) || !transport.Process.IsAlive || transport.Listener is null)
            {
                near.Run("net", port, host, answer, () => failed(new IOException($"nobody listens on {host}:{port}")));
                return;
            }
            var (mine, theirs) = SimulatedConnection.Pair(_simulation, from, transport);
            Add(mine);
            Add(theirs);
            transport.Process.Run("accept", port, near.Host.Name, TimeSpan.Zero, () => Accept(transport, theirs));
            near.Run("net", port, host, answer, () => connected(mine));
        }
    }

    internal void Forget(SimulatedConnection connection)
    {
        _connections.Remove(connection);
        connection.Owner.Remove(connection);
    }

    private static void Accept(SimulatedTransport transport, SimulatedConnection connection)
    {
        if (transport.Listener is { } listener) connection.Open(listener(connection));
        else connection.Break("nobody listens any more");
    }

    private void Add(SimulatedConnection connection)
    {
        _connections.Add(connection);
        connection.Owner.Add(connection);
    }
}
