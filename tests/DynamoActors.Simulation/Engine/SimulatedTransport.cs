using DynamoActors.Links.Transport;

namespace DynamoActors.Simulation.Engine;

/// <summary>The network as one process has it.</summary>
internal sealed class SimulatedTransport(SimulatedProcess process) : ITransport
{
    private readonly List<SimulatedConnection> _connections = [];

    private SimulatedNetwork Network => process.Host.Simulation.Network;

    public SimulatedProcess Process => process;

    /// <summary>Told of connections; null: nobody listens.</summary>
    public Func<ITransportConnection, ITransportHandler>? Listener { get; private set; }

    public int Listen(string host, int port, Func<ITransportConnection, ITransportHandler> accept)
    {
        Network.Bind(process.Host, port, this);
        Listener = accept;
        return port;
    }

    public void Connect(string host, int port, Action<ITransportConnection> connected, Action<Exception> failed) =>
        Network.Connect(this, host, port, connected, failed);

    public void Schedule(IThreadPoolWorkItem work)
    {
        if (process.IsAlive) process.Run("work", 0, work, TimeSpan.Zero, work.Execute);
    }

    public void StopListening() => Listener = null;

    public void Add(SimulatedConnection connection) => _connections.Add(connection);

    public void Remove(SimulatedConnection connection) => _connections.Remove(connection);

    public void Die(bool silently)
    {
        Listener = null;
        foreach (var connection in _connections.ToArray()) connection.OwnerDied(silently);
        _connections.Clear();
    }
}
