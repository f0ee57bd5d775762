using DynamoActors.Core.Buckets;
using DynamoActors.Core.Quorum;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Membership;
using DynamoActors.Node.Messages;
using DynamoActors.Node.Requests;
using DynamoActors.Node.Tracing;
using DynamoActors.Storage;

namespace DynamoActors.Node.Coordination;

/// <summary>
/// Asks R replicas, and one more whenever an answer is late or fails; merges what came, answers, then writes the merged object back to
/// those of the asked that lack it. A read of converged data writes nothing. While the partition moves it asks R of those who are to own it
/// too: their data may lack what is on its way, but of a quorum of them somebody refuses where a later ring has handed the partition over.
/// </summary>
internal class GetCoordination(CoordinationServices services, ClientRequest request) : Coordination(services, request)
{
    private readonly ReadQuorum _quorum = new();
    private ReplicaSet _replicas = null!;
    private ReplicaOrder _order;
    private ReplicaRead? _own;
    private Answer[] _answers = [];
    private TimeSpan _hedgeAt;
    private bool _lww;
    private bool _passedBusy;
    private bool _isRefusedForNow;
    private bool _isWrongRing;
    private bool _isInVain;
    private int _asked;

    protected override string Name => "coordinate get";

    protected override void Begin()
    {
        var bucket = Ring.Bucket(Request.Bucket);
        if (!ResolvedQuorum.TryResolve(bucket, Request.Quorum, Ring.Table, out var quorum, out var error))
        {
            Finish(new RequestRefused(error.Field, error.Reason));
            return;
        }
        _lww = bucket.Policy == Core.Buckets.ConflictPolicy.Lww;
        _replicas = Ring.Replicas(Partition, quorum.N);
        _answers = new Answer[_replicas.Slots.Length];
        _quorum.Reset(quorum.R, quorum.Pr);
        int nextRequired = Math.Min(quorum.AnswersRequired, _replicas.NextOwners);
        if (nextRequired > 0) _quorum.RequireNext(nextRequired, Math.Min(quorum.Pr, _replicas.NextOwners));
        _order = new ReplicaOrder(_replicas, Health, Started, Id);
        _hedgeAt = Started + Health.HedgeAfter;
        int tooMany = 0;
        if (_replicas.IsSelfOwner) _own = OwnReplica(out tooMany);
        if (tooMany > 0)
        {
            Finish(new ObjectIsLarge(tooMany));
            return;
        }
        AskMore(quorum.AnswersRequired, nextRequired, Trace);
        // At once, rather than when the time of the others is over.
        if (_passedBusy && _asked < quorum.AnswersRequired && !IsDone) Fail(_quorum.Missing());
    }

    public override void OnReply(ReplicaReply reply)
    {
        Heard(reply.Slot);
        ref var answer = ref _answers[reply.Slot];
        if (answer.State != AnswerState.Asked) return;
        int member = _replicas.Slots[reply.Slot].Member;
        if (reply is ReplicaRefused { Reason: RefusalReason.Unreachable }) Health.Late(member, Services.Now);
        else if (member != Ring.Self) Health.Answered(member, Services.Now - answer.AskedAt);

        if (reply is ReplicaRead read)
        {
            answer.State = AnswerState.Answered;
            answer.Encoded = read.Encoded;
            Decide(_quorum.Answered(reply.Slot));
        }
        else
        {
            answer.State = AnswerState.Failed;
            _isWrongRing |= GoesByAnotherRing(reply);
            _isRefusedForNow |= reply is ReplicaRefused { Reason: RefusalReason.Overloaded };
            var failed = _replicas.Slots[reply.Slot];
            AskMore(failed.InOwners ? 1 : 0, failed.InNext ? 1 : 0, Trace);
            Decide(_quorum.Failed(reply.Slot));
        }
    }

    private void Decide(QuorumDecision decision)
    {
        if (decision.Status == QuorumStatus.Succeed) Succeed();
        else if (decision.Status == QuorumStatus.Fail) Fail(decision);
    }

    private void Fail(QuorumDecision missing)
    {
        // Soon both go by the same one.
        if (_isWrongRing) _isInVain = true;
        else if (_passedBusy && TooBusy() is { } tooBusy) Finish(tooBusy);
        else if (_isRefusedForNow) Finish(new NodeOverloaded(TimeSpan.FromSeconds(1), "Replicas of the key cannot answer at present."));
        else Finish(Missed(missing, unknown: false, timedOut: false));
    }

    protected override void OnTick(TimeSpan now)
    {
        if (_isWrongRing && (IsOvertaken || _isInVain && IsTimeToBeginAgain(now)))
        {
            ContinueWith(Again());
            return;
        }
        if (now < _hedgeAt) return;
        for (int slot = 0; slot < _answers.Length; slot++)
            if (_answers[slot].State == AnswerState.Asked) Health.Late(_replicas.Slots[slot].Member, now);
        using (var span = Trace.Begin("hedge")) AskMore(1, _replicas.NextOwners > 0 ? 1 : 0, span.AsParent());
        _hedgeAt = now + Health.HedgeAfter;
    }

    /// <summary>The same once more, by the ring as it is now.</summary>
    protected virtual Coordination Again() => new GetCoordination(Services, Request) { Deadline = Deadline };

    protected override void OnDeadline() => Finish(Missed(_quorum.Missing(), unknown: false, timedOut: true));

