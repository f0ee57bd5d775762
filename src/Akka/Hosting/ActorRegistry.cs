using System.Collections;
using System.Collections.Concurrent;
using Akka.Actor;

namespace Akka.Hosting;

/// <summary>Finds the actors that an application registered, by a type that stands for each.</summary>
public interface IReadOnlyActorRegistry : IEnumerable<KeyValuePair<Type, IActorRef>>
{
    /// <exception cref="MissingActorRegistryEntryException">None is registered.</exception>
    IActorRef Get<TKey>();

    bool TryGet<TKey>(out IActorRef actor);

    bool TryGet(Type key, out IActorRef actor);

    /// <summary>Completes when one is registered.</summary>
    Task<IActorRef> GetAsync<TKey>(CancellationToken ct = default);

    Task<IActorRef> GetAsync(Type key, CancellationToken ct = default);
}

/// <summary>As <see cref="IReadOnlyActorRegistry"/>, and registers.</summary>
public interface IActorRegistry : IReadOnlyActorRegistry
{
    /// <exception cref="DuplicateActorRegistryException">One is registered and is not to be replaced.</exception>
    void Register<TKey>(IActorRef actor, bool overwrite = false);

    bool TryRegister<TKey>(IActorRef actor, bool overwrite = false);

    bool TryRegister(Type key, IActorRef actor, bool overwrite = false);
}

/// <summary>The registry of one actor system. May be used from any thread.</summary>
public class ActorRegistry : IActorRegistry, IExtension
{
    private readonly ConcurrentDictionary<Type, TaskCompletionSource<IActorRef>> _actors = new();

    public static ActorRegistry For(ActorSystem actorSystem) => new ActorRegistryExtension().Apply(actorSystem);

    public void Register<TKey>(IActorRef actor, bool overwrite = false)
    {
        if (!TryRegister<TKey>(actor, overwrite))
            throw new DuplicateActorRegistryException($"an actor is registered for {typeof(TKey)} already: pass overwrite to replace it");
    }

    public bool TryRegister<TKey>(IActorRef actor, bool overwrite = false) => TryRegister(typeof(TKey), actor, overwrite);

    public bool TryRegister(Type key, IActorRef actor, bool overwrite = false)
    {
        if (EntryOf(key).TrySetResult(actor)) return true;
        if (!overwrite) return false;
        var replaced = new TaskCompletionSource<IActorRef>();
        replaced.SetResult(actor);
        _actors[key] = replaced;
        return true;
    }

    public IActorRef Get<TKey>() => TryGet<TKey>(out var actor) ? actor
        : throw new MissingActorRegistryEntryException($"no actor is registered for {typeof(TKey)}: register it in WithActors");

    public bool TryGet<TKey>(out IActorRef actor) => TryGet(typeof(TKey), out actor);

    public bool TryGet(Type key, out IActorRef actor)
    {
        bool found = _actors.TryGetValue(key, out var entry) && entry.Task.IsCompleted;
        actor = found ? entry!.Task.Result : ActorRefs.Nobody;
        return found;
    }

    public Task<IActorRef> GetAsync<TKey>(CancellationToken ct = default) => GetAsync(typeof(TKey), ct);

    public Task<IActorRef> GetAsync(Type key, CancellationToken ct = default) => EntryOf(key).Task.WaitAsync(ct);

    IEnumerator<KeyValuePair<Type, IActorRef>> IEnumerable<KeyValuePair<Type, IActorRef>>.GetEnumerator() => Registered().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => Registered().GetEnumerator();

    private IEnumerable<KeyValuePair<Type, IActorRef>> Registered() =>
        _actors.Where(entry => entry.Value.Task.IsCompleted).Select(entry => KeyValuePair.Create(entry.Key, entry.Value.Task.Result));

    private TaskCompletionSource<IActorRef> EntryOf(Type key) =>
        _actors.GetOrAdd(key, _ => new TaskCompletionSource<IActorRef>(TaskCreationOptions.RunContinuationsAsynchronously));
}

public sealed class ActorRegistryExtension : ExtensionIdProvider<ActorRegistry>
{
    public override ActorRegistry CreateExtension(ExtendedActorSystem system) => new();
}

public class ActorRegistryException : Exception
{
    public ActorRegistryException(string message)
        : base(message)
    {
    }

    public ActorRegistryException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>An actor is registered under that type already.</summary>
public sealed class DuplicateActorRegistryException(string message) : ActorRegistryException(message);

/// <summary>No actor is registered under that type.</summary>
public sealed class MissingActorRegistryEntryException(string message) : ActorRegistryException(message);
