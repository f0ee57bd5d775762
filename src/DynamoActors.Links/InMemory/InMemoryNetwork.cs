using System.Collections.Concurrent;
using DynamoActors.Links.Transport;

namespace DynamoActors.Links.InMemory;

/// <summary>A network inside one process: connections between listeners registered with it, and faults on demand.</summary>
public sealed class InMemoryNetwork
{
    private readonly ConcurrentDictionary<(string Host, int Port), Func<ITransportConnection, ITransportHandler>> _listeners = new();
    // In the order in which they were made, so that a fault meets them in the same order each time.
    private readonly List<InMemoryConnection> _connections = [];
    private readonly Action<IThreadPoolWorkItem> _schedule;
    private int _lastPort = 40_000;
    private volatile bool _partitioned;

    /// <param name="schedule">Runs work; a simulation puts it into its own order. Null for the thread pool.</param>
    public InMemoryNetwork(Action<IThreadPoolWorkItem>? schedule = null) =>
        _schedule = schedule ?? (work => ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal: false));

    public ITransport CreateTransport() => new Endpoint(this);

    /// <summary>Breaks every connection and refuses new ones until <see cref="Heal"/>.</summary>
    public void Partition()
    {
        _partitioned = true;
        BreakConnections();
    }

    public void Heal() => _partitioned = false;

    /// <summary>Breaks every connection; new ones can be made at once.</summary>
    public void BreakConnections()
    {
        foreach (var connection in Connections()) connection.Break(new IOException("the network broke the connection"));
    }

    /// <summary>Stops delivering, as a network that takes nothing more; sends stay unfinished until <see cref="Release"/>.</summary>
    public void Hold(int port)
    {
        foreach (var connection in Connections())
            if (connection.ListenerPort == port) connection.Hold();
    }

    public void Release(int port)
    {
        foreach (var connection in Connections())
            if (connection.ListenerPort == port) connection.Release();
    }

    internal void Forget(InMemoryConnection connection)
    {
        lock (_connections) _connections.Remove(connection);
    }

    internal void Schedule(IThreadPoolWorkItem work) => _schedule(work);

    private InMemoryConnection[] Connections()
    {
        lock (_connections) return [.. _connections];
    }

    private sealed class Endpoint(InMemoryNetwork network) : ITransport
    {
        private (string Host, int Port)? _bound;

        public int Listen(string host, int port, Func<ITransportConnection, ITransportHandler> accept)
        {
            if (port == 0) port = Interlocked.Increment(ref network._lastPort);
            if (!network._listeners.TryAdd((host, port), accept)) throw new IOException($"{host}:{port} cannot be bound: it is in use");
            _bound = (host, port);
            return port;
        }

        public void Connect(string host, int port, Action<ITransportConnection> connected, Action<Exception> failed)
        {
            if (network._partitioned || !network._listeners.TryGetValue((host, port), out var accept))
            {
                failed(new IOException($"nobody listens on {host}:{port}"));
                return;
            }
            var (near, far) = InMemoryConnection.Pair(network, $"{host}:{port}", port);
            lock (network._connections) network._connections.AddRange([near, far]);
            far.Open(accept(far));
            connected(near);
        }

        public void Schedule(IThreadPoolWorkItem work) => network.Schedule(work);

        public void StopListening()
        {
            if (_bound is { } bound) network._listeners.TryRemove(bound, out _);
        }
    }
}
