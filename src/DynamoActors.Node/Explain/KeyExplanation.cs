using System.Collections.Immutable;
using Akka.Actor;
using DynamoActors.Core.Buckets;
using DynamoActors.Core.Quorum;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Listing;
using DynamoActors.Node.Local;
using DynamoActors.Node.Membership;
using DynamoActors.Node.Messages;
using DynamoActors.Node.Requests;

namespace DynamoActors.Node.Explain;

/// <summary>Asks each owner of a key alone what it holds, and every node for hints of the key. Merges and repairs nothing: it
/// shows.</summary>
internal sealed class KeyExplanation : ReceiveActor, IWithTimers
{
    /// <summary>Who has not answered by then is shown as silent: the one who asks wants to see that, not to wait for it.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);

    private const long Question = 1;

    private readonly InspectionServices _services;
    private readonly RingView _ring;
    private readonly ExplainKey _request;
    private readonly SortedSet<int> _inspected = [];
    private readonly List<ExplainedHint> _hints = [];
    private readonly OwnersAgreement _agreement = new();
    private ExplainedOwner[] _owners = [];
    private int _partition;
    private int _replicas;
    private int _pending;
    private bool _isAnswered;

    public KeyExplanation(InspectionServices services, RingView ring, ExplainKey request)
    {
        _services = services;
        _ring = ring;
        _request = request;
        Receive<ReplicaReply>(OnReply);
        Receive<HintsFound>(OnHints);
        Receive<Enough>(_ => Finish());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        _partition = _ring.Table.PartitionOf(_request.Bucket, _request.Key.Span);
        ResolvedQuorum.TryResolve(_ring.Bucket(_request.Bucket), QuorumOverrides.None, _ring.Table, out var quorum, out _);
        _replicas = quorum.N;
        var key = StoreKey.Object(_partition, _request.Bucket, _request.Key.Span);
        AskOwners(key);
        AskForHints(key);
        var timeout = _request.Timeout ?? _services.Settings.RequestTimeout;
        Timers.StartSingleTimer(nameof(Enough), Enough.Instance, timeout < _patience ? timeout : _patience);
        FinishIfAllAnswered();
    }

    private void AskOwners(byte[] key)
    {
        var owners = _ring.Owners(_partition)[.._replicas];
        _owners = new ExplainedOwner[owners.Length];
        for (int slot = 0; slot < owners.Length; slot++)
        {
            var peer = _ring.Peers[owners[slot]];
            _owners[slot] = new ExplainedOwner(
                _ring.NameOf(owners[slot]), peer.Reachable, peer.Reachable ? OwnerAnswer.Silent : OwnerAnswer.Unreachable, Held: null);
            if (!peer.Reachable) continue;
            _pending++;
            peer.Vnodes[_partition].Tell(new ReadReplica(Question, (byte)slot, _ring.Table.Epoch, key), Self);
        }
    }

    private void AskForHints(byte[] key)
    {
        for (int member = 0; member < _ring.Peers.Length; member++)
        {
            if (!_ring.Peers[member].Reachable) continue;
            _pending++;
            _ring.Peers[member].Inspector.Tell(new FindHints(MemberRequest.Id(Question, member), key), Self);
        }
    }

    private void OnReply(ReplicaReply reply)
    {
        if (reply.Slot >= _owners.Length || _owners[reply.Slot].Answer != OwnerAnswer.Silent) return;
        _owners[reply.Slot] = reply switch
        {
            ReplicaRead { Encoded.IsEmpty: true } => _owners[reply.Slot] with { Answer = OwnerAnswer.Absent },
            ReplicaRead read => _owners[reply.Slot] with { Answer = OwnerAnswer.Held, Held = VersionedObjectCodec.Decode(read.Encoded) },
            _ => _owners[reply.Slot] with { Answer = OwnerAnswer.Refused },
        };
        _pending--;
        FinishIfAllAnswered();
    }

    private void OnHints(HintsFound found)
    {
        int member = MemberRequest.Member(found.RequestId);
        if (member >= _ring.Peers.Length || !_inspected.Add(member)) return;
        foreach (var hint in found.Hints)
            _hints.Add(new ExplainedHint(
                _ring.NameOf(member), hint.Owner, DateTimeOffset.FromUnixTimeMilliseconds(hint.KeptAtUnixMilliseconds),
                    hint.Context));
        foreach (var agreed in found.Agreed) _agreement.Agreed(_ring.NameOf(member), agreed.Peer, agreed.AsOfUnixMilliseconds);
        _pending--;
        FinishIfAllAnswered();
    }

    private void FinishIfAllAnswered()
    {
        if (_pending == 0) Finish();
    }

    private void Finish()
    {
        if (_isAnswered) return;
        _isAnswered = true;
        var standIns = _ring.Replicas(_partition, _replicas).Slots
            .Where(slot => slot.StandsInFor is not null).Select(slot => new ExplainedStandIn(_ring.NameOf(slot.Member), slot.StandsInFor!));
        // In order of name: answers come in any order.
        var hints = _hints.OrderBy(hint => hint.Node, StringComparer.Ordinal).ThenBy(hint => hint.For, StringComparer.Ordinal)
            .ToImmutableArray();
        string[] owners = [.. _ring.Owners(_partition).ToArray().Select(owner => _ring.NameOf(owner))];
        _request.Complete(new KeyExplained(
            _partition, _ring.Table.Epoch, [.. _owners], [.. standIns], hints, _agreement.OfAll(owners),
                DivergenceReason.Of(_owners, hints)));
        Context.Stop(Self);
    }

    protected override void PostStop()
    {
        if (!_isAnswered) _request.Complete(new QuorumNotReached("node", 1, 0, Unknown: false, TimedOut: false));
    }

    private sealed class Enough
    {
        public static readonly Enough Instance = new();
    }
}
