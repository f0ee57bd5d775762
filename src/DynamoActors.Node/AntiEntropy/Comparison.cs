using Akka.Actor;
using DynamoActors.Core.Buckets;
using DynamoActors.Node.Local;
using DynamoActors.Node.Messages;
using DynamoActors.Node.Transfers;
using DynamoActors.Node.Vnodes;

namespace DynamoActors.Node.AntiEntropy;

/// <summary>
/// Compares two owners' replicas of a partition: root, branches, leaves, then the keys of differing leaves, and has each owner merge just
/// those objects in which the other differs. Then once more from the root, to see whether they agree now. A partition that moves, of which
/// this node has less than half, is brought from front to back first: that costs a fraction for each object.
/// </summary>
internal sealed class Comparison : Exchange
{
    private const int RoundsMax = 3;
    private const int FetchKeysMax = 256;
    private const int FetchesAheadMax = 4096;

    private readonly CompareSide[] _sides;
    private readonly TreeDescribed?[] _described = new TreeDescribed?[2];
    private TreeLevel _level;
    private IReadOnlyList<int> _branches = [];
    private IReadOnlyList<int> _leaves = [];
    private KeyJoin _join = new();
    private bool _isWaiting;
    private bool _isSweeping;
    private int _round;
    private long _roundStartedAt;
    private byte[] _bucket = [];
    private bool _isLww;

    public Comparison(AntiEntropyServices services, PlannedExchange planned) : base(services, planned)
    {
        var ring = services.Ring;
        _sides = [.. new[] { ring.Self, ring.Table.MemberIndex(planned.Peer!) }
            .Select(member => new CompareSide(ring.NameOf(member), ring.Peers[member].Vnodes[planned.Partition]))];
    }

    private ByteBudget Budget => Planned.IsMove ? Services.MoveBudget : Services.Budget;

    private ulong Epoch => Services.Ring.Table.Epoch;

    public override void Start()
    {
        if (_round++ == RoundsMax) { Finish(ExchangeEnd.Moving); return; }
        _roundStartedAt = Services.UnixMilliseconds;
        Describe(TreeLevel.Root, []);
    }

    public override void OnReply(ReplicaReply reply)
    {
        if (reply.Slot > 1) return;
        switch (reply)
        {
            case TreeDescribed described: OnDescribed(described); break;
            case VersionsListed listed: OnListed(listed); break;
            case ObjectsFetched fetched: OnFetched(fetched); break;
            case ObjectsMerged: OnMerged(_sides[1 - reply.Slot]); break;
            case ReplicaRefused refused:
                Finish(refused.Reason is RefusalReason.Overloaded or RefusalReason.ReplicaChanged ? ExchangeEnd.PutOff : ExchangeEnd.Failed,
                    $"{_sides[refused.Slot].Node} refused: {refused.Reason}");
                break;
        }
    }

    public override void OnWake()
    {
        _isWaiting = false;
        Advance();
    }

    // ---- Trees

    private void Describe(TreeLevel level, IReadOnlyList<int> branches)
    {
        (_level, _branches) = (level, branches);
        _described.AsSpan().Clear();
        TellBoth(slot => new DescribeTree(RequestId, slot, Epoch, level, branches));
    }

    private void OnDescribed(TreeDescribed described)
    {
        _described[described.Slot] = described;
        if (_described[0] is not { } first || _described[1] is not { } second) return;
        if (first.Hashes.Length != second.Hashes.Length) { Finish(ExchangeEnd.Failed); return; }
        // An empty count is of a version that does not tell.
        if (second.Objects > 0) Planned.ObjectsLeft = Math.Max(0, second.Objects - first.Objects);
        switch (_level)
        {
            case TreeLevel.Root when first.Hashes[0] == second.Hashes[0]:
                Agree();
                break;
            case TreeLevel.Root:
                // What is written to a replica was read of the other after this moment.
                for (int side = 0; side < 2; side++) _sides[side].Generation = _described[side]!.Generation;
                if (IsToBeSwept(first.Objects, second.Objects)) BeginSweep();
                else Describe(TreeLevel.Branches, []);
                break;
            case TreeLevel.Branches:
                Describe(TreeLevel.Leaves, Differing(first.Hashes, second.Hashes, index => index));
                break;
            default:
                _leaves = Differing(first.Hashes, second.Hashes, LeafAt);
                _join = new KeyJoin();
                foreach (var side in _sides) side.Rewind();
                Advance();
                break;
        }
    }

