using DynamoActors.Node.ReplicaStore;
using DynamoActors.Storage;

namespace DynamoActors.Node;

/// <summary>A node's opened storage with the identity that lives in it.</summary>
internal sealed class NodeStore : IDisposable
{
    private readonly IDisposable? _background;

    public NodeStore(IStorageEngine engine, string nodeName, Func<ulong> newActorId, IDisposable? background = null)
    {
        _background = background;
        Engine = engine;
        Dots = new DotSource(engine, nodeName, newActorId);
        Seen = new SeenCounters(engine);
    }

    public IStorageEngine Engine { get; }
    public DotSource Dots { get; }
    public SeenCounters Seen { get; }

    public void Dispose()
    {
        Engine.Dispose();
        _background?.Dispose();
    }
}
