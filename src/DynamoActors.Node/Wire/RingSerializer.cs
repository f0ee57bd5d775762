using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;
using DynamoActors.Core.Buckets;
using DynamoActors.Core.Ring;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Ring;
using Google.Protobuf;

namespace DynamoActors.Node.Wire;

/// <summary>The conversation between ring keepers, and the ring keeper's journal.</summary>
internal sealed class RingSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    public override int Identifier => 4702;

    public override string Manifest(object o) => o switch
    {
        Hello => "hello",
        HelloAcknowledged => "hello-acknowledged",
        RingCommitted => "committed",
        PrepareRing => "prepare",
        RingPromised => "promised",
        AcceptRing => "accept",
        RingAccepted => "accepted",
        RingRejected => "rejected",
        BucketsChanged => "buckets",
        BucketsTaken => "buckets-taken",
        AcceptorChanged => "acceptor",
        BucketVersion => "bucket",
        _ => throw new SerializationException($"{o.GetType()} does not belong to the conversation of ring keepers"),
    };

    public override byte[] ToBinary(object obj)
    {
        ulong clock = NodeClockExtension.Of(system).Tick().Value;
        IMessage message = obj switch
        {
            Hello hello => new Proto.Hello
            {
                Member = To(hello.Member),
                Incarnation = (uint)hello.Incarnation,
                Coordinators = (uint)hello.Coordinators,
                Partitions = (uint)hello.Partitions,
                Replicas = (uint)hello.Replicas,
                Actor = hello.Actor,
                Epoch = hello.Epoch,
                Buckets = { hello.Buckets.Select(To) },
                Clock = clock,
            },
            HelloAcknowledged acknowledged => new Proto.HelloAcknowledged
            {
                Member = acknowledged.Member,
                Incarnation = (uint)acknowledged.Incarnation,
                Actor = acknowledged.Actor,
                You = acknowledged.You,
                SeenOfYou = acknowledged.SeenOfYou,
                Clock = clock,
            },
            // Also an event in the journal, whose bytes do not depend on the clock.
            RingCommitted committed => new Proto.RingCommitted { Ring = To(committed.Ring) },
            PrepareRing prepare => new Proto.PrepareRing { Epoch = prepare.Epoch, Ballot = To(prepare.Ballot), Clock = clock },
            RingPromised promised => new Proto.RingPromised
            {
                Member = promised.Member,
                Epoch = promised.Epoch,
                Ballot = To(promised.Ballot),
                Accepted = To(promised.Accepted),
                Ring = To(promised.Ring),
                Clock = clock,
            },
            AcceptRing accept => new Proto.AcceptRing { Ballot = To(accept.Ballot), Ring = To(accept.Ring), Clock = clock },
            RingAccepted accepted => new Proto.RingAccepted { Member = accepted.Member, Epoch = accepted.Epoch, Ballot = To(accepted.Ballot), Clock = clock },
            RingRejected rejected => new Proto.RingRejected { Member = rejected.Member, Epoch = rejected.Epoch, Promised = To(rejected.Promised), Clock = clock },
            BucketsChanged changed => new Proto.BucketsChanged
            {
                Buckets = { changed.Buckets.Select(To) },
                Incarnation = (uint)changed.Incarnation,
                Change = changed.Change,
                Clock = clock,
            },
            BucketsTaken taken => new Proto.BucketsTaken { Incarnation = (uint)taken.Incarnation, You = (uint)taken.You, Change = taken.Change, Clock = clock },
            AcceptorChanged { Acceptor: var acceptor } => new Proto.AcceptorChanged
            {
                Epoch = acceptor.Epoch,
                Promised = To(acceptor.Promised),
                Accepted = To(acceptor.Accepted),
                Ring = To(acceptor.Ring),
            },
            BucketVersion version => To(version),
            _ => throw new SerializationException($"{obj.GetType()} does not belong to the conversation of ring keepers"),
        };
        return message.ToByteArray();
    }

    public override object FromBinary(byte[] bytes, string manifest)
    {
        switch (manifest)
        {
            case "hello":
                var hello = Observed(Proto.Hello.Parser.ParseFrom(bytes), message => message.Clock);
                return new Hello(
                    From(hello.Member), (int)hello.Incarnation, (int)hello.Coordinators, (int)hello.Partitions, (int)hello.Replicas, hello.Actor, hello.Epoch,
                    [.. hello.Buckets.Select(From)]);
            case "hello-acknowledged":
                var acknowledged = Observed(Proto.HelloAcknowledged.Parser.ParseFrom(bytes), message => message.Clock);
                return new HelloAcknowledged(acknowledged.Member, (int)acknowledged.Incarnation, acknowledged.Actor, acknowledged.You, acknowledged.SeenOfYou);
            case "committed":
                return new RingCommitted(Ring(Proto.RingCommitted.Parser.ParseFrom(bytes).Ring)!);
            case "prepare":
                var prepare = Observed(Proto.PrepareRing.Parser.ParseFrom(bytes), message => message.Clock);
                return new PrepareRing(prepare.Epoch, From(prepare.Ballot));
            case "promised":
                var promised = Observed(Proto.RingPromised.Parser.ParseFrom(bytes), message => message.Clock);
                return new RingPromised(promised.Member, promised.Epoch, From(promised.Ballot), From(promised.Accepted), Ring(promised.Ring));
            case "accept":
                var accept = Observed(Proto.AcceptRing.Parser.ParseFrom(bytes), message => message.Clock);
                return new AcceptRing(From(accept.Ballot), Ring(accept.Ring)!);
            case "accepted":
                var accepted = Observed(Proto.RingAccepted.Parser.ParseFrom(bytes), message => message.Clock);
                return new RingAccepted(accepted.Member, accepted.Epoch, From(accepted.Ballot));
            case "rejected":
                var rejected = Observed(Proto.RingRejected.Parser.ParseFrom(bytes), message => message.Clock);
                return new RingRejected(rejected.Member, rejected.Epoch, From(rejected.Promised));
            case "buckets":
                var buckets = Observed(Proto.BucketsChanged.Parser.ParseFrom(bytes), message => message.Clock);
                return new BucketsChanged([.. buckets.Buckets.Select(From)], (int)buckets.Incarnation, buckets.Change);
            case "buckets-taken":
                var taken = Observed(Proto.BucketsTaken.Parser.ParseFrom(bytes), message => message.Clock);
                return new BucketsTaken((int)taken.Incarnation, (int)taken.You, taken.Change);
            case "acceptor":
                var acceptor = Proto.AcceptorChanged.Parser.ParseFrom(bytes);
                return new AcceptorChanged(new RingAcceptor(acceptor.Epoch, From(acceptor.Promised), From(acceptor.Accepted), Ring(acceptor.Ring)));
            case "bucket":
                return From(Proto.Bucket.Parser.ParseFrom(bytes));
            default:
                throw new SerializationException($"No message of the ring keepers' conversation has the manifest '{manifest}'");
        }
    }

    private T Observed<T>(T message, Func<T, ulong> clock)
    {
        NodeClockExtension.Of(system).Observe(new HybridTime(clock(message)));
        return message;
    }

    private static Proto.Member To(RingMember member) =>
        new() { Name = member.Name, Address = member.Address, Http = member.Http, Zone = member.Zone, Weight = member.Weight };

    private static RingMember From(Proto.Member member) => new(member.Name, member.Address, member.Http, member.Zone, member.Weight);

    private static Proto.Bucket To(BucketVersion version) => new()
    {
        Name = version.Bucket,
        Changed = version.Latest.Value,
        FieldsChanged = { version.Changed.Select(time => time.Value) },
        Settings = ByteString.CopyFrom(BucketSettingsCodec.Encode(version.Settings)),
    };

    // Before fields had times of their own, all were changed at once.
    private static BucketVersion From(Proto.Bucket bucket)
    {
        var whole = BucketVersion.Whole(bucket.Name, new HybridTime(bucket.Changed), BucketSettingsCodec.Decode(bucket.Settings.Span));
        var times = bucket.FieldsChanged;
        return times.Count == 0 ? whole : whole with
        {
            Changed = [.. Enumerable.Range(0, BucketVersion.FieldCount).Select(field => new HybridTime(field < times.Count ? times[field] : 0))],
        };
    }

    private static Proto.Ballot To(Ballot ballot) => new() { Round = ballot.Round, Proposer = ballot.Proposer };

    private static Ballot From(Proto.Ballot ballot) => new(ballot.Round, ballot.Proposer);

    private static ByteString To(PartitionTable? ring) => ring is null ? ByteString.Empty : ByteString.CopyFrom(PartitionTableCodec.Encode(ring));

    private static PartitionTable? Ring(ByteString bytes) => bytes.IsEmpty ? null : PartitionTableCodec.Decode(bytes.Span);
}