    private int LeafAt(int index)
    {
        int perBranch = Core.AntiEntropy.HashTree.LeavesPerBranchDefault;
        return _branches[index / perBranch] * perBranch + index % perBranch;
    }

    private static List<int> Differing(ulong[] first, ulong[] second, Func<int, int> nameOf)
    {
        var differing = new List<int>();
        for (int index = 0; index < first.Length; index++)
            if (first[index] != second[index]) differing.Add(nameOf(index));
        return differing;
    }

    private void Agree()
    {
        if (Planned.IsMove)
        {
            Planned.ObjectsLeft = 0;
            Finish(ExchangeEnd.Settled);
            return;
        }
        FoundNothing = _round == 1;
        Services.Agreements.Agreed(Planned.Partition, Planned.Peer!, _roundStartedAt);
        _sides[1].Vnode.Tell(new ReplicasAgreed(Epoch, Services.Ring.NameOf(Services.Ring.Self), _roundStartedAt), Services.Actor);
        Finish(ExchangeEnd.Settled);
    }

    // ---- From front to back

    /// <summary>Goes on where an earlier comparison of the same move left off. What is passed over differs in the end.</summary>
    private bool IsToBeSwept(long own, long theirs) => Planned.IsMove && (Planned.SweptTo is { } at ? !at.IsEmpty : own < theirs / 2);

    private void BeginSweep()
    {
        _isSweeping = true;
        Planned.SweptTo ??= StoreKey.ObjectsOf(Planned.Partition);
        Advance();
    }

    private void SweepOn()
    {
        var from = _sides[1];
        if (from.IsTransferring) return;
        if (Planned.SweptTo is not { IsEmpty: false } at)
        {
            _isSweeping = false;
            Start();
            return;
        }
        from.IsTransferring = true;
        from.Vnode.Tell(new FetchObjects(RequestId, 1, Epoch, []) { From = at }, Services.Actor);
    }

    // ---- Keys and objects

    private void Advance()
    {
        if (_isWaiting || End is not null) return;
        Join();
        if (Budget.Wait(Services.Now) is { Ticks: > 0 } wait)
        {
            _isWaiting = true;
            Services.WakeAfter(wait, Id);
            return;
        }
        if (_isSweeping)
        {
            SweepOn();
            return;
        }
        for (byte side = 0; side < 2; side++)
        {
            ListMore(side);
            FetchMore(side);
        }
        if (_join.IsDone && _sides.All(side => side.Missed.Count == 0 && !side.IsTransferring)) Start();
    }

    private void Join()
    {
        while (_join.TryNext(out var key, out bool inFirst, out bool inSecond))
        {
            if (inFirst) _sides[0].Missed.Enqueue(key);
            if (inSecond) _sides[1].Missed.Enqueue(key);
        }
    }

    private void ListMore(byte slot)
    {
        var side = _sides[slot];
        if (!_join.Needs(slot) || side.IsListing || _sides.Any(other => other.Missed.Count > FetchesAheadMax)) return;
        side.IsListing = true;
        side.Vnode.Tell(new ListVersions(RequestId, slot, Epoch, _leaves, side.ListFrom), Services.Actor);
    }

