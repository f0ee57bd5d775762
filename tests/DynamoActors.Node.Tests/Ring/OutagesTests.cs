using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using DynamoActors.Core.Ring;
using DynamoActors.Links;
using DynamoActors.Node.Membership;

namespace DynamoActors.Node.Tests.Ring;

/// <summary>What a person reads of other nodes that go and come.</summary>
public sealed class OutagesTests
{
    private static readonly Address Address = Address.Parse("akka.tcp://dynamo@n2:1");

    private readonly List<string> _lines = [];
    private readonly SortedDictionary<int, Peer> _peers = [];
    private readonly Outages _outages;
    private TimeSpan _now;

    public OutagesTests() => _outages = new Outages((level, line) => _lines.Add($"{level} {line}"));

    [Fact]
    public void A_node_that_was_silent_for_a_while_can_be_reached_again()
    {
        Is(1, MemberStatus.Up);
        Is(1, MemberStatus.Up, silent: true);
        Is(1, MemberStatus.Up, silent: true);
        Is(1, MemberStatus.Up);
        _lines.ShouldBe(["WarningLevel n2 cannot be reached: requests go on with the other replicas", "InfoLevel n2 can be reached again, after 2.0 s"]);
    }

    [Fact]
    public void A_node_that_was_killed_is_away_until_its_next_incarnation_says_hello()
    {
        Is(1, MemberStatus.Up);
        Is(1, MemberStatus.Up, silent: true);
        Is(1, MemberStatus.Down, silent: true);
        Gone(1);
        Is(2, MemberStatus.Joining, hello: false);
        Is(2, MemberStatus.Up);
        Is(2, MemberStatus.Up);
        _lines.ShouldBe(["WarningLevel n2 cannot be reached: requests go on with the other replicas", "InfoLevel n2 was started again and can be reached, after 4.0 s"]);
    }

    [Fact]
    public void A_node_that_stops_in_order_says_so()
    {
        Is(1, MemberStatus.Up);
        Is(1, MemberStatus.Leaving);
        Is(1, MemberStatus.Exiting);
        Gone(1);
        Is(2, MemberStatus.Up);
        _lines.ShouldBe(["InfoLevel n2 is stopping: requests go on with the other replicas", "InfoLevel n2 was started again and can be reached, after 2.0 s"]);
    }

    [Fact]
    public void A_node_that_joins_is_no_news_here()
    {
        Is(1, MemberStatus.Joining, hello: false);
        Is(1, MemberStatus.Up);
        _lines.ShouldBeEmpty();
    }

    private void Is(int incarnation, MemberStatus status, bool silent = false, bool hello = true)
    {
        if (!_peers.TryGetValue(incarnation, out var peer)) _peers[incarnation] = peer = new Peer(new UniqueAddress(Address, incarnation));
        peer.Status = status;
        peer.IsSilent = silent;
        if (hello) peer.Hello ??= new Hello(new RingMember("n2", Address.ToString(), "", "", 1), incarnation, 1, 8, 3, 1, 0, []);
        Follow();
    }

    private void Gone(int incarnation)
    {
        _peers.Remove(incarnation);
        Follow();
    }

    private void Follow()
    {
        _outages.Follow(_peers.Values, ring: null, _now);
        _now += TimeSpan.FromSeconds(1);
    }
}
