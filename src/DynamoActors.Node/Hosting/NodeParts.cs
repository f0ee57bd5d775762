using DynamoActors.Links;
using DynamoActors.Node.Local;
using DynamoActors.Node.Settings;
using DynamoActors.Node.Telemetry;

namespace DynamoActors.Node.Hosting;

/// <summary>What a node is made of besides its actors: the product, its specs and its simulator differ in these.</summary>
public sealed record NodeParts
{
    public required NodeSettings Settings { get; init; }

    /// <summary>Opened by the caller, and disposed of by the caller once the actor system has ended.</summary>
    public required LocalStore Store { get; init; }

    /// <summary>Makes the links of the owner that it is given; the node disposes of them when it ends.</summary>
    public required Func<ILinksOwner, LinkOptions, ILinks> Links { get; init; }

    /// <summary>Looks at every message from another node before its actor gets it; false: it shall not. Null: all do. The
    /// simulator's.</summary>
    internal Func<Akka.Actor.IActorRef, object, Akka.Actor.IActorRef, bool>? Admits { get; init; }

    /// <summary>Told of every request's end; null: nobody is.</summary>
    public NodeMeter? Meter { get; init; }

    /// <summary>Called where the node asks for its own end, from one of its actors.</summary>
    public Action<NodeEnding> Ending { get; init; } = static _ => { };
}

/// <summary>A node asks to be ended.</summary>
/// <param name="IsRestart">Its actor system shall start again, on the same store; else the process shall end.</param>
/// <param name="Reason">A sentence for the log, without its end.</param>
public sealed record NodeEnding(bool IsRestart, string Reason)
{
    /// <summary>It has left the ring as it was asked to, and is no longer needed.</summary>
    public bool HasLeft { get; init; }
}
