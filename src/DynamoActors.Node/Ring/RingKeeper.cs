using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using Akka.Persistence;
using DynamoActors.Core.Ring;
using DynamoActors.Node.ReplicaStore;

namespace DynamoActors.Node.Ring;

/// <summary>
/// Keeps the ring and the bucket settings: durable in its journal, spread among the nodes, and shown to this node's coordinators and vnodes as one
/// <see cref="RingView"/>. Akka.Cluster says who is a member and who can be reached; that alone never changes the ring.
/// </summary>
internal sealed partial class RingKeeper : ReceivePersistentActor, IWithTimers
{
    private static readonly TimeSpan GreetInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>For a node that somebody cannot reach to answer this one: several greetings, and little beside the time that giving it up took.</summary>
    private static readonly TimeSpan DoubtPatience = TimeSpan.FromSeconds(1);

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Cluster _cluster = Cluster.Get(Context.System);
    private readonly NodeSettings _settings;
    private readonly RingKeeperServices _services;
    private readonly PeerDirectory _peers = new();
    private readonly RingMember _self;
    private readonly RingFormation _formation;
    private readonly Outages _outages;
    private readonly HashSet<string> _complaints = [];
    private RingState _state = RingState.Empty;
    private MemberStatus _ownStatus = MemberStatus.Joining;
    private Address? _leader;

    public RingKeeper(NodeSettings settings, RingKeeperServices services)
    {
        _settings = settings;
        _services = services;
        _self = new RingMember(settings.Name, _cluster.SelfAddress.ToString(), settings.HttpAddress, settings.Zone, settings.Weight);
        _outages = new Outages((level, line) => _log.Log(level, null, line));
        _formation = new RingFormation(settings.Name, (voter, message) => KeeperOf(voter).Tell(message, Self));

        Recover<AcceptorChanged>(Apply);
        Recover<RingCommitted>(Apply);
        Recover<BucketVersion>(Apply);
        Recover<RecoveryCompleted>(_ => Follow());

        Command<ClusterEvent.CurrentClusterState>(_ => { });
        Command<ClusterEvent.LeaderChanged>(OnLeader);
        Command<ClusterEvent.IMemberEvent>(OnMember);
        Command<ClusterEvent.UnreachableMember>(unreachable => OnDoubt(unreachable.Member));
        Command<ClusterEvent.ReachableMember>(reachable => OnReachable(reachable.Member));
        Command<Greet>(_ => { GiveUpSilent(); GreetAndRetry(); SpreadChanges(); });

        Command<Hello>(OnHello);
        Command<HelloAcknowledged>(OnHelloAcknowledged);
        Command<IdentityRenewed>(_ => { _peers.ForgetAcknowledgements(); GreetAndRetry(); });

        Command<PrepareRing>(OnPrepare);
        Command<RingPromised>(promised => Commit(_formation.OnPromised(promised)));
        Command<AcceptRing>(OnAccept);
        Command<RingAccepted>(accepted => Commit(_formation.OnAccepted(accepted)));
        Command<RingRejected>(_formation.OnRejected);
        Command<RingCommitted>(OnCommitted);

        Command<SetBucket>(OnSetBucket);
        Command<BucketsChanged>(OnBucketsChanged);
        Command<BucketsTaken>(OnBucketsTaken);
    }

    public override string PersistenceId => "ring";

    public ITimerScheduler Timers { get; set; } = null!;

    private void Apply(object ringEvent) => _state = _state.Apply(ringEvent);

