using Akka.Actor;
using Akka.Event;

namespace Akka.Remote;

/// <summary>Makes handles of actors here and on other nodes.</summary>
internal class RemoteActorRefProvider : LocalActorRefProvider
{
    private readonly EventStream _eventStream;

    public RemoteActorRefProvider(string systemName, Settings settings, EventStream eventStream)
        : base(systemName, settings, eventStream) => _eventStream = eventStream;

    public Remoting Remoting { get; private set; } = null!;

    /// <summary>Watches nodes on which somebody here watches an actor.</summary>
    public IActorRef RemoteWatcher { get; private set; } = ActorRefs.Nobody;

    public override Address DefaultAddress => Remoting?.LocalAddress ?? RootPath.Address;

    public override IActorRef ResolveActorRef(ActorPath path) =>
        IsRemote(path.Address) ? CreateRemoteRef(path) : base.ResolveActorRef(path);

    public override IActorRef RootGuardianAt(Address address) =>
        IsRemote(address) ? CreateRemoteRef(new RootActorPath(address)) : base.RootGuardianAt(address);

    public override Address? GetExternalAddressFor(Address address) =>
        address == RootPath.Address ? address : address.Protocol == Remoting.Protocol ? DefaultAddress : null;

    internal RemoteActorRef CreateRemoteRef(ActorPath path) => new(this, Remoting.AssociationWith(path.Address), path);

    /// <summary>The actor of this system at a path without address.</summary>
    internal IInternalActorRef ResolveLocal(string path) =>
        ActorPath.TryParse(RootPath.Address + path, out var parsed) ? ResolveLocal(parsed) : (IInternalActorRef)DeadLetters;

    /// <summary>The temporary actor of that name; if its time is over, one whose messages become dead letters.</summary>
    internal IInternalActorRef ResolveTemp(string name) =>
        TempContainer.GetChild([name]) is IInternalActorRef found and not Nobody ? found : new EmptyLocalActorRef(this, TempContainer.Path / name);

    /// <summary>Whether something else decides when that node is given up on: then silence alone does not.</summary>
    internal virtual bool IsWatchedElsewhere(Address address) => false;

    internal override void Init(ActorSystemImpl system)
    {
        base.Init(system);
        Remoting = new Remoting(system, this, (int)system.NextUid());
        Remoting.Listen();
        RemoteWatcher = system.SystemActorOf(Props.Create(() => new RemoteWatcher(Remoting)), "remote-watcher");
        system.SystemActorOf(Props.Create(() => new RemotingTerminator(Remoting)), "remoting-terminator");
        _eventStream.Publish(new RemotingListenEvent([Remoting.LocalAddress]));
    }

    // An address without a port leads nowhere: what is told there is a dead letter.
    private bool IsRemote(Address address) => address.HasGlobalScope && address.Port is not null && address != DefaultAddress && address.Protocol == Remoting.Protocol;
}
