using System.Collections.Frozen;

namespace DynamoActors.Node.Messages;

/// <summary>Every message between nodes, declared once. Numbers are added, never used again. WIRE.md says who sends what to whom.</summary>
internal static class MessageKinds
{
    public const ushort ReadReplicaNumber = 3;

    private static readonly MessageKind[] _all =
    [
        new HandWritten<WriteReplica>(1, ReplicaCodec.Write, ReplicaCodec.ReadWriteReplica),
        new HandWritten<ReplicaWritten>(2, ReplicaCodec.Write, ReplicaCodec.ReadReplicaWritten),
        new HandWritten<ReadReplica>(ReadReplicaNumber, ReplicaCodec.Write, ReplicaCodec.ReadReadReplica),
        new HandWritten<ReplicaRead>(4, ReplicaCodec.Write, ReplicaCodec.ReadReplicaRead),
        new HandWritten<ReplicaRefused>(5, ReplicaCodec.Write, ReplicaCodec.ReadReplicaRefused),

        new HandWritten<ForwardedPut>(10, ForwardingCodec.Write, ForwardingCodec.ReadPut),
        new OfProto<ForwardedPutAnswer, Proto.ForwardedPutAnswer>(
            11, ForwardingCodec.To, Proto.ForwardedPutAnswer.Parser, ForwardingCodec.From),

        new OfProto<DescribeTree, Proto.DescribeTree>(20, AntiEntropyCodec.To, Proto.DescribeTree.Parser, AntiEntropyCodec.From),
        new OfProto<TreeDescribed, Proto.TreeDescribed>(21, AntiEntropyCodec.To, Proto.TreeDescribed.Parser, AntiEntropyCodec.From),
        new OfProto<ListVersions, Proto.ListVersions>(22, AntiEntropyCodec.To, Proto.ListVersions.Parser, AntiEntropyCodec.From),
        new OfProto<VersionsListed, Proto.VersionsListed>(23, AntiEntropyCodec.To, Proto.VersionsListed.Parser, AntiEntropyCodec.From,
            isBulk: true),
        new OfProto<FetchObjects, Proto.FetchObjects>(24, AntiEntropyCodec.To, Proto.FetchObjects.Parser, AntiEntropyCodec.From,
            isBulk: true),
        new HandWritten<ObjectsFetched>(25, AntiEntropyCodec.Write, AntiEntropyCodec.ReadObjectsFetched, isBulk: true),
        new OfProto<MergeObjects, Proto.MergeObjects>(26, AntiEntropyCodec.To, Proto.MergeObjects.Parser, AntiEntropyCodec.From,
            isBulk: true),
        new OfProto<ObjectsMerged, Proto.ObjectsMerged>(27, AntiEntropyCodec.To, Proto.ObjectsMerged.Parser, AntiEntropyCodec.From),
        new OfProto<ReplicasAgreed, Proto.ReplicasAgreed>(28, AntiEntropyCodec.To, Proto.ReplicasAgreed.Parser, AntiEntropyCodec.From),
        new OfProto<ConfirmDeleted, Proto.ConfirmDeleted>(29, AntiEntropyCodec.To, Proto.ConfirmDeleted.Parser, AntiEntropyCodec.From,
            isBulk: true),
        new OfProto<DeletedConfirmed, Proto.DeletedConfirmed>(
            30, AntiEntropyCodec.To, Proto.DeletedConfirmed.Parser, AntiEntropyCodec.From),
        new OfProto<DropDeleted, Proto.DropDeleted>(31, AntiEntropyCodec.To, Proto.DropDeleted.Parser, AntiEntropyCodec.From, isBulk: true),

        new OfProto<ListReplicaKeys, Proto.ListReplicaKeys>(40, InspectionCodec.To, Proto.ListReplicaKeys.Parser, InspectionCodec.From),
        new OfProto<ReplicaKeysListed, Proto.ReplicaKeysListed>(
            41, InspectionCodec.To, Proto.ReplicaKeysListed.Parser, InspectionCodec.From, isBulk: true),
        new OfProto<FindHints, Proto.FindHints>(42, InspectionCodec.To, Proto.FindHints.Parser, InspectionCodec.From),
        new OfProto<HintsFound, Proto.HintsFound>(43, InspectionCodec.To, Proto.HintsFound.Parser, InspectionCodec.From),

        new OfProto<PrepareRing, Proto.PrepareRing>(50, RingCodec.To, Proto.PrepareRing.Parser, RingCodec.From),
        new OfProto<RingPromised, Proto.RingPromised>(51, RingCodec.To, Proto.RingPromised.Parser, RingCodec.From),
        new OfProto<AcceptRing, Proto.AcceptRing>(52, RingCodec.To, Proto.AcceptRing.Parser, RingCodec.From),
        new OfProto<RingAccepted, Proto.RingAccepted>(53, RingCodec.To, Proto.RingAccepted.Parser, RingCodec.From),
        new OfProto<RingRejected, Proto.RingRejected>(54, RingCodec.To, Proto.RingRejected.Parser, RingCodec.From),
        new OfProto<RingCommitted, Proto.RingCommitted>(55, RingCodec.To, Proto.RingCommitted.Parser, RingCodec.From),
        new OfProto<BucketsChanged, Proto.BucketsChanged>(56, RingCodec.To, Proto.BucketsChanged.Parser, RingCodec.From),
        new OfProto<BucketsTaken, Proto.BucketsTaken>(57, RingCodec.To, Proto.BucketsTaken.Parser, RingCodec.From),
        new OfProto<AskRing, Proto.AskRing>(58, RingCodec.To, Proto.AskRing.Parser, RingCodec.From),
        new OfProto<MovesArrived, Proto.MovesArrived>(59, RingCodec.To, Proto.MovesArrived.Parser, RingCodec.From),

        new OfProto<StagedChanges, Proto.StagedChanges>(63, RingChangeCodec.To, Proto.StagedChanges.Parser, RingChangeCodec.From),

        new OfProto<AskIdentity, Proto.AskIdentity>(60, MemberCodec.To, Proto.AskIdentity.Parser, MemberCodec.From),
        new OfProto<IdentityTold, Proto.IdentityTold>(61, MemberCodec.To, Proto.IdentityTold.Parser, MemberCodec.From),
        new OfProto<MemberState, Proto.MemberState>(62, MemberCodec.To, Proto.MemberState.Parser, MemberCodec.From),
    ];

    private static readonly MessageKind?[] _byNumber = ByNumber();
    private static readonly FrozenDictionary<Type, MessageKind> _byType = _all.ToFrozenDictionary(kind => kind.Type);

    public static IReadOnlyList<MessageKind> All => _all;

    /// <summary>All numbers are below this.</summary>
    public static int NumberMax => _byNumber.Length;

    /// <summary>Null where the message does not leave its node.</summary>
    public static MessageKind? Of(object message) => _byType.GetValueOrDefault(message.GetType());

    /// <summary>Null where no message has that number.</summary>
    public static MessageKind? Numbered(ushort number) => number < _byNumber.Length ? _byNumber[number] : null;

    /// <summary>Read where it arrives, without a place of its own.</summary>
    public static bool IsTransient(ushort number) => number == ReadReplicaNumber;

    private static MessageKind?[] ByNumber()
    {
        var byNumber = new MessageKind?[_all.Max(kind => kind.Number) + 1];
        foreach (var kind in _all) byNumber[kind.Number] = kind;
        return byNumber;
    }
}
