using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;
using Google.Protobuf;

namespace Akka.Cluster.Wire;

/// <summary>The messages of WIRE.md as bytes and back.</summary>
internal sealed class ClusterMessageSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private const string InitJoinManifest = "IJ";
    private const string InitJoinAckManifest = "IJA";
    private const string InitJoinNackManifest = "IJN";
    private const string JoinManifest = "J";
    private const string WelcomeManifest = "W";
    private const string ExitingConfirmedManifest = "EC";
    private const string GossipStatusManifest = "GS";
    private const string GossipEnvelopeManifest = "GE";
    private const string HeartbeatManifest = "HB";
    private const string HeartbeatResponseManifest = "HBR";

    public override int Identifier => 5;

    public override string Manifest(object o) => o switch
    {
        InitJoin => InitJoinManifest,
        InitJoinAck => InitJoinAckManifest,
        InitJoinNack => InitJoinNackManifest,
        Join => JoinManifest,
        Welcome => WelcomeManifest,
        ExitingConfirmed => ExitingConfirmedManifest,
        GossipStatus => GossipStatusManifest,
        GossipEnvelope => GossipEnvelopeManifest,
        Heartbeat => HeartbeatManifest,
        HeartbeatResponse => HeartbeatResponseManifest,
        _ => throw new NotSupportedException($"{nameof(ClusterMessageSerializer)} does not write {o.GetType()}"),
    };

    public override byte[] ToBinary(object obj) => Message(obj).ToByteArray();

    public override object FromBinary(byte[] bytes, string manifest)
    {
        try
        {
            return Read(bytes, manifest);
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or NullReferenceException or ArgumentException or IndexOutOfRangeException)
        {
            throw new SerializationException($"{bytes.Length} bytes with the manifest \"{manifest}\" are no such message of the cluster", e);
        }
    }

    private static IMessage Message(object obj) => obj switch
    {
        InitJoin m => new InitJoinMessage { Settings = m.Settings },
        InitJoinAck m => new InitJoinAckMessage { From = NodeWire.Of(m.From), Settings = m.Settings },
        InitJoinNack m => new InitJoinNackMessage { From = NodeWire.Of(m.From) },
        Join m => new JoinMessage { Node = NodeWire.Of(m.Node), Roles = { m.Roles.Order(StringComparer.Ordinal) } },
        Welcome m => new WelcomeMessage { From = NodeWire.Of(m.From), Gossip = GossipWire.Of(m.Gossip) },
        ExitingConfirmed m => new ExitingConfirmedMessage { Node = NodeWire.Of(m.Node) },
        GossipStatus m => new GossipStatusMessage { From = NodeWire.Of(m.From), Version = { GossipWire.Of(m.Version) }, SeenDigest = m.SeenDigest },
        GossipEnvelope m => new GossipEnvelopeMessage { From = NodeWire.Of(m.From), To = NodeWire.Of(m.To), Gossip = GossipWire.Of(m.Gossip) },
        Heartbeat m => new HeartbeatMessage { From = NodeWire.Of(m.From), SequenceNr = m.SequenceNr },
        HeartbeatResponse m => new HeartbeatMessage { From = NodeWire.Of(m.From), SequenceNr = m.SequenceNr },
        _ => throw new NotSupportedException($"{nameof(ClusterMessageSerializer)} does not write {obj.GetType()}"),
    };

    private static object Read(byte[] bytes, string manifest)
    {
        switch (manifest)
        {
            case InitJoinManifest:
                return new InitJoin(InitJoinMessage.Parser.ParseFrom(bytes).Settings);
            case InitJoinAckManifest:
                var ack = InitJoinAckMessage.Parser.ParseFrom(bytes);
                return new InitJoinAck(NodeWire.Read(ack.From), ack.Settings);
            case InitJoinNackManifest:
                return new InitJoinNack(NodeWire.Read(InitJoinNackMessage.Parser.ParseFrom(bytes).From));
            case JoinManifest:
                var join = JoinMessage.Parser.ParseFrom(bytes);
                return new Join(NodeWire.Read(join.Node), [.. join.Roles]);
            case WelcomeManifest:
                var welcome = WelcomeMessage.Parser.ParseFrom(bytes);
                return new Welcome(NodeWire.Read(welcome.From), GossipWire.Read(welcome.Gossip));
            case ExitingConfirmedManifest:
                return new ExitingConfirmed(NodeWire.Read(ExitingConfirmedMessage.Parser.ParseFrom(bytes).Node));
            case GossipStatusManifest:
                var status = GossipStatusMessage.Parser.ParseFrom(bytes);
                return new GossipStatus(NodeWire.Read(status.From), GossipWire.Read(status.Version), status.SeenDigest);
            case GossipEnvelopeManifest:
                var envelope = GossipEnvelopeMessage.Parser.ParseFrom(bytes);
                return new GossipEnvelope(NodeWire.Read(envelope.From), NodeWire.Read(envelope.To), GossipWire.Read(envelope.Gossip));
            case HeartbeatManifest:
                var heartbeat = HeartbeatMessage.Parser.ParseFrom(bytes);
                return new Heartbeat(NodeWire.Read(heartbeat.From), heartbeat.SequenceNr);
            case HeartbeatResponseManifest:
                var response = HeartbeatMessage.Parser.ParseFrom(bytes);
                return new HeartbeatResponse(NodeWire.Read(response.From), response.SequenceNr);
            default:
                throw new SerializationException($"{nameof(ClusterMessageSerializer)} knows no manifest \"{manifest}\"");
        }
    }
}
