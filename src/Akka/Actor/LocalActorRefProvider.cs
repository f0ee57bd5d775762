using System.Collections.Concurrent;
using System.Text;
using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor;

/// <summary>Handles of actors in this process.</summary>
public class LocalActorRefProvider : IActorRefProvider
{
    private readonly ConcurrentDictionary<string, IInternalActorRef> _temporary = new();
    private readonly TaskCompletionSource _terminated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly EventStream _eventStream;
    private long _temporaryNames;

    public LocalActorRefProvider(string systemName, Settings settings, EventStream eventStream)
        : this(settings, eventStream, new RootActorPath(new Address("akka", systemName)))
    {
    }

    internal LocalActorRefProvider(Settings settings, EventStream eventStream, RootActorPath rootPath)
    {
        Settings = settings;
        _eventStream = eventStream;
        RootPath = rootPath;
        DeadLetters = new DeadLetterActorRef(this, rootPath / "deadLetters");
        TempContainer = new TemporaryContainer(this, rootPath / "temp");
    }

    public ActorPath RootPath { get; }

    public Settings Settings { get; }

    public IActorRef DeadLetters { get; }

    public IInternalActorRef TempContainer { get; }

    public IInternalActorRef RootGuardian { get; private set; } = null!;

    public LocalActorRef Guardian { get; private set; } = null!;

    public LocalActorRef SystemGuardian { get; private set; } = null!;

    public Task TerminationTask => _terminated.Task;

    public virtual Address DefaultAddress => RootPath.Address;

    public ActorPath TempPath()
    {
        var name = new StringBuilder("$");
        ActorCell.NameOf(Interlocked.Increment(ref _temporaryNames) - 1, name);
        return new ChildActorPath(TempContainer.Path, name.ToString(), ActorPath.UndefinedUid);
    }

    public void RegisterTempActor(IInternalActorRef actorRef, ActorPath path) => _temporary[path.Name] = actorRef;

    public void UnregisterTempActor(ActorPath path) => _temporary.TryRemove(path.Name, out _);

    public virtual IActorRef ResolveActorRef(string path) =>
        ActorPath.TryParse(path, out ActorPath? parsed) ? ResolveActorRef(parsed) : DeadLetters;

    public virtual IActorRef ResolveActorRef(ActorPath path) =>
        path.Root == RootPath || path.Address == DefaultAddress ? ResolveLocal(path)
            : new EmptyLocalActorRef(this, path);

    public virtual IActorRef RootGuardianAt(Address address) =>
        address == RootPath.Address || address == DefaultAddress ? RootGuardian : DeadLetters;

    public virtual Address? GetExternalAddressFor(Address address) => address == RootPath.Address ? address : null;

    void IActorRefProvider.Init(ActorSystemImpl system) => Init(system);

    IInternalActorRef IActorRefProvider.ActorOf(ActorSystemImpl system, Props props, IInternalActorRef supervisor, ActorPath path) =>
        ActorOf(system, props, supervisor, path);

    void IActorRefProvider.PublishDeadLetter(DeadLetter letter) => PublishDeadLetter(letter);

    internal virtual void Init(ActorSystemImpl system)
    {
        var root = new LocalActorRef(
            system, Props.Create(() => new RootGuardian()), system.Dispatchers.InternalDispatcher, new AboveRoot(this), RootPath);
        RootGuardian = root;
        root.Start();
        Guardian = (LocalActorRef)root.Cell.CreateChild(
            Props.Create(() => new UserGuardian()).WithSupervisorStrategy(GuardianStrategy()), "user");
        SystemGuardian = (LocalActorRef)root.Cell.CreateChild(Props.Create(() => new SystemGuardian(Guardian)), "system");
    }

    internal virtual IInternalActorRef ActorOf(ActorSystemImpl system, Props props, IInternalActorRef supervisor, ActorPath path) =>
        new LocalActorRef(system, props, system.Dispatchers.Lookup(props.Dispatcher), supervisor, path);

    /// <summary>An actor of this system by the names below the root.</summary>
    internal IInternalActorRef ResolveLocal(ActorPath path)
    {
        IReadOnlyList<string> elements = path.Elements;
        IInternalActorRef found = elements.Count == 0 ? RootGuardian : Find(elements);
        return found is Nobody || (path.Uid != ActorPath.UndefinedUid && found.Path.Uid != path.Uid)
            ? new EmptyLocalActorRef(this, path) : found;
    }

    private IInternalActorRef Find(IReadOnlyList<string> elements)
    {
        switch (elements[0])
        {
            case "temp":
                return elements.Count == 2 ? (IInternalActorRef)TempContainer.GetChild([elements[1]]) : ActorRefs.Nobody;
            case "deadLetters":
                return (IInternalActorRef)DeadLetters;
            default:
                return (IInternalActorRef)RootGuardian.GetChild(elements);
        }
    }

    internal void PublishDeadLetter(DeadLetter letter) =>
        _eventStream.Publish(letter.Message is IDeadLetterSuppression suppressed
            ? new SuppressedDeadLetter(suppressed, letter.Sender, letter.Recipient) : letter);

    private SupervisorStrategy GuardianStrategy() => Settings.SupervisorStrategyClass switch
    {
        "Akka.Actor.StoppingSupervisorStrategy" => SupervisorStrategy.StoppingStrategy,
        _ => SupervisorStrategy.DefaultStrategy,
    };

    private sealed class TemporaryContainer(LocalActorRefProvider provider, ActorPath path) : MinimalActorRef
    {
        public override ActorPath Path => path;

        public override IActorRefProvider Provider => provider;

        public override IActorRef GetChild(IReadOnlyList<string> name) =>
            name.Count == 1 && provider._temporary.TryGetValue(name[0], out IInternalActorRef? found) ? found : ActorRefs.Nobody;
    }

    /// <summary>Supervises the root: its end is the end of the system.</summary>
    private sealed class AboveRoot(LocalActorRefProvider provider) : MinimalActorRef
    {
        public override ActorPath Path { get; } = provider.RootPath / "above";

        public override IActorRefProvider Provider => provider;

        internal override void SendSystemMessage(ISystemMessage message)
        {
            switch (message)
            {
                case Failed failed:
                    provider._eventStream.Publish(new Error(failed.Cause, Path.ToString(), GetType(), "A guardian failed: the system stops."));
                    ((IInternalActorRef)failed.Child).Stop();
                    break;
                case DeathWatchNotification:
                    provider._terminated.TrySetResult();
                    break;
            }
        }
    }
}
