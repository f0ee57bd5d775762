using DynamoActors.Links.InMemory;
using DynamoActors.Links.Transport;

namespace DynamoActors.Links.Tests;

/// <summary>A network whose work is done by the test, on its own thread.</summary>
internal sealed class PumpedNetwork
{
    private readonly Queue<IThreadPoolWorkItem> _work = new();
    private readonly InMemoryNetwork _network;
    private TimeSpan _now;

    public PumpedNetwork() => _network = new InMemoryNetwork(_work.Enqueue);

    public ITransport Transport => _network.CreateTransport();

    public void BreakConnections() => _network.BreakConnections();

    public void Partition() => _network.Partition();

    public void Heal() => _network.Heal();

    public void Hold(int port) => _network.Hold(port);

    public void Release(int port) => _network.Release(port);

    public void Pump()
    {
        while (_work.TryDequeue(out var work)) work.Execute();
    }

    /// <summary>Lets so much time pass, a tenth of a second at a time.</summary>
    public void Pass(TimeSpan time, params TestNode[] nodes)
    {
        for (var until = _now + time; _now < until;)
        {
            _now += TimeSpan.FromMilliseconds(100);
            foreach (var node in nodes)
            {
                node.UnixMilliseconds += 100;
                node.Elapsed += 100;
                node.Links.Tick(_now);
            }
            Pump();
        }
    }
}
