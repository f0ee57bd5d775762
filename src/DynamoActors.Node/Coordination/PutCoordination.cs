using System.Numerics;
using DynamoActors.Core.Buckets;
using DynamoActors.Core.Bytes;
using DynamoActors.Core.Counters;
using DynamoActors.Core.Quorum;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Membership;
using DynamoActors.Node.Messages;
using DynamoActors.Node.Requests;
using DynamoActors.Node.Tracing;
using DynamoActors.Node.Vnodes;

namespace DynamoActors.Node.Coordination;

/// <summary>
/// Has this node's vnode make the new version, which goes to the other replicas at the same time, and counts acknowledgements; where they
/// are late or refused, has nodes beyond stand in (<see cref="WriteHedge"/>). Where this node is no owner of the key, or its own disk does
/// not answer at present, an owner coordinates in its place (<see cref="ForwardedPutCoordination"/>).
/// </summary>
internal sealed class PutCoordination(
    CoordinationServices services, PutObject put, VersionVector? context, PutOrigin origin = PutOrigin.Client) : Coordination(services, put)
{
    private readonly WriteQuorum _quorum = new();
    private Phase _phase = Phase.Making;
    private ReplicaSet _replicas = null!;
    private BucketSettings _bucket = null!;
    private WriteHedge? _hedge;
    private TimeSpan _hedgeAt;
    private WriteCoordinated? _coordinated;
    private VersionVector? _uncovered;
    private ulong _refused;
    private bool _isWrongRing;

    private enum Phase
    {
        /// <summary>The own vnode makes the version: until it is durable nobody else may count, nor is known what it looks like.</summary>
        Making,

        /// <summary>Acknowledgements are counted, and nodes beyond stand in for owners that are late or refuse.</summary>
        Collecting,

        /// <summary>The client has its answer. Late acknowledgements are still collected: an owner that stays silent gets a hint.</summary>
        Settling,
    }

    /// <summary>The first round has waited for late replicas; the second does not wait for them again.</summary>
    private bool IsHedgedAtOnce { get; init; }

    /// <summary>The version exists: it was made by a ring that others no longer go by, and goes to the replicas of this one. Null: it is to
    /// be made.</summary>
    private WriteCoordinated? Made { get; init; }

    /// <summary>A version may be stored: it cannot be said any more that nothing was written.</summary>
    private bool IsUnknown => origin == PutOrigin.FirstRound || Made is not null;

    /// <summary>How long a large value takes says nothing about how soon its replicas answer anything else.</summary>
    private bool IsLarge => put.Value.Length >= LargeArrays.LargeFrom;

    private TimeSpan HedgeAfter => IsLarge ? Services.Settings.HedgeMax : Health.HedgeAfter;

    private bool IsLww => _bucket.Policy == ConflictPolicy.Lww;

    protected override string Name => "coordinate put";

    // ---- Making

    protected override void Begin()
    {
        _bucket = Ring.Bucket(Request.Bucket);
        if (NotOfThisPolicy() is { } wrong)
        {
            Finish(wrong);
            return;
        }
        if (!ResolvedQuorum.TryResolve(_bucket, Request.Quorum, Ring.Table, out var quorum, out var error))
        {
            Finish(new RequestRefused(error.Field, error.Reason));
            return;
        }
        _replicas = Ring.Replicas(Partition, quorum.N);
        if (!IsUnknown && !_replicas.HasReachableOwner && TooBusy() is { } tooBusy)
        {
            Finish(tooBusy);
            return;
        }
        if (Made is not null)
        {
            Spread(quorum);
            return;
        }
        // A stand-in makes versions only where no owner can: it forgets the key once it has handed it over.
        var maySelf = _replicas.IsSelfOwner || _replicas.IsSelfStandIn && !_replicas.HasReachableOwner;
        var isStalled = origin == PutOrigin.Client && _replicas.HasOtherReachableOwner && Health.IsOwnStoreStalled(Started);
        if (!maySelf || isStalled)
        {
            Forward();
            return;
        }
        Require(quorum, _replicas.Self);
        if (Hopeless() is { } hopeless)
        {
            // Better refused at once, with nothing written, than written and reported as unknown.
            Finish(hopeless);
            return;
        }
        _hedgeAt = IsHedgedAtOnce ? Started : Started + HedgeAfter;
        _replicas.Slots[_replicas.Self].Vnode.Tell(
            new CoordinateWrite(Id, (byte)_replicas.Self, Ring.Table.Epoch, IsLww, StoreKeyBytes, put, context, _replicas)
            {
                Ttl = _bucket.Ttl,
                SiblingsMax = IsUnknown ? null : put.Add is null ? _bucket.SiblingsMax : BucketSettings.SiblingsMaxLimit,
                Trace = Trace,
            }, Services.Coordinator);
        for (var others = _replicas.OtherWriteSlots; others != 0; others &= others - 1) Asked(BitOperations.TrailingZeroCount(others));
    }

    /// <summary>Counters are added to and deleted; other keys are put and deleted. Null: so it is.</summary>
    private RequestRefused? NotOfThisPolicy()
    {
        if (put.ContentType == Counter.ContentType)
            return new RequestRefused("Content-Type", $"{Counter.ContentType} is what counters are made of. Take another for a value.");
        if (IsUnknown || put.Tombstone || (put.Add is not null) == (_bucket.Policy == ConflictPolicy.Counter)) return null;
        return put.Add is null
            ? new RequestRefused("policy", $"The bucket '{put.Bucket}' holds counters, which no value can be put to: add to it (op=add).")
            : new RequestRefused("op",
                $"The bucket '{put.Bucket}' holds no counters: set its policy to \"counter\" before anything is in it.");
    }

    private RequestRefused WhyNotAdded(CounterRefusal refusal) => refusal switch
    {
        CounterRefusal.Overflow => new("by", "The counter would leave the signed numbers of 64 bits."),
        CounterRefusal.OtherAmount => new(RequestRefused.IdempotencyKey,
            "An addition of that key was by another amount. Take a new key for a new addition."),
        _ => new("key", "It has a value that is no counter, of before the bucket's policy was set. Delete it first."),
    };

    private void Spread(ResolvedQuorum quorum)
    {
        Require(quorum, selfSlot: -1);
        if (Hopeless() is { } hopeless)
        {
            Finish(hopeless);
            return;
        }
        _coordinated = Made;
        _phase = Phase.Collecting;
        _hedgeAt = Started + HedgeAfter;
        for (var slot = 0; slot < _replicas.WriteSlots; slot++) Send(slot, _replicas.Slots[slot], Trace);
    }

    private void Send(int slot, ReplicaSlot replica, TraceParent? trace)
    {
        replica.Vnode.Tell(
            new WriteReplica(Id, (byte)slot, Ring.Table.Epoch, IsLww, ReportUncovered: context is null && put.Add is null, StoreKeyBytes,
                _coordinated!.Encoded, replica.StandsInFor)
            { Trace = trace },
            Services.Coordinator);
        Asked(slot);
    }

    /// <summary>While the partition moves, a quorum of those who are to own it too; where these are fewer, of all of them.</summary>
    private void Require(ResolvedQuorum quorum, int selfSlot)
    {
        _quorum.Reset(quorum.AcknowledgementsRequired, quorum.Pw, selfSlot);
        if (_replicas.NextOwners > 0)
            _quorum.RequireNext(
                Math.Min(quorum.AcknowledgementsRequired, _replicas.NextOwners), Math.Min(quorum.Pw, _replicas.NextOwners));
        for (var slot = 0; slot < _replicas.WriteSlots; slot++)
        {
            var replica = _replicas.Slots[slot];
            _quorum.Ask(slot, replica.IsOwner, replica.InOwners, replica.InNext);
        }
    }

    /// <summary>Where too few can be reached for the quorum ever to be met.</summary>
    private ClientOutcome? Hopeless()
    {
        if (_quorum.Hopeless is not { } hopeless) return null;
        return !IsUnknown && TooBusy() is { } tooBusy ? tooBusy
            : Missed(hopeless, IsUnknown, timedOut: false) with { NobodyAsked = !IsUnknown };
    }

    /// <param name="otherwise">What the client is told where nobody else can coordinate; null: that a quorum was not reached.</param>
    private void Forward(ClientOutcome? otherwise = null)
    {
        if (origin == PutOrigin.Client)
            ContinueWith(new ForwardedPutCoordination(Services, put, context, otherwise) { Deadline = Deadline });
        else Finish(IsUnknown ? new QuorumNotReached("w", Required: 1, Reached: 0, Unknown: true, TimedOut: false)
            : new NodeNotReady("This node cannot coordinate the write: it does not own the key, or its store takes no writes."));
    }

    public override void OnReply(ReplicaReply reply)
    {
        Heard(reply.Slot);
        switch (reply)
        {
            case WriteCoordinated coordinated:
                _coordinated = coordinated;
                if (_phase == Phase.Making) _phase = Phase.Collecting;
                ReplaceRefused();
                Decide(_quorum.Acknowledged(reply.Slot));
                break;
            case AddRefused { Refusal: CounterRefusal.TooManyNames }:
                Finish(new NodeOverloaded(Counter.RememberedFor / 10,
                    $"{Counter.NamedMax} additions to the counter with an Idempotency-Key are remembered, as many as can be. Additions "
                    + "without a key go on."));
                break;
            case AddRefused refused:
                Finish(WhyNotAdded(refused.Refusal));
                break;
            case ReplicaWritten written:
                if (written.Uncovered is { } uncovered) _uncovered = _uncovered?.Join(uncovered) ?? uncovered;
                if (reply.Slot != _replicas.Self) Answered(reply.Slot);
                Decide(_quorum.Acknowledged(reply.Slot));
                break;
            case ReplicaRefused refused when reply.Slot == _replicas.Self && Made is null:
                OnOwnRefusal(refused);
                break;
            case ReplicaRefused refused when GoesByAnotherRing(refused):
                // Nobody stands in for it: soon both go by the same ring, and the write goes to whom that names.
                _isWrongRing = true;
                break;
            case ReplicaRefused refused:
                if (refused.Reason != RefusalReason.Unreachable) Answered(reply.Slot);
                _refused |= 1UL << reply.Slot;
                ReplaceRefused();
                break;
        }
    }

    private void Answered(int slot)
    {
        if (IsLarge) Health.Answered(MemberIn(slot));
        else Health.Answered(MemberIn(slot), Services.Now - Started);
    }

    private void OnOwnRefusal(ReplicaRefused refused)
    {
        switch (refused.Reason)
        {
            case RefusalReason.ContextFromTheFuture:
                Finish(new RequestRefused(
                    "context", "It covers writes that this cluster has not made: use the one that came with a read or a write."));
                break;
            case RefusalReason.TooManySiblings when put.Add is not null:
                Finish(new RequestRefused(
                    "key", "As many writers have added to the counter as may: read it, delete it with the context of that read, and add "
                    + "what it was."));
                break;
            case RefusalReason.TooManySiblings:
                Finish(refused.ObjectBytes > 0 ? new ObjectTooLarge(refused.Siblings, refused.ObjectBytes)
                    : new TooManySiblings(refused.Siblings, _bucket.SiblingsMax));
                break;
            case RefusalReason.NotDurable:
                Decide(_quorum.Failed(_replicas.Self));
                break;
            case RefusalReason.NotOwner when IsOvertaken:
                ContinueWith(new PutCoordination(Services, put, context, origin) { Deadline = Deadline, IsHedgedAtOnce = IsHedgedAtOnce });
                break;
            default:
                // Nothing was made and nothing was sent, so another owner may coordinate.
                Forward(refused.Reason == RefusalReason.IdentityUnconfirmed
                    ? new NodeNotReady("Asking the other nodes what they know of this data directory's identity.")
                    : null);
                break;
        }
    }

    // ---- Collecting

    protected override void OnTick(TimeSpan now)
    {
        if (_isWrongRing && _phase == Phase.Collecting && IsTimeToBeginAgain(now))
        {
            ContinueWith(new PutCoordination(Services, put, context, origin) { Deadline = Deadline, Made = _coordinated });
            return;
        }
        if (now < _hedgeAt) return;
        // Also where the client has its answer: reads and puts that go elsewhere now need not find out themselves.
        for (var late = IsLarge ? 0 : _quorum.Pending & ~OwnBit; late != 0; late &= late - 1)
            Health.Late(MemberIn(BitOperations.TrailingZeroCount(late)), now);
        switch (_phase)
        {
            case Phase.Making:
                if (!IsLarge && now - Started >= Services.Settings.HedgeMax) Health.OwnStoreStalled(now);
                break;
            case Phase.Collecting:
                _hedgeAt = now + HedgeAfter;
                for (var wanted = _quorum.StandInsWanted; wanted > 0; wanted--)
                    if (!TryStandIn(_quorum.Pending & _quorum.StandInsWantedFor, now)) break;
                break;
            case Phase.Settling:
                _hedgeAt = Deadline;
                break;
        }
    }

    /// <summary>Those that refuse are made good at once, before the refusal is told to the quorum.</summary>
    private void ReplaceRefused()
    {
        if (_coordinated is null) return;
        for (; _refused != 0 && !IsDone; _refused &= _refused - 1)
        {
            var slot = BitOperations.TrailingZeroCount(_refused);
            if (_quorum.HasAcknowledged(slot)) continue;
            var wantedFor = _quorum.StandInsWantedFor;
            if ((wantedFor >> slot & 1) != 0 && _quorum.StandInsWanted > BitOperations.PopCount(_quorum.Pending & wantedFor & ~_refused))
                TryStandIn(1UL << slot, Services.Now);
            Decide(_quorum.Failed(slot));
        }
    }

    /// <summary>Has one node more keep the write for one of these slots' owners.</summary>
    private bool TryStandIn(ulong slots, TimeSpan now)
    {
        _hedge ??= new WriteHedge(Ring, _replicas, Health, now);
        if (!_hedge.TryTake(slots, out var slot, out var standIn)) return false;
        _quorum.Ask(slot, isOwner: false, standIn.InOwners, standIn.InNext);
        using var span = Trace.Begin("hedge");
        span?.SetTag("dynamo.peer", Ring.NameOf(standIn.Member));
        Send(slot, standIn, span.AsParent());
        return true;
    }

    private ulong OwnBit => _replicas.Self < 0 ? 0 : 1UL << _replicas.Self;

    protected override int MemberIn(int slot) =>
        slot < _replicas.Slots.Length ? _replicas.Slots[slot].Member : _hedge!.StandIn(slot).Member;

    private void Decide(QuorumDecision decision)
    {
        if (IsDone) return;
        if (decision.Status == QuorumStatus.Fail) Answer(Missed(decision, unknown: true, timedOut: false));
        // Who is told a counter's number has seen all of it.
        else if (decision.Status == QuorumStatus.Succeed && put.Add is not null)
            Answer(new ObjectWritten(_coordinated!.Stored, _coordinated.Stored.Context));
        else if (decision.Status == QuorumStatus.Succeed && _uncovered is null) Answer(
            ObjectWritten.After(context, _coordinated!.Stored.WithoutExpired(Services.UnixMilliseconds), _coordinated.Dot));
        else if (decision.Status == QuorumStatus.Succeed) ContinueWith(SecondRound());
        if (_phase == Phase.Settling && _quorum.Pending == 0) Close();
    }

    /// <summary>
    /// The put meant "replace what is there", and its quorum held more than this replica knew: once more, superseding that too. It is a
    /// version of its own, under a new dot: widening the context of the first one could let two such puts erase each other.
    /// </summary>
    private PutCoordination SecondRound() =>
        new(Services, put.WithoutHeadroom(), _uncovered!.With(_coordinated!.Dot), PutOrigin.FirstRound)
        {
            Deadline = Deadline,
            IsHedgedAtOnce = _hedge is not null,
        };

    protected override void OnDeadline()
    {
        Answer(Missed(_quorum.Missing(), unknown: true, timedOut: true));
        Close();
    }

    // ---- Settling

    private void Answer(ClientOutcome outcome)
    {
        if (_phase == Phase.Settling) return;
        _phase = Phase.Settling;
        Complete(outcome);
    }

    /// <summary>Owners that have not acknowledged get a hint, unless a stand-in keeps one for them.</summary>
    private void Close()
    {
        if (_coordinated is not null && _replicas.Self >= 0)
            for (var slot = 0; slot < _replicas.WriteSlots; slot++)
                if (!_quorum.HasAcknowledged(slot) && _hedge?.IsKeptFor(slot, _quorum) != true)
                    _replicas.Slots[_replicas.Self].Vnode.Tell(
                        new KeepHint(_replicas.OwnerOf(Ring, slot), StoreKeyBytes), Services.Coordinator);
        End();
    }

    public override void Abandon()
    {
        if (_phase != Phase.Settling) base.Abandon();
    }
}

/// <summary>Where a put comes from.</summary>
internal enum PutOrigin
{
    /// <summary>A client of this node: another may coordinate in its place.</summary>
    Client,

    /// <summary>Another node, which owns nothing of the key: it goes no further.</summary>
    OtherNode,

    /// <summary>A first round that left versions standing: it has stored one, and is not refused for its siblings any more.</summary>
    FirstRound,
}
