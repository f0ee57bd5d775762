using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using DynamoActors.Core.Buckets;
using DynamoActors.Core.Ring;
using DynamoActors.Core.Security;
using DynamoActors.Node.Messages;
using DynamoActors.Node.Settings;
using DynamoActors.Storage;

namespace DynamoActors.Node.Membership;

/// <summary>
/// Keeps the ring, the bucket settings and the tokens: durable in its journal, agreed among the nodes. Who can be reached <see
/// cref="Members"/> tells it, and is told what is known of the ring; that somebody cannot be reached never changes the ring.
/// </summary>
internal sealed partial class RingKeeper : ReceivePersistentActor, IWithTimers
{
    private static readonly TimeSpan _retryInterval = TimeSpan.FromMilliseconds(250);

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly NodeSettings _settings;
    private readonly Switchboard _board;
    private readonly NodeClock _clock;
    private readonly ulong _incarnation;
    private readonly IActorRef _members;
    private readonly BucketTable _buckets;
    private bool _wasMember;
    private readonly RingFormation _formation;
    private readonly SortedDictionary<string, RingPeerState> _peers = new(StringComparer.Ordinal);
    private RingState _state = RingState.Empty;

    public RingKeeper(NodeSettings settings, Switchboard board, NodeClock clock, ulong incarnation, BucketTable buckets, IActorRef members)
    {
        _settings = settings;
        _board = board;
        _clock = clock;
        _incarnation = incarnation;
        _members = members;
        _buckets = buckets;
        // An application that the node is part of may have a journal and snapshots of its own.
        JournalPluginId = "akka.persistence.journal.dynamo";
        SnapshotPluginId = "akka.persistence.no-snapshot-store";
        _formation = new RingFormation(settings.Name, (voter, message) => KeeperOf(voter).Tell(message, Self));

        Recover<AcceptorChanged>(Apply);
        Recover<RingCommitted>(Apply);
        Recover<BucketVersion>(Apply);
        Recover<MemberMoved>(Apply);
        Recover<AccessToken>(Apply);
        Recover<StagedChanges>(Apply);
        Recover<RecoveryCompleted>(_ => Begin());

        Command<PeersReachable>(OnPeers);
        Command<ProposeFirstRing>(propose => Propose(propose.Members));
        Command<MemberMoved>(OnMoved);
        Command<Retry>(_ => OnRetry());
        Command<AskPlan>(OnPlan);
        Command<StagedChanges>(OnStaged);
        Command<MovesArrived>(OnMovesArrived);

        Command<PrepareRing>(OnPrepare);
        Command<RingPromised>(promised => Commit(_formation.OnPromised(promised)));
        Command<AcceptRing>(OnAccept);
        Command<RingAccepted>(accepted => Commit(_formation.OnAccepted(accepted)));
        Command<RingRejected>(_formation.OnRejected);
        Command<RingCommitted>(OnCommitted);
        Command<RingDiffers>(OnDiffers);
        Command<AskRing>(ask =>
        {
            if (ask.Epoch < _state.Epoch) Sender.Tell(new RingCommitted(_state.Ring!));
        });

        Command<SetBucket>(OnSetBucket);
        Command<SetToken>(OnSetToken);
        Command<BucketsChanged>(OnBucketsChanged);
        Command<BucketsTaken>(OnBucketsTaken);
    }

    public override string PersistenceId => "ring";

    /// <summary>Whether this node was a member of a ring before, and is none of the present one.</summary>
    private bool WasRemoved => _wasMember && _state.Ring is { } ring && ring.MemberIndex(_settings.Name) < 0;

    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>It is stopped then, and the node with it.</summary>
    protected override void OnRecoveryFailure(Exception reason, object? message = null)
    {
        if (reason.GetBaseException() is not StorageCorruptException damage)
        {
            base.OnRecoveryFailure(reason, message);
            return;
        }
        var advice = Context.System.Settings.Setup.Get<DiskJournalSetup>().Select(setup => setup.RepairAdvice).GetOrElse("");
        _log.Error("{0}. {1}", damage.Message, advice);
    }

