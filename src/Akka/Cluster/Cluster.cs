using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;

namespace Akka.Cluster;

/// <summary>
/// This node's part of the cluster: joining and leaving, the members and who of them is reachable, and being told of changes. May be
/// called from any thread.
/// </summary>
public class Cluster : IExtension
{
    private readonly IActorRef _daemon;
    private volatile MembershipState _state;
    private int _isTerminated;

    internal Cluster(ExtendedActorSystem system, UniqueAddress self)
    {
        System = system;
        SelfUniqueAddress = self;
        Settings = new ClusterSettings(system.Settings.Config, system.Name);
        _state = new MembershipState(Gossip.Empty, self, []);
        Callbacks = new MemberCallbacks(system.Log);
        DowningProvider = MakeDowningProvider();
        _daemon = system.SystemActorOf(Props.Create(() => new ClusterDaemon(this)).WithDispatcher("akka.actor.internal-dispatcher"), ClusterPaths.Cluster);
        ClusterShutdownTasks.Add(this, _daemon);
    }

    public ExtendedActorSystem System { get; }

    public ClusterSettings Settings { get; }

    public IDowningProvider DowningProvider { get; }

    public UniqueAddress SelfUniqueAddress { get; }

    public Address SelfAddress => SelfUniqueAddress.Address;

    public ImmutableHashSet<string> SelfRoles => Settings.Roles;

    /// <summary>As it is now; an event that has been published is in it.</summary>
    public ClusterEvent.CurrentClusterState State => _state.Snapshot;

    /// <summary>This node as its cluster sees it; Removed before it has joined and after it has left.</summary>
    public Member SelfMember => _state.SelfMember ?? new Member(SelfUniqueAddress, Member.NotYetUp, MemberStatus.Removed, Settings.Roles);

    public bool IsUp => SelfMember.Status == MemberStatus.Up;

    /// <summary>This node has left, or failed: its actor system must be started anew to join again.</summary>
    public bool IsTerminated => Volatile.Read(ref _isTerminated) != 0;

    internal MemberCallbacks Callbacks { get; }

    public static Cluster Get(ActorSystem system) => ClusterExtension.Instance.Apply(system);

    /// <summary>Joins the cluster of that node; its own address forms a new one. Repeated until it succeeds.</summary>
    public void Join(Address address) => _daemon.Tell(new ClusterCommand.JoinTo(address), ActorRefs.NoSender);

    /// <summary>Joins the cluster that any of the nodes is in; the first forms one where there is none.</summary>
    public void JoinSeedNodes(IEnumerable<Address> seedNodes) =>
        _daemon.Tell(new ClusterCommand.JoinSeedNodes([.. seedNodes]), ActorRefs.NoSender);

    /// <summary>Completes when this node is Up.</summary>
    public Task JoinAsync(Address address, CancellationToken token = default)
    {
        var up = WhenUp(token);
        Join(address);
        return up;
    }

    /// <summary>Completes when this node is Up.</summary>
    public Task JoinSeedNodesAsync(IEnumerable<Address> seedNodes, CancellationToken token = default)
    {
        var up = WhenUp(token);
        JoinSeedNodes(seedNodes);
        return up;
    }

    /// <summary>Lets a member go in good order: it hands over, then it is removed and shuts down.</summary>
    public void Leave(Address address) => _daemon.Tell(new ClusterCommand.Leave(address), ActorRefs.NoSender);

    /// <summary>Completes when this node has left.</summary>
    public Task LeaveAsync() => LeaveAsync(CancellationToken.None);

    public Task LeaveAsync(CancellationToken cancellationToken)
    {
        var removed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        RegisterOnMemberRemoved(() => removed.TrySetResult());
        Leave(SelfAddress);
        return removed.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Declares a member dead: it is removed, and should it be alive after all, it shuts down.</summary>
    public void Down(Address address) => _daemon.Tell(new ClusterCommand.Down(address), ActorRefs.NoSender);

    /// <summary>Tells the subscriber the present state, then every event of the given types.</summary>
    public void Subscribe(IActorRef subscriber, params Type[] to) => Subscribe(subscriber, ClusterEvent.InitialStateAsSnapshot, to);

    /// <exception cref="ArgumentException">A type is none of the cluster's events.</exception>
    public void Subscribe(IActorRef subscriber, ClusterEvent.SubscriptionInitialStateMode initialStateMode, params Type[] to)
    {
        if (to.Length == 0) throw new ArgumentException("name at least one type of event", nameof(to));
        if (to.FirstOrDefault(type => !typeof(ClusterEvent.IClusterDomainEvent).IsAssignableFrom(type)) is { } wrong)
            throw new ArgumentException($"{wrong} is no event of the cluster; all of them are {nameof(ClusterEvent.IClusterDomainEvent)}", nameof(to));
        _daemon.Tell(new ClusterCommand.Subscribe(subscriber, initialStateMode, [.. to]), ActorRefs.NoSender);
    }

    public void Unsubscribe(IActorRef subscriber) => _daemon.Tell(new ClusterCommand.Unsubscribe(subscriber, null), ActorRefs.NoSender);

    public void Unsubscribe(IActorRef subscriber, Type to) => _daemon.Tell(new ClusterCommand.Unsubscribe(subscriber, to), ActorRefs.NoSender);

    /// <summary>Tells the receiver a <see cref="ClusterEvent.CurrentClusterState"/>.</summary>
    public void SendCurrentClusterState(IActorRef receiver) => _daemon.Tell(new ClusterCommand.SendCurrentState(receiver), ActorRefs.NoSender);

    /// <summary>Called once, when this node is Up (at once if it is). On an actor's thread: keep it short.</summary>
    public void RegisterOnMemberUp(Action callback) => Callbacks.WhenUp(callback);

    /// <summary>Called once, when this node is no member any more (at once if it has left).</summary>
    public void RegisterOnMemberRemoved(Action callback) => Callbacks.WhenRemoved(callback);

    internal void Publish(MembershipState state) => _state = state;

    /// <summary>Takes the cluster's actors down, once.</summary>
    internal void Shutdown()
    {
        if (Interlocked.Exchange(ref _isTerminated, 1) != 0) return;
        System.Log.Info("Cluster Node [{0}] - the cluster has stopped on this node", SelfAddress);
        System.Stop(_daemon);
    }

    internal void ShutDownSystem(CoordinatedShutdown.Reason reason) => CoordinatedShutdown.Get(System).Run(reason);

    private Task WhenUp(CancellationToken token)
    {
        var up = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        RegisterOnMemberUp(() => up.TrySetResult());
        RegisterOnMemberRemoved(() => up.TrySetException(new ClusterJoinFailedException($"{SelfAddress} was shut down before it was a member")));
        return up.Task.WaitAsync(token);
    }

    private IDowningProvider MakeDowningProvider()
    {
        if (Settings.DowningProviderClass == "") return new NoDowning(System, this);
        var type = Type.GetType(Settings.DowningProviderClass)
            ?? throw new Configuration.ConfigurationException($"akka.cluster.downing-provider-class: there is no class {Settings.DowningProviderClass}");
        return (IDowningProvider)Activator.CreateInstance(type, System, this)!;
    }
}
