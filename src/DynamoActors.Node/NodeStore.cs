using DynamoActors.Node.ReplicaStore;
using DynamoActors.Storage;

namespace DynamoActors.Node;

/// <summary>A node's opened storage with the identity that lives in it. One per data directory and process.</summary>
public sealed class NodeStore : IDisposable
{
    /// <param name="engine">Disposed with this.</param>
    /// <param name="nodeName">A directory that belonged to a node of another name gets a new identity.</param>
    /// <param name="newActorId">Draws a random identity.</param>
    public NodeStore(IStorageEngine engine, string nodeName, Func<ulong> newActorId)
    {
        Engine = engine;
        Dots = new DotSource(engine, nodeName, newActorId);
        Seen = new SeenCounters(engine);
    }

    public IStorageEngine Engine { get; }
    internal DotSource Dots { get; }
    internal SeenCounters Seen { get; }

    public void Dispose() => Engine.Dispose();
}