    /// <param name="owners">How many more of the owners or their stand-ins.</param>
    /// <param name="next">How many more of the next owners or theirs. One node may count as both.</param>
    private void AskMore(int owners, int next, TraceParent? trace)
    {
        bool askSelf = false;
        while (_order.TryNext((owners > 0 ? _replicas.OwnerSlots : 0) | (next > 0 ? _replicas.NextSlots : 0), out int slot))
        {
            var replica = _replicas.Slots[slot];
            if (Ring.Avoided.Contains(replica.Member))
            {
                _passedBusy = true;
                continue;
            }
            if (replica.InOwners) owners--;
            if (replica.InNext) next--;
            _asked++;
            _quorum.Ask(slot, replica.IsOwner, replica.InOwners, replica.InNext);
            _answers[slot] = new Answer { State = AnswerState.Asked, AskedAt = Services.Now };
            Asked(slot);
            if (slot == _replicas.Self && replica.IsOwner) askSelf = true;
            else replica.Vnode.Tell(
                new ReadReplica(Id, (byte)slot, Ring.Table.Epoch, StoreKeyBytes, replica.StandsInFor) { Trace = trace },
                Services.Coordinator);
        }
        if (askSelf) ReadOwnReplica();
    }

    /// <summary>
    /// Straight from the engine: what the vnode has appended is visible to every thread, and two hand-overs between threads cost more than
    /// the read. Null: it cannot be read.
    /// </summary>
    /// <param name="tooMany">How many bytes it has where those are more than the request takes; else 0.</param>
    private ReplicaRead? OwnReplica(out int tooMany)
    {
        tooMany = 0;
        using var span = Trace.Begin("read replica");
        try
        {
            Services.Engine.TryGet(StoreKeyBytes, Request.ObjectBytesMax, out var encoded, out int unread);
            if (unread > 0 || encoded.Length > Request.ObjectBytesMax) tooMany = Math.Max(unread, encoded.Length);
            return new ReplicaRead(Id, (byte)_replicas.Self, encoded);
        }
        catch (StorageCorruptException)
        {
            return null;
        }
    }

    private void ReadOwnReplica()
    {
        if (_own is { } read)
        {
            ExpectFromOthers(read.Encoded.Length);
            OnReply(read);
        }
        // The vnode says what is wrong, to the log and to us.
        else _replicas.Slots[_replicas.Self].Vnode.Tell(
            new ReadReplica(Id, (byte)_replicas.Self, Ring.Table.Epoch, StoreKeyBytes) { Trace = Trace }, Services.Coordinator);
    }

    private void Succeed()
    {
        var merged = Merge(out bool differ);
        // Reply before repair, so that a slow replica never delays the client.
        OnRead(merged?.WithoutExpired(Services.UnixMilliseconds));
        if (!differ) return;
        Services.Counters.ReadDiverged();
        ReportTwins();
        Repair(merged!);
    }

    protected virtual void OnRead(VersionedObject? merged) => Finish(new ObjectRead(merged));

    private VersionedObject? Merge(out bool differ)
    {
        VersionedObject? merged = null;
        ReadOnlyMemory<byte> first = default;
        bool any = false;
        differ = false;
        for (int slot = 0; slot < _answers.Length; slot++)
        {
            ref var answer = ref _answers[slot];
            // What is on its way to a node is no divergence.
            if (answer.State != AnswerState.Answered || answer.Encoded.IsEmpty && !_replicas.Slots[slot].InOwners) continue;
            if (!any)
            {
                any = true;
                first = answer.Encoded;
                if (!first.IsEmpty) merged = answer.Object = VersionedObjectCodec.Decode(first);
            }
            else if (first.Span.SequenceEqual(answer.Encoded.Span))
            {
                answer.Object = merged;
            }
            else
            {
                differ = true;
                if (answer.Encoded.IsEmpty) continue;
                answer.Object = VersionedObjectCodec.Decode(answer.Encoded);
                merged = VersionedObject.Merge(merged, answer.Object, _lww);
            }
        }
        return merged;
    }

    private void ReportTwins()
    {
        for (int slot = 0; slot < _answers.Length; slot++)
            for (int other = 0; other < slot; other++)
                if (_answers[slot].Object is { } one && _answers[other].Object is { } another
                    && VersionedObject.TwinDot(one, another) is { } dot)
                    Services.Counters.Twins.Met(StoreKeyBytes, dot, Ring.NameOf(MemberIn(slot)), Ring.NameOf(MemberIn(other)));
    }

    private void Repair(VersionedObject merged)
    {
        byte[]? encoded = null;
        for (int slot = 0; slot < _answers.Length; slot++)
        {
            // A stand-in's hint is not a replica: it need not hold what its owner already has. A next owner is brought it by the move.
            if (_answers[slot].State != AnswerState.Answered || _replicas.Slots[slot] is not { IsOwner: true, InOwners: true }
                || merged.Equals(_answers[slot].Object)) continue;
            // Repairs are not answered, so that nothing else would bound them; anti-entropy will do it.
            if (IsBusy(MemberIn(slot))) continue;
            encoded ??= VersionedObjectCodec.Encode(merged);
            Services.Counters.ReplicaRepaired();
            using var span = Trace.Begin("read repair");
            span?.SetTag("dynamo.peer", Ring.NameOf(MemberIn(slot)));
            _replicas.Slots[slot].Vnode.Tell(
                new WriteReplica(WriteReplica.NoReply, (byte)slot, Ring.Table.Epoch, _lww, ReportUncovered: false, StoreKeyBytes, encoded)
                { Trace = span.AsParent() },
                Services.Coordinator);
        }
    }

    protected override int MemberIn(int slot) => _replicas.Slots[slot].Member;

    private enum AnswerState : byte { NotAsked, Asked, Answered, Failed }

    private struct Answer
    {
        public AnswerState State;
        public TimeSpan AskedAt;
        public ReadOnlyMemory<byte> Encoded;
        public VersionedObject? Object;
    }
}