    private TimeSpan Now => Context.System.Scheduler.HighResMonotonicClock;

    private void Apply(object ringEvent)
    {
        _state = _state.Apply(ringEvent);
        _wasMember |= _state.Ring?.MemberIndex(_settings.Name) >= 0;
    }

    private void Begin()
    {
        if (_state.Ring is { } ring)
        {
            if (Misfit(ring, "this directory's ring") is { } misfit)
            {
                _log.Error(misfit);
                Context.Stop(Self);
                return;
            }
            _log.Info("Remembering ring epoch {0} of {1} nodes", ring.Epoch, ring.Members.Length);
        }
        Timers.StartPeriodicTimer(nameof(Retry), Retry.Instance, _retryInterval);
        TellMembers();
    }

    private void TellMembers()
    {
        _buckets.Settings = _state.Buckets;
        if (!_buckets.Tokens.All.SequenceEqual(_state.Tokens.Values)) _buckets.Tokens = new TokenTable(_state.Tokens.Values);
        _members.Tell(new RingKnown(_state, WasRemoved), Self);
    }

    private IActorRef KeeperOf(string name) => name == _settings.Name ? Self : _board.At(name, ActorAddress.RingKeeper);

    private void OnRetry()
    {
        _formation.Retry();
        LearnNewerRing();
        SpreadChanges();
        GiveUpWhatIsNotAgreed();
        LeadOn();
    }

    private void OnPeers(PeersReachable reachable)
    {
        RememberWhoIsUp(reachable);
        foreach (string gone in _peers.Keys.Except(reachable.Peers.Select(peer => peer.Name)).ToList()) _peers.Remove(gone);
        foreach (var peer in reachable.Peers)
        {
            if (_peers.TryGetValue(peer.Name, out var known) && known.Incarnation == peer.Incarnation)
            {
                if (peer.Epoch < _state.Epoch) KeeperOf(peer.Name).Tell(new RingCommitted(_state.Ring!), Self);
                continue;
            }
            _peers[peer.Name] = new RingPeerState(peer.Incarnation);
            Introduce(peer);
        }
        AnswerAwaited();
    }

    /// <summary>What it may lack: the ring, every bucket that was ever set, and the tokens.</summary>
    private void Introduce(ReachablePeer peer)
    {
        if (peer.Epoch < _state.Epoch) KeeperOf(peer.Name).Tell(new RingCommitted(_state.Ring!), Self);
        if (_state.Staged.Version > 0) KeeperOf(peer.Name).Tell(_state.Staged, Self);
        if (!_state.BucketVersions.IsEmpty || !_state.Tokens.IsEmpty) KeeperOf(peer.Name).Tell(
            new BucketsChanged([.. _state.BucketVersions.Values], _incarnation, Change: 0) { Tokens = [.. _state.Tokens.Values] }, Self);
    }

    private void OnMoved(MemberMoved moved)
    {
        if (_state.Moved.TryGetValue(moved.Name, out var known) && known == moved) return;
        Persist(moved, stored =>
        {
            Apply(stored);
            TellMembers();
        });
    }

    // ---- The ring

    private void Propose(IReadOnlyCollection<RingMember> members)
    {
        if (_state.Ring is not null || _formation.IsUnderWay) return;
        _log.Info("Proposing the first ring: {0} partitions over {1}", _settings.Partitions,
            string.Join(", ", members.Select(member => member.Name).Order(StringComparer.Ordinal)));
        // As good as any other draw: no two nodes have the same clock and incarnation.
        ulong cluster = _clock.Tick().Value ^ _incarnation << 32 | 1;
        _formation.Propose(PartitionTable.Assign(members, _settings.Partitions, _settings.Replicas, previous: null, cluster),
            before: null, _state.Next.Promised);
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
        foreach (string peer in _peers.Keys) KeeperOf(peer).Tell(new RingCommitted(ring), Self);
        OnCommitted(new RingCommitted(ring));
    }

