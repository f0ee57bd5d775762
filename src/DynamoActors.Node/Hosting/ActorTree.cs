using Akka.Actor;
using DynamoActors.Node.Requests;

namespace DynamoActors.Node.Hosting;

/// <summary>The actors of a system at one moment, while they come and go.</summary>
public static class ActorTree
{
    /// <summary>Each behind its parent, siblings by name: the application's and the node's (<c>/user</c>), then Akka's own.</summary>
    public static IReadOnlyList<ActorView> Of(ActorSystem system)
    {
        var found = new List<ActorView>();
        var provider = ((ExtendedActorSystem)system).Provider;
        Add(provider.Guardian, found);
        Add(provider.SystemGuardian, found);
        return found;
    }

    private static void Add(IActorRef actor, List<ActorView> found)
    {
        if (actor is not ActorRefWithCell { Underlying: { } cell } withCell) return;
        found.Add(new ActorView(actor.Path.ToStringWithoutAddress(), cell.Props.Type.Name, cell.NumberOfMessages));
        foreach (var child in withCell.Children.OrderBy(child => child.Path.Name, StringComparer.Ordinal)) Add(child, found);
    }
}
