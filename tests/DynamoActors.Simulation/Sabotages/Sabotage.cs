using Akka.Actor;
using DynamoActors.Links;
using DynamoActors.Node.Requests;
using DynamoActors.Simulation.World;
using DynamoActors.Storage;

namespace DynamoActors.Simulation.Sabotages;

/// <summary>One component that does not do what it promises, put in place of the right one: some checker must notice. This one changes
/// nothing.</summary>
internal class Sabotage
{
    public static readonly Sabotage None = new();

    public virtual string Name => "none";

    /// <summary>What is wrong, in a sentence.</summary>
    public virtual string Description => "nothing is wrong";

    /// <summary>Why it cannot be carried out yet; null: it can.</summary>
    public virtual string? Awaits => null;

    public virtual IFileSystem Disk(SimulatedNode node, IFileSystem disk) => disk;

    public virtual IStorageEngine Engine(SimulatedNode node, IStorageEngine engine) => engine;

    /// <summary>A node's actor system has started.</summary>
    public virtual void Started(SimulatedNode node, ActorSystem system) { }

    /// <summary>Stands between a node and its links.</summary>
    public virtual ILinksOwner Links(SimulatedNode node, ILinksOwner owner) => owner;

    public virtual IStoreNode Door(IStoreNode door) => door;

    /// <summary>What becomes of a message from another node; null: it is swallowed.</summary>
    public virtual object? Arriving(SimulatedNode node, IActorRef recipient, object message, IActorRef? sender) => message;
}