    private void OnCommitted(RingCommitted committed)
    {
        if (committed.Ring.Epoch <= _state.Epoch) return;
        if (Misfit(committed.Ring, "the cluster's ring") is { } misfit)
        {
            _members.Tell(new RingMisfits(misfit));
            return;
        }
        _formation.Abandon();
        Persist(committed, stored =>
        {
            if (stored.Ring.Epoch <= _state.Epoch) return;
            bool wasStaged = _state.Staged.Changes.Count > 0;
            Apply(stored);
            // What others still tell of is older, even where it was staged by a faster clock.
            if (wasStaged) Apply(new StagedChanges(_clock.Tick().Value, []));
            _log.Info("Ring epoch {0}: {1} partitions, {2} replicas each, over {3}", stored.Ring.Epoch, stored.Ring.PartitionCount,
                stored.Ring.ReplicationFactor, string.Join(", ", stored.Ring.Members.Select(member => member.Name)));
            TellMembers();
            OnRingChanged(stored.Ring);
        });
    }

    /// <summary>Whoever committed it tells everybody; that may have been lost.</summary>
    private void LearnNewerRing()
    {
        if (_reachable.Peers.FirstOrDefault(peer => peer.Epoch > _state.Epoch) is { } ahead)
            KeeperOf(ahead.Name).Tell(new AskRing(_state.Epoch), Self);
    }

    private void OnDiffers(RingDiffers differs)
    {
        if (differs.Epoch > _state.Epoch) KeeperOf(differs.Peer).Tell(new AskRing(_state.Epoch), Self);
        else if (differs.Epoch < _state.Epoch) KeeperOf(differs.Peer).Tell(new RingCommitted(_state.Ring!), Self);
    }

    // Vnodes, and the replicas that a request may ask for, are as many as the configuration says.
    private string? Misfit(PartitionTable ring, string whose)
    {
        return Unlike("partitions", ring.PartitionCount, _settings.Partitions)
            ?? Unlike("replicas", ring.ReplicationFactor, _settings.Replicas);

        string? Unlike(string what, int formedWith, int configured) => formedWith == configured ? null
            : $"{_settings.Name}: {whose} has {formedWith} {what}, the configuration says {configured}: a ring keeps the number that it "
                + $"was formed with. Set dynamo.ring.{what} back to {formedWith} and start again; a ring with {configured} takes new "
                + "directories on every node";
    }

    private sealed class Retry
    {
        public static readonly Retry Instance = new();
    }
}

/// <summary>From the ring keeper: what it knows, after its start and after each change.</summary>
/// <param name="WasRemoved">This node was a member before, and is none any more.</param>
internal sealed record RingKnown(RingState State, bool WasRemoved);

/// <summary>From the ring keeper: the cluster has a ring that this node cannot serve.</summary>
internal sealed record RingMisfits(string Complaint);

/// <summary>To the ring keeper: all that can be reached, in order of name.</summary>
/// <param name="Own">As which this node would be a member; null: not known yet.</param>
/// <param name="DrainedAt">As of a peer, of this node.</param>
/// <param name="IsLeader">Whether this node is the one to propose what nobody has to decide.</param>
internal sealed record PeersReachable(IReadOnlyList<ReachablePeer> Peers, RingMember? Own, ulong DrainedAt, bool IsLeader);

/// <param name="Member">As which it would be a member.</param>
/// <param name="DrainedAt">The ring's epoch at which it said that it keeps no hints for others; 0: it has not, or keeps some.</param>
/// <param name="WasRemoved">It was a member of a ring before, and is none of the present one.</param>
internal sealed record ReachablePeer(string Name, ulong Incarnation, ulong Epoch, RingMember Member, ulong DrainedAt, bool WasRemoved);

/// <summary>To the ring keeper: enough nodes are there.</summary>
internal sealed record ProposeFirstRing(IReadOnlyCollection<RingMember> Members);