    private void Follow()
    {
        if (_state.Ring is { } ring)
        {
            if (!CanServe(ring, "this directory's ring"))
            {
                Context.Stop(Self);
                return;
            }
            _log.Info("Remembering ring epoch {0} of {1} nodes", ring.Epoch, ring.Members.Length);
        }
        _cluster.Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents,
            typeof(ClusterEvent.IMemberEvent), typeof(ClusterEvent.IReachabilityEvent), typeof(ClusterEvent.LeaderChanged));
        Timers.StartPeriodicTimer(nameof(Greet), Greet.Instance, GreetInterval);
        Publish();
    }

    protected override void PostStop() => _cluster.Unsubscribe(Self);

    // ---- Who is there

    private void OnMember(ClusterEvent.IMemberEvent changed)
    {
        var member = changed.Member;
        if (member.UniqueAddress.Equals(_cluster.SelfUniqueAddress))
        {
            _ownStatus = member.Status;
            Note(member);
            Publish();
        }
        else if (changed is ClusterEvent.MemberRemoved ? _peers.Removed(member) : _peers.Seen(member))
        {
            Note(member);
            Publish();
        }
        GreetAndRetry();
    }

    private void Note(Member member)
    {
        string name = NameOf(member.Address), address = member.Address.ToString();
        _log.Info("{0} is {1}", name == address ? name : $"{name} ({address})", member.Status);
    }

    private void OnLeader(ClusterEvent.LeaderChanged changed)
    {
        _leader = changed.Leader;
        Publish();
        TryFormFirstRing();
    }

    private TimeSpan Now => Context.System.Scheduler.HighResMonotonicClock;

    // That one member cannot reach it does not say that this one cannot: with a link between two nodes down, the third would refuse every quorum.
    private void OnDoubt(Member member)
    {
        if (member.UniqueAddress.Equals(_cluster.SelfUniqueAddress)) return;
        if (_peers.Doubted(member, Now)) OnReachabilityChanged();
        GreetAndRetry();
    }

    private void OnReachable(Member member)
    {
        if (!member.UniqueAddress.Equals(_cluster.SelfUniqueAddress) && _peers.Reached(member)) OnReachabilityChanged();
    }

    private void GiveUpSilent()
    {
        foreach (var peer in _peers.All)
        {
            if (peer.IsSilent || peer.DoubtedSince is not { } since || Now - since < DoubtPatience) continue;
            peer.IsSilent = true;
            OnReachabilityChanged();
        }
    }

    private void OnAnswered(Peer peer)
    {
        if (peer.DoubtedSince is null) return;
        peer.DoubtedSince = Now;
        if (!peer.IsSilent) return;
        peer.IsSilent = false;
        OnReachabilityChanged();
    }

    private void OnReachabilityChanged()
    {
        Publish();
        TryFormFirstRing();
    }

    private string NameOf(Address address) =>
        address.Equals(_cluster.SelfAddress) ? _settings.Name :
        _peers.At(address)?.Hello?.Member.Name ?? _state.Ring?.Members.FirstOrDefault(member => member.Address == address.ToString())?.Name ?? address.ToString();

    private void GreetAndRetry()
    {
        foreach (var peer in _peers.All)
        {
            bool isAsked = peer.DoubtedSince is not null && (!peer.IsSilent || Now - peer.GreetedAt >= DoubtPatience);
            if (isAsked) peer.GreetedAt = Now;
            if (isAsked || peer.IsReachable && !peer.Acknowledged)
                KeeperAt(peer.Id.Address).Tell(new Hello(
                    _self, _cluster.SelfUniqueAddress.Uid, _services.Coordinators.Length, _settings.Partitions, _settings.Replicas, _services.Dots.Actor,
                    _state.Epoch, [.. _state.BucketVersions.Values]), Self);
        }
        ConfirmIdentity();
        _formation.Retry();
        TryFormFirstRing();
    }

    private void OnHello(Hello hello)
    {
        // A restarted node may be heard before the cluster tells of it: what it says is not to be kept with its predecessor, which is removed.
        if (_peers.Find(Sender.Path.Address, hello.Incarnation) is not { } peer || !IsAcceptable(hello, peer)) return;
        bool isNews = peer.Hello != hello;
        peer.Hello = hello;
        peer.Refs ??= RefsOf(peer.Id.Address, hello.Coordinators);
        Sender.Tell(new HelloAcknowledged(_settings.Name, _cluster.SelfUniqueAddress.Uid, _services.Dots.Actor, hello.Actor, _services.Seen.CeilingOf(hello.Actor)));
        if (_state.Ring is { } ring && hello.Epoch < ring.Epoch) Sender.Tell(new RingCommitted(ring));
        if (hello.Epoch > _state.Epoch) peer.Acknowledged = false;
        Learn(hello.Buckets, learned: () => { });
        if (!isNews) return;
        Publish();
        TryFormFirstRing();
    }

    private bool IsAcceptable(Hello hello, Peer peer)
    {
        string? complaint =
            hello.Member.Name == _settings.Name || _peers.Named(hello.Member.Name) is { } other && !other.Id.Address.Equals(peer.Id.Address) && other.IsReachable
                ? $"{hello.Member.Address} calls itself {hello.Member.Name}, a name that another node has. It is not talked to: start it again with a name of its own (--name)"
            : Unlike("partitions", hello.Partitions, _settings.Partitions) ?? (hello.Replicas == 0 ? null : Unlike("replicas", hello.Replicas, _settings.Replicas));
        if (complaint is not null && _complaints.Add(complaint)) _log.Error(complaint);
        return complaint is null;

        string? Unlike(string what, int theirs, int ours) => theirs == ours ? null
            : $"{hello.Member.Name} has dynamo.ring.{what} = {theirs}, this node {ours}. They cannot share a ring: correct the one that is wrong";
    }

    private void OnHelloAcknowledged(HelloAcknowledged acknowledged)
    {
        if (_peers.Find(Sender.Path.Address, acknowledged.Incarnation) is not { } peer || acknowledged.You != _services.Dots.Actor) return;
        OnAnswered(peer);
        // Before the first dot of this life, an older one's leases are all that anybody can have seen used.
        ulong known = _services.Identity.Confirmed ? _services.Dots.LeasedUpTo : _services.Dots.InheritedUpTo;
        bool isCopy = acknowledged.Actor == _services.Dots.Actor || acknowledged.SeenOfYou > known;
        if (isCopy) _services.Store.Tell(new RenewIdentity(acknowledged.You));
        else peer.Acknowledged = true;
        ConfirmIdentity();
    }

    /// <summary>
    /// Writes are coordinated here only after every peer that can be reached was asked what it saw of this directory's identity, and has said hello itself: a node
    /// that calls itself ready before would refuse its first quorum.
    /// </summary>
    private void ConfirmIdentity()
    {
        if (_services.Identity.Confirmed || !TakesPart || _peers.Reachable.Any(peer => !peer.Acknowledged || peer.Hello is null)) return;
        _services.Identity.Confirmed = true;
        Publish();
    }

    // ---- The ring

    private void TryFormFirstRing()
    {
        if (_state.Ring is not null || _formation.IsUnderWay || _ownStatus != MemberStatus.Up || !_cluster.SelfAddress.Equals(_leader)) return;
        var up = _peers.All.Where(peer => peer.Status == MemberStatus.Up).ToList();
        if (up.Count + 1 < _settings.InitialMembers || up.Any(peer => !peer.IsReachable || peer.Hello is null || peer.Hello.Epoch > 0)) return;
        var members = up.Select(peer => peer.Hello!.Member).Append(_self).ToList();
        _log.Info("Proposing the first ring: {0} partitions over {1}", _settings.Partitions, string.Join(", ", members.Select(member => member.Name).Order(StringComparer.Ordinal)));
        _formation.Propose(PartitionTable.Assign(members, _settings.Partitions, _settings.Replicas, previous: null), _state.Next.Promised);
    }

    private void OnPrepare(PrepareRing prepare)
    {
        if (AnswerWithCommitted(prepare.Epoch) || prepare.Epoch != _state.Next.Epoch) return;
        if (_state.Next.Promise(prepare.Ballot) is not { } promised)
        {
            Sender.Tell(new RingRejected(_settings.Name, prepare.Epoch, _state.Next.Promised));
            return;
        }
        var proposer = Sender;
        Persist(new AcceptorChanged(promised), changed =>
        {
            Apply(changed);
            proposer.Tell(new RingPromised(_settings.Name, promised.Epoch, prepare.Ballot, promised.Accepted, promised.Ring));
        });
    }

    private void OnAccept(AcceptRing accept)
    {
        if (AnswerWithCommitted(accept.Ring.Epoch) || accept.Ring.Epoch != _state.Next.Epoch) return;
        if (_state.Next.Accept(accept.Ballot, accept.Ring) is not { } accepted)
        {
            Sender.Tell(new RingRejected(_settings.Name, accept.Ring.Epoch, _state.Next.Promised));
            return;
        }
        var proposer = Sender;
        Persist(new AcceptorChanged(accepted), changed =>
        {
            Apply(changed);
            proposer.Tell(new RingAccepted(_settings.Name, accepted.Epoch, accept.Ballot));
        });
    }

    private bool AnswerWithCommitted(ulong epoch)
    {
        if (_state.Ring is not { } ring || ring.Epoch < epoch) return false;
        Sender.Tell(new RingCommitted(ring));
        return true;
    }

    private void Commit(PartitionTable? ring)
    {
        if (ring is null || ring.Epoch <= _state.Epoch) return;
        foreach (var peer in _peers.Reachable) KeeperAt(peer.Id.Address).Tell(new RingCommitted(ring), Self);
        OnCommitted(new RingCommitted(ring));
    }

    private void OnCommitted(RingCommitted committed)
    {
        if (committed.Ring.Epoch <= _state.Epoch || !CanServe(committed.Ring, "the cluster's ring")) return;
        _formation.Abandon();
        Persist(committed, stored =>
        {
            Apply(stored);
            _log.Info("Ring epoch {0}: {1} partitions, {2} replicas each, over {3}", stored.Ring.Epoch, stored.Ring.PartitionCount,
                stored.Ring.ReplicationFactor, string.Join(", ", stored.Ring.Members.Select(member => member.Name)));
            Publish();
        });
    }

    // Vnodes, and the replicas that a request may ask for, are as many as the configuration says.
    private bool CanServe(PartitionTable ring, string whose)
    {
        string? complaint = Misfit("partitions", ring.PartitionCount, _settings.Partitions) ?? Misfit("replicas", ring.ReplicationFactor, _settings.Replicas);
        if (complaint is not null && _complaints.Add(complaint)) _log.Error(complaint);
        return complaint is null;

        string? Misfit(string what, int formedWith, int configured) => formedWith == configured ? null
            : $"{_settings.Name}: {whose} has {formedWith} {what}, the configuration says {configured}: a ring keeps the number that it was formed with. "
                + $"Set dynamo.ring.{what} back to {formedWith} and start again; a ring with {configured} takes new directories on every node";
    }

    // ---- What the rest of the node sees

    private void Publish()
    {
        _outages.Follow(_peers.All, _state.Ring, Now);
        var view = _state.Ring is { } ring ? ViewOf(ring) : null;
        if (view is not null)
        {
            _services.Vnodes.Tell(view);
            _services.CoordinatorsParent.Tell(view);
            _services.Hints.Tell(view);
            _services.AntiEntropy.Tell(view);
        }
        _services.Front.Publish(view, NodeViews.Of(_state.Ring, _self, _ownStatus, _peers), Readiness(), _leader is { } leader ? NameOf(leader) : null);
    }

    private RingView ViewOf(PartitionTable ring)
    {
        int self = ring.MemberIndex(_settings.Name);
        var peers = ring.Members.Select((member, index) =>
            index == self
                ? new RingPeer(Reachable: true, _services.VnodeRefs, _services.Coordinators, _services.Inspector)
                : _peers.Named(member.Name) is { Refs: { } refs } peer
                    ? refs with { Reachable = peer.IsReachable }
                    : RefsOf(Address.Parse(member.Address), coordinators: 1) with { Reachable = false });
        return new RingView(ring, self, [.. peers], _state.Buckets);
    }

    // While some member cannot be reached a node that joins gets no further than WeaklyUp: it serves all the same, since a partition may last.
    private bool TakesPart => _ownStatus is MemberStatus.Up or MemberStatus.WeaklyUp;

    private NodeReadiness Readiness() =>
        !TakesPart ? new(false, $"This node is {_ownStatus} in the cluster, not yet Up.")
        : _state.Ring is null ? new(false, $"No ring yet: the first one forms when {_settings.InitialMembers} nodes are Up (dynamo.ring.initial-members).")
        : !_services.Identity.Confirmed ? new(false, "Asking the other nodes what they know of this data directory's identity.")
        : new(true, "");

    private RingPeer RefsOf(Address address, int coordinators) => new(
        Reachable: false,
        [.. Enumerable.Range(0, _settings.Partitions).Select(partition => Resolve(address, $"vnodes/{partition}"))],
        [.. Enumerable.Range(0, coordinators).Select(index => Resolve(address, $"coordinators/{index}"))],
        Resolve(address, "inspector"));

    private IActorRef KeeperOf(string name) => name == _settings.Name ? Self : _peers.Named(name) is { } peer ? KeeperAt(peer.Id.Address) : ActorRefs.Nobody;

    private IActorRef KeeperAt(Address address) => Resolve(address, "ring");

    private static IActorRef Resolve(Address address, string belowNode) =>
        ((ExtendedActorSystem)Context.System).Provider.ResolveActorRef($"{address}/user/node/{belowNode}");

    private sealed class Greet
    {
        public static readonly Greet Instance = new();
    }
}
