using System.Collections.Concurrent;
using Akka.Actor;

namespace Akka.Event;

/// <summary>
/// Carries events to the actors that subscribed to their class or to one above it. Publishing takes no lock; subscribing takes
/// effect for what is published after it.
/// </summary>
public abstract class LoggingBus
{
    private readonly Lock _lock = new();
    private readonly List<(IActorRef Subscriber, Type To)> _subscriptions = [];

    // By the class of the published event; emptied by every change of subscriptions.
    private ConcurrentDictionary<Type, IActorRef[]> _subscribers = new();

    private protected LoggingBus()
    {
    }

    /// <summary>Events below this are not published by logging adapters.</summary>
    public LogLevel LogLevel { get; private set; } = LogLevel.InfoLevel;

    public void SetLogLevel(LogLevel logLevel) => LogLevel = logLevel;

    public virtual bool Subscribe(IActorRef subscriber, Type classifier)
    {
        lock (_lock)
        {
            if (_subscriptions.Contains((subscriber, classifier)))
                return false;
            _subscriptions.Add((subscriber, classifier));
            _subscribers = new ConcurrentDictionary<Type, IActorRef[]>();
            return true;
        }
    }

    public virtual bool Unsubscribe(IActorRef subscriber) => Unsubscribe(s => s.Subscriber.Equals(subscriber));

    public virtual bool Unsubscribe(IActorRef subscriber, Type classifier) =>
        Unsubscribe(s => s.Subscriber.Equals(subscriber) && s.To == classifier);

    public virtual void Publish(object @event)
    {
        ConcurrentDictionary<Type, IActorRef[]> subscribers = Volatile.Read(ref _subscribers);
        if (!subscribers.TryGetValue(@event.GetType(), out IActorRef[]? interested))
            interested = subscribers.GetOrAdd(@event.GetType(), SubscribersOf);
        foreach (IActorRef subscriber in interested)
            subscriber.Tell(@event, ActorRefs.NoSender);
    }

    internal bool HasSubscriber(IActorRef subscriber)
    {
        lock (_lock)
            return _subscriptions.Exists(s => s.Subscriber.Equals(subscriber));
    }

    private bool Unsubscribe(Predicate<(IActorRef Subscriber, Type To)> which)
    {
        lock (_lock)
        {
            if (_subscriptions.RemoveAll(which) == 0)
                return false;
            _subscribers = new ConcurrentDictionary<Type, IActorRef[]>();
            return true;
        }
    }

    private IActorRef[] SubscribersOf(Type type)
    {
        lock (_lock)
            return [.. _subscriptions.Where(s => s.To.IsAssignableFrom(type)).Select(s => s.Subscriber).Distinct()];
    }
}
