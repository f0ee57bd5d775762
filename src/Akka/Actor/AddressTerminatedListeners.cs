namespace Akka.Actor;

/// <summary>
/// The cells that have to know when a node is given up on. Remoting publishes; each cell then takes every actor of that address
/// for dead.
/// </summary>
internal sealed class AddressTerminatedListeners
{
    private readonly Lock _lock = new();
    private readonly List<IActorRef> _listeners = [];

    internal void Add(IActorRef listener)
    {
        lock (_lock)
            _listeners.Add(listener);
    }

    internal void Remove(IActorRef listener)
    {
        lock (_lock)
            _listeners.Remove(listener);
    }

    internal void Publish(Address address)
    {
        IActorRef[] listeners;
        lock (_lock)
            listeners = [.. _listeners];
        var terminated = new AddressTerminated(address);
        foreach (IActorRef listener in listeners)
            listener.Tell(terminated, ActorRefs.NoSender);
    }
}
