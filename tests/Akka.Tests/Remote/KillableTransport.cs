using Akka.Embedded.Remote;

namespace Akka.Tests.Remote;

/// <summary>
/// The network as one process has it: <see cref="Kill"/> takes it away at once, as the end of the process would. A system that stops
/// its actors by itself would otherwise still tell its peers of their ends.
/// </summary>
internal sealed class KillableTransport(ITransport network) : ITransport
{
    private readonly Lock _lock = new();
    private readonly List<ITransportConnection> _connections = [];
    private bool _killed;

    public int Listen(string host, int port, Func<ITransportConnection, ITransportHandler> accept) => network.Listen(host, port, connection =>
    {
        Own(connection);
        return accept(connection);
    });

    public void Connect(string host, int port, Action<ITransportConnection> connected, Action<Exception> failed)
    {
        lock (_lock)
        {
            if (_killed)
            {
                failed(new IOException("the process has been killed"));
                return;
            }
        }
        network.Connect(host, port, connection =>
        {
            Own(connection);
            connected(connection);
        }, failed);
    }

    public void Schedule(IThreadPoolWorkItem work) => network.Schedule(work);

    public void StopListening()
    {
        // After a kill the address may be a successor's already.
        lock (_lock)
            if (!_killed) network.StopListening();
    }

    public void Kill()
    {
        ITransportConnection[] connections;
        lock (_lock)
        {
            network.StopListening();
            _killed = true;
            connections = [.. _connections];
        }
        foreach (var connection in connections) connection.Close();
    }

    private void Own(ITransportConnection connection)
    {
        bool late;
        lock (_lock)
        {
            late = _killed;
            _connections.Add(connection);
        }
        if (late) connection.Close();
    }
}
