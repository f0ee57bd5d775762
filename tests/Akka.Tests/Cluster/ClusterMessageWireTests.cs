using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Wire;
using FsCheck.Fluent;
using static Akka.Tests.Clustering.ClusterGenerators;

namespace Akka.Tests.Clustering;

public class ClusterMessageWireTests
{
    // None of the messages needs anything of an actor system.
    private static readonly ClusterMessageSerializer _serializer = new(null!);

    private static readonly UniqueAddress _a = new(new Address("akka.tcp", "s", "h", 1), 2);

    private const string ABytes = "0A120A08616B6B612E7463701201731A01682001" + "1002";

    /// <summary>Bytes that nodes of every version must understand.</summary>
    public static TheoryData<string, object, string> Golden { get; } = new()
    {
        { "IJ", new InitJoin("x"), "0A0178" },
        { "IJA", new InitJoinAck(_a.Address, "x"), "0A12" + "0A08616B6B612E7463701201731A01682001" + "120178" },
        { "IJN", new InitJoinNack(_a.Address), "0A12" + "0A08616B6B612E7463701201731A01682001" },
        { "J", new Join(_a, ["b", "a"]), "0A16" + ABytes + "120161" + "120162" },
        { "EC", new ExitingConfirmed(_a), "0A16" + ABytes },
        { "HB", new Heartbeat(_a, 5), "0A16" + ABytes + "1005" },
        { "HBR", new HeartbeatResponse(_a, 5), "0A16" + ABytes + "1005" },
        { "GS", new GossipStatus(_a, Clock(), 9), "0A16" + ABytes + "120F0A0B616B6B612E7463703A2F2F1001" + "1D09000000" },
    };

    [Theory]
    [MemberData(nameof(Golden))]
    public void The_bytes_of_a_message_do_not_change(string manifest, object message, string bytes)
    {
        _serializer.Manifest(message).ShouldBe(manifest);
        Convert.ToHexString(_serializer.ToBinary(message)).ShouldBe(bytes);
    }

    [Theory]
    [MemberData(nameof(Golden))]
    public void A_message_is_read_again(string manifest, object message, string bytes)
    {
        object read = _serializer.FromBinary(Convert.FromHexString(bytes), manifest);

        read.ShouldBeOfType(message.GetType());
        Convert.ToHexString(_serializer.ToBinary(read)).ShouldBe(bytes);
    }

    [Fact]
    public void The_bytes_of_a_gossip_do_not_change()
    {
        var gossip = GossipOf(MemberOf(Node(0), MemberStatus.Up, 1), MemberOf(Node(1), MemberStatus.Leaving, 2));
        gossip = gossip.With(gossip.Overview.Reachability.Unreachable(Node(0), Node(1))).Without(Node(9), 77).ChangedBy(Node(0));

        byte[] bytes = _serializer.ToBinary(new GossipEnvelope(Node(0), Node(1), gossip));

        Convert.ToHexString(bytes).ShouldBe(GossipBytes);
    }

    [Fact]
    public void Every_gossip_is_read_as_it_was() => Check(Prop.ForAll(Histories(), h => h.All(gossip =>
    {
        var envelope = (GossipEnvelope)_serializer.FromBinary(_serializer.ToBinary(new GossipEnvelope(Node(0), Node(1), gossip)), "GE");
        var welcome = (Welcome)_serializer.FromBinary(_serializer.ToBinary(new Welcome(Node(0), gossip)), "W");
        return Same(envelope.Gossip, gossip) && Same(welcome.Gossip, gossip);
    })));

    [Theory]
    [InlineData("?", "")]
    [InlineData("GE", "FF")]
    [InlineData("GE", "")]
    [InlineData("HB", "")]
    [InlineData("W", "1A021A00")]
    public void What_is_no_message_is_refused(string manifest, string bytes) =>
        Should.Throw<SerializationException>(() => _serializer.FromBinary(Convert.FromHexString(bytes), manifest));

    private const string GossipBytes =
        "0A1D" + Host + "E8071001" // from node 1000
        + "121D" + Host + "E9071001" // to node 1001
        + "1A9C01" // the gossip
        + "0A1D" + Host + "E8071001" + "0A1D" + Host + "E9071001" + "0A1D" + Host + "F1071001" // all nodes: 1000, 1001, 1009
        + "1A0410011801" + "1A06080110021802" // members: 0 up as the 1st, 1 leaving as the 2nd
        + "220100" // seen by 0
        + "2A0510011A0101" // 0 has, as of change 1, not reached 1
        + "321F0A1B616B6B612E7463703A2F2F7465737440686F73743A3130303023311002" // two changes of akka.tcp://test@host:1000#1
        + "3A040802104D"; // 2 was removed at 77

    private const string Host = "0A190A08616B6B612E7463701204746573741A04686F737420";

    private static VectorClock Clock() => VectorClock.Create().Increment(VectorClock.Node.Create("akka.tcp://"));

    private static bool Same(Gossip a, Gossip b) =>
        a.ToString() == b.ToString() && a.Overview.Reachability.SameAs(b.Overview.Reachability) && a.Tombstones.SequenceEqual(b.Tombstones)
        && a.Members.Zip(b.Members).All(pair => pair.First.UpNumber == pair.Second.UpNumber);
}
