using System.Collections.Immutable;
using Akka.Actor;

namespace Akka.Cluster;

/// <summary>Who wants to be told of which events. Owned by one actor, so that every subscriber gets them in the same order.</summary>
internal sealed class ClusterSubscribers
{
    private readonly Dictionary<IActorRef, ImmutableHashSet<Type>> _subscribers = [];

    public void Add(IActorRef subscriber, ImmutableHashSet<Type> to) =>
        _subscribers[subscriber] = _subscribers.TryGetValue(subscriber, out var already) ? already.Union(to) : to;

    /// <param name="from">Null for everything.</param>
    public void Remove(IActorRef subscriber, Type? from)
    {
        if (!_subscribers.TryGetValue(subscriber, out var types)) return;
        var rest = from is null ? [] : types.Remove(from);
        if (rest.IsEmpty) _subscribers.Remove(subscriber);
        else _subscribers[subscriber] = rest;
    }

    public void Publish(IEnumerable<ClusterEvent.IClusterDomainEvent> events)
    {
        foreach (var @event in events)
            foreach (var (subscriber, types) in _subscribers)
                if (types.Any(type => type.IsInstanceOfType(@event))) subscriber.Tell(@event, ActorRefs.NoSender);
    }
}
