using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;
using DynamoActors.Core.Buckets;
using DynamoActors.Core.Security;
using DynamoActors.Node.Messages;
using Google.Protobuf;

namespace DynamoActors.Node.Membership;

/// <summary>The ring keeper's events as its journal has them. Number and manifests are in every journal: they never change.</summary>
internal sealed class RingJournalSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    public override int Identifier => 4702;

    public override string Manifest(object o) => o switch
    {
        AcceptorChanged => "acceptor",
        RingCommitted => "committed",
        BucketVersion => "bucket",
        MemberMoved => "moved",
        AccessToken => "token",
        StagedChanges => "staged",
        _ => throw new SerializationException($"{o.GetType()} is no event of the ring's journal"),
    };

    public override byte[] ToBinary(object obj)
    {
        IMessage message = obj switch
        {
            AcceptorChanged { Acceptor: var acceptor } => new Messages.Proto.AcceptorChanged
            {
                Epoch = acceptor.Epoch,
                Promised = RingCodec.To(acceptor.Promised),
                Accepted = RingCodec.To(acceptor.Accepted),
                Ring = RingCodec.To(acceptor.Ring),
            },
            RingCommitted committed => RingCodec.To(committed),
            BucketVersion version => RingCodec.To(version),
            AccessToken token => RingCodec.To(token),
            MemberMoved moved =>
                new Messages.Proto.MemberMoved { Name = moved.Name, Remote = moved.Remote, Links = moved.Links, Http = moved.Http },
            StagedChanges staged => RingChangeCodec.To(staged),
            _ => throw new SerializationException($"{obj.GetType()} is no event of the ring's journal"),
        };
        return message.ToByteArray();
    }

    public override object FromBinary(byte[] bytes, string manifest)
    {
        switch (manifest)
        {
            case "acceptor":
                var acceptor = Messages.Proto.AcceptorChanged.Parser.ParseFrom(bytes);
                return new AcceptorChanged(
                    new RingAcceptor(acceptor.Epoch, RingCodec.From(acceptor.Promised), RingCodec.From(acceptor.Accepted),
                        RingCodec.Ring(acceptor.Ring)));
            case "committed":
                return RingCodec.From(Messages.Proto.RingCommitted.Parser.ParseFrom(bytes));
            case "bucket":
                return RingCodec.From(Messages.Proto.Bucket.Parser.ParseFrom(bytes));
            case "token":
                return RingCodec.From(Messages.Proto.Token.Parser.ParseFrom(bytes));
            case "moved":
                var moved = Messages.Proto.MemberMoved.Parser.ParseFrom(bytes);
                return new MemberMoved(moved.Name, moved.Remote, moved.Links, moved.Http);
            case "staged":
                return RingChangeCodec.From(Messages.Proto.StagedChanges.Parser.ParseFrom(bytes));
            default:
                throw new SerializationException(
                    $"No event of the ring's journal has the manifest '{manifest}': a newer version may have written it");
        }
    }
}
