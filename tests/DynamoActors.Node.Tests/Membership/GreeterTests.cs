using DynamoActors.Links;
using DynamoActors.Node.Membership;
using DynamoActors.Node.Messages;

namespace DynamoActors.Node.Tests.Membership;

public sealed class GreeterTests
{
    private static readonly Greeting _own = new(
        Cluster: 0xA, "node1", Directory: 1, Incarnation: 10, "akka.tcp://dynamo@h1:1", "h1:2", "h1:3", "", 1, Coordinators: 2,
        Partitions: 8, Replicas: 3, Epoch: 1);

    private static readonly Greeting _theirs = _own with { Name = "node2", Directory = 2, Incarnation = 20, Links = "h2:2" };

    private readonly Greeter _greeter = new(_own);
    private readonly List<string> _turnedAway = [];

    public GreeterTests() => _greeter.TurnedAway = _turnedAway.Add;

    [Fact]
    public void A_member_of_the_same_cluster_is_welcome_and_remembered()
    {
        var verdict = Judge(_theirs);

        verdict.Peer.ShouldBe(new Peer("node2", 20));
        _greeter.Met(new Peer("node2", 20)).ShouldBe(_theirs);
        _greeter.Met(new Peer("node2", 19)).ShouldBeNull("another incarnation has said nothing");
    }

    [Fact]
    public void Who_dials_in_can_be_dialled_and_is_told_of_once_for_each_address()
    {
        int told = 0;
        _greeter.Greeted = () => told++;

        Judge(_theirs);
        Judge(_theirs);
        (told, string.Join(' ', _greeter.Addresses)).ShouldBe((1, "h2:2"));

        Judge(_theirs with { Incarnation = 21, Links = "h4:2" });
        (told, string.Join(' ', _greeter.Addresses)).ShouldBe((2, "h4:2"));

        Judge(_theirs with { Incarnation = 22, Cluster = 0xB, Links = "h5:2" });
        (told, string.Join(' ', _greeter.Addresses)).ShouldBe((2, "h4:2"), "who is turned away is not looked for");
    }

    [Fact]
    public void Who_has_no_ring_yet_is_welcome_on_both_sides()
    {
        Judge(_theirs with { Cluster = 0, Epoch = 0 }).Peer.ShouldNotBeNull();
        _greeter.Own = _own with { Cluster = 0, Epoch = 0 };
        Judge(_theirs with { Name = "node3" }).Peer.ShouldNotBeNull();
    }

    [Fact]
    public void Another_cluster_is_refused_with_both_ids_and_what_to_do()
    {
        string refusal = Refused(_theirs with { Cluster = 0xB });

        Greeter.IsOtherCluster(refusal).ShouldBeTrue();
        refusal.ShouldContain("cluster 000000000000000b");
        refusal.ShouldContain("cluster 000000000000000a");
        refusal.ShouldContain("--data");
        _turnedAway.ShouldBe([refusal], "the people of this side are told, too");
        _greeter.Met(new Peer("node2", 20)).ShouldBeNull();
    }

    [Theory]
    [InlineData(16, 3, "dynamo.ring.partitions = 16")]
    [InlineData(8, 5, "dynamo.ring.replicas = 5")]
    public void Other_ring_settings_are_refused_by_name(int partitions, int replicas, string says) =>
        Refused(_theirs with { Partitions = partitions, Replicas = replicas }).ShouldContain(says);

    [Fact]
    public void A_node_that_meets_itself_tells_nobody()
    {
        Greeter.IsItself(Refused(_own)).ShouldBeTrue();
        _turnedAway.ShouldBeEmpty();
    }

    [Fact]
    public void Of_two_of_one_name_the_one_that_has_met_nobody_is_the_newcomer()
    {
        var namesake = _own with { Incarnation = 11, Links = "h9:2" };
        string alone = Refused(namesake);
        alone.ShouldStartWith("The name node1 belongs to the node at h9:2");

        _greeter.Up(new Peer("node2", 20));
        Refused(namesake).ShouldStartWith("The name node1 belongs to the node at h1:2");

        _greeter.Down(new Peer("node2", 20));
        Refused(namesake).ShouldStartWith("The name node1 belongs to the node at h9:2");
        Greeter.IsNameTaken(alone).ShouldBeTrue();
        Greeter.IsOtherCluster(alone).ShouldBeFalse();
    }

    [Fact]
    public void The_name_of_a_living_peer_is_not_given_to_a_node_elsewhere()
    {
        Judge(_theirs);
        _greeter.Up(new Peer("node2", 20));

        Refused(_theirs with { Incarnation = 21, Links = "h9:2" }).ShouldStartWith("The name node2 belongs to the node at h2:2");
        Judge(_theirs with { Incarnation = 21 }).Peer.ShouldBe(new Peer("node2", 21), "at its own address it was started again");
    }

    [Fact]
    public void A_peer_that_is_gone_may_come_back_elsewhere()
    {
        Judge(_theirs);
        _greeter.Up(new Peer("node2", 20));
        _greeter.Down(new Peer("node2", 20));

        Judge(_theirs with { Incarnation = 21, Links = "h9:2" }).Peer.ShouldBe(new Peer("node2", 21));
    }

    [Fact]
    public void The_end_of_a_former_incarnation_does_not_end_the_present_one()
    {
        Judge(_theirs);
        _greeter.Up(new Peer("node2", 20));
        _greeter.Down(new Peer("node2", 19));

        Refused(_theirs with { Incarnation = 21, Links = "h9:2" }).ShouldContain("node2");
    }

    [Fact]
    public void What_is_no_greeting_is_refused() =>
        ((IGreeter)_greeter).Judge(new byte[] { 0x0A, 0xFF }).Refusal.ShouldBe("its greeting cannot be read");

    private GreetingVerdict Judge(Greeting greeting) => ((IGreeter)_greeter).Judge(MemberCodec.Encode(greeting));

    private string Refused(Greeting greeting) => Judge(greeting).Refusal.ShouldNotBeNull();
}
