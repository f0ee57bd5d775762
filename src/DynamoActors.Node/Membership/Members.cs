using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using DynamoActors.Core.Ring;
using DynamoActors.Links;
using DynamoActors.Node.Local;
using DynamoActors.Node.Messages;
using DynamoActors.Node.Requests;
using DynamoActors.Node.Settings;

namespace DynamoActors.Node.Membership;

/// <summary>
/// Who the other nodes are and which can be reached, by this node's own links; who may serve; and the way into Akka.Cluster. Shows all of
/// it as one <see cref="RingView"/>. Serving waits for greetings, never for what the cluster has agreed on.
/// </summary>
internal sealed partial class Members : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan _tickInterval = TimeSpan.FromMilliseconds(250);

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Cluster _cluster = Cluster.Get(Context.System);
    private readonly NodeSettings _settings;
    private readonly MembersServices _services;
    private readonly SortedDictionary<string, Member> _met = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RingPeer> _peerRefs = new(StringComparer.Ordinal);
    private readonly Outages _outages;
    private readonly StrangeSeeds _strangeSeeds = new();
    private readonly HashSet<string> _complaints = [];
    private IActorRef _ringKeeper = ActorRefs.Nobody;
    private RingState _state = RingState.Empty;
    private bool _wasRemoved;
    private bool _isWarnedOutside;
    private string _complaint = "";

    public Members(NodeSettings settings, MembersServices services)
    {
        _settings = settings;
        _services = services;
        _outages = new Outages((level, line) => _log.Log(level, null, line));
        var self = Self;
        services.Greeter.TurnedAway = reason => self.Tell(new GreetingRefused(reason), ActorRefs.NoSender);
        services.Greeter.Greeted = () => self.Tell(SomebodyGreeted.Instance, ActorRefs.NoSender);

        Receive<RingKnown>(OnRing);
        Receive<RingMisfits>(misfits => Complain(misfits.Complaint));
        Receive<PeerUp>(up => OnUp(up.Peer));
        Receive<PeerDown>(down => OnDown(down.Peer, down.Reason));
        Receive<PeerRefused>(OnRefused);
        Receive<GreetingRefused>(refused => Complain(refused.Reason));
        Receive<SomebodyGreeted>(_ => DialKnown());
        Receive<Tick>(_ => OnTick());

        Receive<Introduction>(OnIntroduction);
        Receive<MemberState>(OnState);
        Receive<AskIdentity>(ask => Sender.Tell(
            new IdentityTold(ask.Actor, services.Seen.CeilingOf(ask.Actor), services.Dots.Actor, services.Seen.NewestOf(ask.Actor))));
        Receive<IdentityTold>(OnIdentityTold);
        Receive<IdentityRenewed>(_ => OnIdentityRenewed());

        Receive<ClusterEvent.CurrentClusterState>(_ => { });
        Receive<ClusterEvent.IMemberEvent>(OnClusterMember);
        Receive<ClusterEvent.IReachabilityEvent>(_ => Publish());
        Receive<ClusterEvent.LeaderChanged>(_ => Publish());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private TimeSpan Now => Context.System.Scheduler.HighResMonotonicClock;

    private IEnumerable<Member> Up => _met.Values.Where(member => member.IsUp);

    protected override void PreStart()
    {
        _cluster.Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents,
            typeof(ClusterEvent.IMemberEvent), typeof(ClusterEvent.IReachabilityEvent), typeof(ClusterEvent.LeaderChanged));
        _peersChangedAt = Now;
        Publish();
    }

    protected override void PostStop()
    {
        _cluster.Unsubscribe(Self);
        foreach (var member in Up) KeeperOfMembers(member).Tell(OwnState(isStopping: true), Self);
    }

    // ---- The ring

    private void OnRing(RingKnown known)
    {
        bool isFirst = _ringKeeper.IsNobody();
        bool wasLeaving = IsToLeave(_state.Ring);
        bool isLearnt = !isFirst && _state.Ring is null && known.State.Ring?.MemberIndex(_settings.Name) >= 0;
        // Who comes for the first time meets nobody that has a ring with it.
        bool takesPlace = isLearnt && Up.Any(member => member.Greeting.Epoch > 0);
        if (takesPlace)
            _log.Warning("{0} is a member of the ring, and its data directory is new: what it held before comes from the other owners",
                _settings.Name);
        _ringKeeper = Sender;
        RememberWhoWentOut(_state.Ring, known.State.Ring);
        _state = known.State;
        _wasRemoved = known.WasRemoved;
        var greeting = _services.Greeter.Own with { Cluster = _state.Ring?.Cluster ?? 0, Epoch = _state.Epoch };
        if (takesPlace) greeting = greeting with { TakesPlace = true };
        _services.Greeter.Own = greeting;
        if (_wasRemoved) OnRemoved(wasLeaving);
        else WarnIfOutside();
        if (isFirst) StartLinks(greeting);
        foreach (var member in Up) Remember(member.Greeting);
        ConfirmIdentity();
        Publish();
        TellState();
    }

    private bool IsToLeave(PartitionTable? ring) => ring?.MemberIndex(_settings.Name) is >= 0 and var self
        && ring.Members[self].State == RingMemberState.Leaving;

    private void OnRemoved(bool wasLeaving)
    {
        if (wasLeaving) _services.Front.RequestLeave($"{_settings.Name} has left the ring: others have all that it owned");
        else if (!_isWarnedOutside) _log.Error(CurrentReadiness().Reason);
        _isWarnedOutside = true;
    }

    private void WarnIfOutside()
    {
        if (_isWarnedOutside || _state.Ring is not { } ring || ring.MemberIndex(_settings.Name) >= 0) return;
        _isWarnedOutside = true;
        _log.Warning(
            "{0} is not in the ring, whose members are {1}: it hands requests on to them, and keeps no data itself. {2}",
            _settings.Name, string.Join(", ", ring.Members.Select(member => member.Name)), _settings.JoinsByItself
                ? "It joins by itself soon (dynamo.ring.join)"
                : $"To have it take its share: POST /cluster/join/{_settings.Name}, look at /cluster/plan, POST /cluster/plan/commit");
    }

    /// <summary>Only now: who is met before the ring is remembered would be told that there is none.</summary>
    private void StartLinks(Greeting greeting)
    {
        var address = _services.LinksAddress(_services.Board.Links.Listen());
        _services.Greeter.Own = greeting with { Links = address.ToString() };
        Timers.StartPeriodicTimer(nameof(Tick), Tick.Instance, _tickInterval);
        DialKnown();
        Introduce();
    }

    // ---- Peers

    private void OnUp(Peer peer)
    {
        // It lives, as a newcomer or as a ghost that is told so.
        _outOfTheRing.Remove(peer.Name);
        // Before any request that it makes possible: what expires goes by the clocks of all.
        _services.Board.CompareClocks();
        _services.Greeter.Up(peer);
        if (_services.Greeter.Met(peer) is not { } greeting) return;
        bool isFirstMeeting = _met.GetValueOrDefault(peer.Name)?.Greeting.Incarnation != peer.Incarnation;
        if (!_met.TryGetValue(peer.Name, out var member)) _met[peer.Name] = member = new Member(greeting);
        if (member.Greeting.Incarnation != greeting.Incarnation && member.Greeting.Remote == greeting.Remote)
        {
            // One that was alone in a cluster of its own has joined no other.
            bool wasAlone = member.State is { IsInCluster: true, Members: 1 };
            member.FormerUntil = HasMemberAt(greeting.Remote) || wasAlone ? null : Now + _formerPatience;
        }
        member.Greeting = greeting;
        member.IsUp = true;
        member.State = null;
        _outages.Reached(peer.Name, peer.Incarnation, Now);
        _nameTakenFirst.Clear();
        // It was let in by its name: whoever started it by mistake has to hear of it here, too.
        if (isFirstMeeting && (greeting.Epoch == 0 || greeting.TakesPlace) && _state.Ring?.MemberIndex(peer.Name) >= 0)
            _log.Warning("{0} ({1}) is a member of the ring and has a new data directory: it takes the place of the one that had its name, "
                + "and what that held is fetched from the other owners. If that one's disk is not lost, stop this one and start that one",
                peer.Name, greeting.Links);
        if (Seeds.Contains(Address.Parse(greeting.Remote))) _strangeSeeds.Met();
        Remember(greeting);
        KeeperOfMembers(member).Tell(StateFor(member), Self);
        AskIdentity();
        OnPeersChanged();
    }

    private void OnDown(Peer peer, string reason)
    {
        _services.Greeter.Down(peer);
        if (!_met.TryGetValue(peer.Name, out var member) || member.Greeting.Incarnation != peer.Incarnation || !member.IsUp) return;
        member.IsUp = false;
        member.ApartSince = null;
        _outages.Lost(peer.Name, member.State?.IsStopping == true, reason, Now);
        OnPeersChanged();
    }

    private void OnPeersChanged()
    {
        _peersChangedAt = Now;
        DialKnown();
        ConfirmIdentity();
        Publish();
        TellRingKeeper();
    }

    private void TellRingKeeper() => _ringKeeper.Tell(
        new PeersReachable(
            [.. Up.Select(member => new ReachablePeer(member.Greeting.Name, member.Greeting.Incarnation, member.Epoch,
                MemberOf(member.Greeting), member.State is { HasHints: false } state ? state.Epoch : 0, member.State?.WasRemoved == true))],
            MemberOf(_services.Greeter.Own), _services.HasHints() ? 0 : _state.Epoch, _cluster.SelfAddress.Equals(_cluster.State.Leader)),
        Self);

    private static RingMember MemberOf(Greeting of) => new(of.Name, of.Remote, of.Http, of.Zone, of.Weight);

    private void OnState(MemberState state)
    {
        if (Sender is not PeerActor { Peer: var name } || !_met.TryGetValue(name, out var member)) return;
        bool isNews = member.State is not { } before || before with { Members = state.Members, First = state.First } != state;
        member.State = state;
        if (isNews) TellRingKeeper();
        EnterCluster();
        TryFormFirstRing();
    }

    private void OnTick()
    {
        Introduce();
        AskIdentity();
        ConfirmIdentity();
        EnterCluster();
        WatchForOtherClusters();
        TakeOutTheDead();
        TryFormFirstRing();
        TellStateNowAndThen();
        Publish();
    }

    private void OnRefused(PeerRefused refused)
    {
        string reason = refused.Reason;
        if (Greeter.IsItself(reason)) return;
        if (Greeter.IsOtherCluster(reason)
            && Seeds.FirstOrDefault(seed => _introduced.TryGetValue(seed, out var at) && at == refused.Address) is { } stranger)
            _strangeSeeds.Refused($"{stranger.Host}:{stranger.Port}", Now);
        Complain(reason);
        if (Greeter.IsNameTaken(reason)) OnNameTaken(reason);
        if (PeerLinks.IsOtherProtocol(reason)) OnOtherProtocol(reason);
    }

    private void Complain(string complaint)
    {
        if (Greeter.IsNameTaken(complaint) && !IsNameTakenForLong(complaint)) return;
        _complaint = complaint;
        if (_complaints.Add(complaint)) _log.Error(complaint);
    }

    private IActorRef KeeperOfMembers(Member member) => _services.Board.At(member.Greeting.Name, ActorAddress.Members);

    // ---- What the rest of the node sees

    private void Publish()
    {
        _services.Ring.View = _state.Ring is { } ring ? ViewOf(ring) : null;
        _services.Front.Publish(NodeViews(), CurrentReadiness(), LeaderName());
    }

    private RingView ViewOf(PartitionTable ring)
    {
        if (_services.Ring.View is { } known && ReferenceEquals(known.Table, ring)
            && known.Peers.All(peer => peer.Reachable == IsUpNow(peer.Name) && peer.Incarnation == IncarnationOf(peer.Name)
                && peer.Epoch == EpochOf(peer.Name))) return known;
        int self = ring.MemberIndex(_settings.Name);
        var peers = ring.Members.Select((member, index) => index == self
            ? new RingPeer(member.Name, Reachable: true, _services.Greeter.Own.Incarnation, _services.VnodeRefs, _services.Coordinators,
                _services.Inspector)
            { Epoch = ring.Epoch }
            : RefsOf(member.Name) with
            {
                Reachable = IsUpNow(member.Name),
                Incarnation = IncarnationOf(member.Name),
                Epoch = EpochOf(member.Name),
            });
        return new RingView(ring, self, [.. peers], _services.Ring.Buckets, _services.Ring.View);
    }

    private bool IsUpNow(string name) => name == _settings.Name || _met.GetValueOrDefault(name)?.IsUp == true;

    private ulong IncarnationOf(string name) =>
        name == _settings.Name ? _services.Greeter.Own.Incarnation : _met.GetValueOrDefault(name)?.Greeting.Incarnation ?? 0;

    private ulong EpochOf(string name) =>
        name == _settings.Name ? _state.Epoch : _met.GetValueOrDefault(name)?.Epoch ?? 0;

    private RingPeer RefsOf(string name)
    {
        int coordinators = Math.Max(1, _met.GetValueOrDefault(name)?.Greeting.Coordinators ?? 1);
        if (_peerRefs.TryGetValue(name, out var known) && known.Coordinators.Length == coordinators) return known;
        return _peerRefs[name] = new RingPeer(
            name, Reachable: false, Incarnation: 0,
            [.. Enumerable.Range(0, _settings.Partitions).Select(partition => _services.Board.At(name, ActorAddress.Vnode(partition)))],
            [.. Enumerable.Range(0, coordinators).Select(index => _services.Board.At(name, ActorAddress.Coordinator(index)))],
            _services.Board.At(name, ActorAddress.Inspector));
    }

    private NodeReadiness CurrentReadiness()
    {
        if (_wasRemoved) return new NodeReadiness(false,
            $"{_settings.Name} is no member of the ring any more (epoch {_state.Epoch}): it serves nothing, and what its data directory "
                + "holds is not used. To have it join again, start it on an empty directory (--data).")
        { IsRemoved = true };
        var reachable = _state.Ring is { } ring
            ? ring.Members.Select(member => member.Name).Where(IsUpNow).ToHashSet()
            : [];
        return _state.Ring is { } held
            && _strangeSeeds.Complaint(_settings.Name, held.Cluster, held.Members.Select(member => member.Name), Now) is { } strange
            ? new NodeReadiness(false, strange)
            : Readiness.Of(_state.Ring, WaitsFor(), NotMet(), reachable, _services.Identity.Confirmed);
    }

    private string WaitsFor()
    {
        if (_ringKeeper.IsNobody()) return "The ring's journal is being read.";
        if (_complaint.Length > 0) return _complaint + ".";
        if (!IsInCluster) return _entryWaitsFor;
        return $"No ring yet: the first one forms when {_settings.InitialMembers} nodes are Up (dynamo.ring.initial-members).";
    }

    private IReadOnlyList<NodeView> NodeViews()
    {
        var views = new SortedDictionary<string, NodeView>(StringComparer.Ordinal);
        foreach (var member in _state.Ring?.Members ?? [])
            views[member.Name] = new NodeView(member.Name, member.Address, member.Http, "Absent", Reachable: false, member.Zone,
                member.Weight);
        foreach (var (name, member) in _met) views[name] = View(member.Greeting, member.IsUp);
        foreach (var (name, ahead, _) in _services.Board.ClocksAhead)
            if (views.TryGetValue(name, out var view)) views[name] = view with { ClockAhead = ahead };
        views[_settings.Name] = View(_services.Greeter.Own, isUp: true) with { ClockAhead = TimeSpan.Zero };
        return [.. views.Values];
    }

    private NodeView View(Greeting of, bool isUp) => new(of.Name, of.Remote, of.Http, StatusAt(of.Remote), isUp, of.Zone, of.Weight);

    private sealed class Tick
    {
        public static readonly Tick Instance = new();
    }
}

/// <summary>Somebody was met on a link, who may have to be dialled too.</summary>
internal sealed class SomebodyGreeted
{
    public static readonly SomebodyGreeted Instance = new();
}

/// <summary>Somebody who dialled this node was turned away.</summary>
internal sealed record GreetingRefused(string Reason);
