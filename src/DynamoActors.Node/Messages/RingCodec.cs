using System.Runtime.Serialization;
using DynamoActors.Core.Buckets;
using DynamoActors.Core.Ring;
using DynamoActors.Core.Security;
using DynamoActors.Core.Versioning;
using DynamoActors.Links;
using Google.Protobuf;

namespace DynamoActors.Node.Messages;

/// <summary>The conversation between ring keepers, in the forms of dynamo.proto.</summary>
internal static class RingCodec
{
    public static Proto.PrepareRing To(PrepareRing prepare) => new() { Epoch = prepare.Epoch, Ballot = To(prepare.Ballot) };

    public static PrepareRing From(Proto.PrepareRing prepare) => new(prepare.Epoch, From(prepare.Ballot));

    public static Proto.RingPromised To(RingPromised promised) => new()
    {
        Member = promised.Member,
        Epoch = promised.Epoch,
        Ballot = To(promised.Ballot),
        Accepted = To(promised.Accepted),
        Ring = To(promised.Ring),
    };

    public static RingPromised From(Proto.RingPromised promised) =>
        new(promised.Member, promised.Epoch, From(promised.Ballot), From(promised.Accepted), Ring(promised.Ring));

    public static Proto.AcceptRing To(AcceptRing accept) => new() { Ballot = To(accept.Ballot), Ring = To(accept.Ring) };

    public static AcceptRing From(Proto.AcceptRing accept) => new(From(accept.Ballot), Required(accept.Ring));

    public static Proto.RingAccepted To(RingAccepted accepted) =>
        new() { Member = accepted.Member, Epoch = accepted.Epoch, Ballot = To(accepted.Ballot) };

    public static RingAccepted From(Proto.RingAccepted accepted) => new(accepted.Member, accepted.Epoch, From(accepted.Ballot));

    public static Proto.RingRejected To(RingRejected rejected) =>
        new() { Member = rejected.Member, Epoch = rejected.Epoch, Promised = To(rejected.Promised) };

    public static RingRejected From(Proto.RingRejected rejected) => new(rejected.Member, rejected.Epoch, From(rejected.Promised));

    public static Proto.RingCommitted To(RingCommitted committed) => new() { Ring = To(committed.Ring) };

    public static RingCommitted From(Proto.RingCommitted committed) => new(Required(committed.Ring));

    public static Proto.AskRing To(AskRing ask) => new() { Epoch = ask.Epoch };

    public static AskRing From(Proto.AskRing ask) => new(ask.Epoch);

    public static Proto.MovesArrived To(MovesArrived arrived) =>
        new() { Receiver = arrived.Receiver, Partitions = { arrived.Partitions.Select(partition => (uint)partition) } };

    public static MovesArrived From(Proto.MovesArrived arrived, in FrameHeader header) =>
        new(header.Epoch, arrived.Receiver, [.. arrived.Partitions.Select(partition => (int)partition)]);

    public static Proto.BucketsChanged To(BucketsChanged changed) => new()
    {
        Buckets = { changed.Buckets.Select(To) },
        Incarnation = changed.Incarnation,
        Change = changed.Change,
        Tokens = { changed.Tokens.Select(To) },
    };

    public static BucketsChanged From(Proto.BucketsChanged changed) =>
        new([.. changed.Buckets.Select(From)], changed.Incarnation, changed.Change) { Tokens = [.. changed.Tokens.Select(From)] };

    public static Proto.Token To(AccessToken token) => new()
    {
        Id = token.Id,
        Name = token.Name,
        Hash = ByteString.CopyFrom(token.Hash.ToBytes()),
        Grants = { token.Grants.Select(grant => grant.ToString()) },
        Made = token.Made,
        Ends = token.Ends ?? 0,
        RequestsPerSecond = token.Limits.RequestsPerSecond,
        BytesPerSecond = token.Limits.BytesPerSecond,
        IsRevoked = token.IsRevoked,
        Certificate = token.Certificate ?? "",
    };

    // A grant that a later version has and this one does not know allows nothing here.
    public static AccessToken From(Proto.Token token) => new(
        token.Id, token.Name, token.Hash.Length == TokenHash.Length ? TokenHash.From(token.Hash.Span)
            : throw new SerializationException($"A token's hash has {token.Hash.Length} bytes, not {TokenHash.Length}"),
        [.. token.Grants.Select(text => Grant.TryParse(text, out var grant) ? grant : null).OfType<Grant>()], token.Made,
        token.Ends == 0 ? null : token.Ends, new RateLimits(token.RequestsPerSecond, token.BytesPerSecond), token.IsRevoked)
    {
        Certificate = token.Certificate.Length > 0 ? token.Certificate : null,
    };

    public static Proto.BucketsTaken To(BucketsTaken taken) => new() { You = taken.You, Change = taken.Change };

    public static BucketsTaken From(Proto.BucketsTaken taken) => new(taken.You, taken.Change);

    public static Proto.Bucket To(BucketVersion version) => new()
    {
        Name = version.Bucket,
        Changed = version.Latest.Value,
        FieldsChanged = { version.Changed.Select(time => time.Value) },
        Settings = ByteString.CopyFrom(BucketSettingsCodec.Encode(version.Settings)),
    };

    // Before fields had times of their own, all were changed at once.
    public static BucketVersion From(Proto.Bucket bucket)
    {
        var whole = BucketVersion.Whole(bucket.Name, new HybridTime(bucket.Changed), BucketSettingsCodec.Decode(bucket.Settings.Span));
        var times = bucket.FieldsChanged;
        return times.Count == 0 ? whole : whole with
        {
            Changed = [.. Enumerable.Range(0, BucketVersion.FieldCount)
                .Select(field => new HybridTime(field < times.Count ? times[field] : 0))],
        };
    }

    public static Proto.Ballot To(Ballot ballot) => new() { Round = ballot.Round, Proposer = ballot.Proposer };

    public static Ballot From(Proto.Ballot? ballot) =>
        ballot is null ? throw new SerializationException("A ballot is missing") : new(ballot.Round, ballot.Proposer);

    public static ByteString To(PartitionTable? ring) =>
        ring is null ? ByteString.Empty : ByteString.CopyFrom(PartitionTableCodec.Encode(ring));

    private static PartitionTable Required(ByteString bytes) => Ring(bytes) ?? throw new SerializationException("A ring is missing");

    public static PartitionTable? Ring(ByteString bytes) => bytes.IsEmpty ? null : PartitionTableCodec.Decode(bytes.Span);
}