    private void OnListed(VersionsListed listed)
    {
        var side = _sides[listed.Slot];
        side.IsListing = false;
        side.ListFrom = listed.Next;
        foreach (var key in listed.Keys) Budget.Spend(key.Key.Length + sizeof(ulong), Services.Now);
        _join.Add(listed.Slot, listed.Keys, isLast: listed.Next.IsEmpty);
        Advance();
    }

    private void FetchMore(byte slot)
    {
        var side = _sides[slot];
        if (side.IsTransferring || side.Missed.Count == 0) return;
        side.IsTransferring = true;
        side.Vnode.Tell(new FetchObjects(RequestId, slot, Epoch, [.. side.Missed.Take(FetchKeysMax)]), Services.Actor);
    }

    private void OnFetched(ObjectsFetched fetched)
    {
        var (from, to) = (_sides[fetched.Slot], _sides[1 - fetched.Slot]);
        if (_isSweeping ? from != _sides[1] : fetched.Objects.Count is 0 || fetched.Objects.Count > from.Missed.Count)
        {
            Finish(ExchangeEnd.Failed);
            return;
        }
        if (_isSweeping) Planned.SweptTo = fetched.Next.ToArray();
        _bucket = [];
        var merged = new List<MergedObject>(fetched.Objects.Count);
        foreach (var found in fetched.Objects)
        {
            if (!_isSweeping) from.Missed.Dequeue();
            Budget.Spend(found.Key.Length + found.Encoded.Length + ByteBudget.ObjectCost, Services.Now);
            from.TransferredBytes += found.Key.Length + found.Encoded.Length;
            if (!found.Encoded.IsEmpty) merged.Add(new MergedObject(found.Key, found.Encoded, IsLww(found.Key.Span)));
        }
        from.Transferred = merged.Count;
        to.Vnode.Tell(new MergeObjects(RequestId, (byte)(1 - fetched.Slot), Epoch, to.Generation, merged, from.Node), Services.Actor);
    }

    private void OnMerged(CompareSide from)
    {
        Services.ObjectsExchanged += from.Transferred;
        Planned.ObjectsMoved += from.Transferred;
        Planned.BytesMoved += from.TransferredBytes;
        if (from == _sides[1]) Planned.ObjectsLeft = Math.Max(0, (Planned.ObjectsLeft ?? 0) - from.Transferred);
        if (Planned.IsMove) Services.Moves.Arrived(from.TransferredBytes);
        from.TransferredBytes = 0;
        Services.Agreements.Exchanged(from.Transferred);
        from.IsTransferring = false;
        Advance();
    }

    /// <summary>Keys come in order, so that their bucket is mostly that of the one before.</summary>
    private bool IsLww(ReadOnlySpan<byte> key)
    {
        var bucket = StoreKey.SizedBucketOf(key[StoreKey.ObjectsOfLength..]);
        if (bucket.SequenceEqual(_bucket)) return _isLww;
        _bucket = bucket.ToArray();
        return _isLww = Services.Ring.Bucket(StoreKey.BucketOf(key)).Policy == ConflictPolicy.Lww;
    }

    private void TellBoth(Func<byte, object> message)
    {
        for (byte slot = 0; slot < 2; slot++) _sides[slot].Vnode.Tell(message(slot), Services.Actor);
    }

    private sealed class CompareSide(string node, IActorRef vnode)
    {
        public string Node { get; } = node;
        public IActorRef Vnode { get; } = vnode;
        public ulong Generation { get; set; }
        public ReadOnlyMemory<byte> ListFrom { get; set; }
        public bool IsListing { get; set; }

        /// <summary>Keys of which the other side lacks what this one holds.</summary>
        public Queue<ReadOnlyMemory<byte>> Missed { get; } = new();

        /// <summary>Some of them are on their way.</summary>
        public bool IsTransferring { get; set; }

        /// <summary>How many of them the other side is merging.</summary>
        public int Transferred { get; set; }

        public long TransferredBytes { get; set; }

        public void Rewind() => ListFrom = default;
    }
}
