namespace DynamoActors.Links.Tests;

public sealed class PeerLinksTests
{
    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);

    private readonly PumpedNetwork _network = new();

    [Fact]
    public void Two_that_dial_each_other_are_up_once_each_and_what_is_sent_arrives_in_order()
    {
        var (a, b) = Pair();
        a.News.ShouldBe(["up b/1"]);
        b.News.ShouldBe(["up a/1"]);
        for (int id = 0; id < 100; id++) a.Send("b", new byte[] { (byte)id }, id).ShouldBeTrue();
        _network.Pump();
        b.Arrived.Select(frame => frame.Header.RequestId).ShouldBe(Enumerable.Range(0, 100).Select(id => (long)id));
        b.Arrived.First().Header.ShouldBe(new FrameHeader(1, 2, 3, 4, 0, 6, 7));
        b.Arrived.First().From.ShouldBe(a.Self);
    }

    [Fact]
    public void Nothing_is_sent_to_who_is_not_up()
    {
        var a = new TestNode(_network.Transport, "a");
        a.Send("b", default).ShouldBeFalse();
        var b = new TestNode(_network.Transport, "b");
        a.Links.SetAddresses([b.Address]);
        _network.Pass(_second, a, b);
        // It has not dialled back: nothing that it answers could arrive.
        a.News.ShouldBeEmpty();
        a.Send("b", default).ShouldBeFalse();
    }

    [Fact]
    public void A_broken_connection_is_told_at_once_and_made_again()
    {
        var (a, b) = Pair();
        _network.BreakConnections();
        _network.Pump();
        a.News.Last().ShouldStartWith("down b/1: ");
        a.Send("b", default).ShouldBeFalse();
        _network.Pass(2 * _second, a, b);
        a.News.Last().ShouldBe("up b/1");
        a.Send("b", default).ShouldBeTrue();
    }

    [Fact]
    public void Who_is_silent_is_down_until_it_is_heard_again()
    {
        var (a, b) = Pair();
        _network.Hold(b.Address.Port);
        _network.Pass(4 * _second, a, b);
        a.News.Last().ShouldBe("down b/1: nothing heard for 3 s");
        _network.Release(b.Address.Port);
        _network.Pass(_second, a, b);
        a.News.Last().ShouldBe("up b/1");
        a.News.Count(news => news.StartsWith("down", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public void Another_incarnation_takes_the_place_of_the_one_before()
    {
        var (a, b) = Pair();
        b.Links.Dispose();
        _network.Pump();
        var again = new TestNode(_network.Transport, "b", incarnation: 2);
        again.Links.SetAddresses([a.Address]);
        a.Links.SetAddresses([again.Address]);
        _network.Pass(3 * _second, a, again);
        a.News.Last().ShouldBe("up b/2");
        a.Send("b", new byte[] { 9 }).ShouldBeTrue();
        _network.Pump();
        again.Arrived.Single().Body.ShouldBe([9]);
    }

    [Fact]
    public void Who_is_turned_away_is_told_why_on_both_sides()
    {
        var a = new TestNode(_network.Transport, "a") { Objection = _ => "it holds a ring of another cluster" };
        var b = new TestNode(_network.Transport, "b");
        a.Links.SetAddresses([b.Address]);
        b.Links.SetAddresses([a.Address]);
        _network.Pass(_second, a, b);
        a.News.ShouldContain("refused: it holds a ring of another cluster");
        b.News.ShouldContain("refused: it holds a ring of another cluster");
        a.Send("b", default).ShouldBeFalse();
        b.Send("a", default).ShouldBeFalse();
    }

    [Fact]
    public void What_waits_is_bounded_and_more_is_refused_to_the_sender()
    {
        var (a, b) = Pair(options => options with { RequestBytesMax = 10_000 });
        _network.Hold(b.Address.Port);
        int taken = 0;
        while (taken < 1000 && a.Send("b", new byte[1000])) taken++;
        taken.ShouldBeInRange(9, 12);
        a.Links.Peers.Single().WaitingBytes.ShouldBeLessThan(13_000);
        // Bulk has room of its own.
        a.Send("b", new byte[1000], isBulk: true).ShouldBeTrue();
        _network.Release(b.Address.Port);
        _network.Pump();
        a.Send("b", new byte[1000]).ShouldBeTrue();
    }

    [Fact]
    public void A_frame_above_the_bound_is_not_sent()
    {
        var (a, _) = Pair(options => options with { FrameBytesMax = 100_000 });
        a.Send("b", new byte[100_001]).ShouldBeFalse();
        a.Send("b", new byte[100_000]).ShouldBeTrue();
    }

    [Fact]
    public void Clocks_are_compared_and_round_trips_measured()
    {
        var (a, b) = Pair();
        b.UnixMilliseconds += 5000;
        // Its own clock, which may jump, is no measure.
        a.UnixMilliseconds += 70_000;
        _network.Pass(2 * _second, a, b);
        var peer = a.Links.Peers.Single();
        (peer.Clock!.Value.TotalMilliseconds - (b.UnixMilliseconds - a.Elapsed)).ShouldBeInRange(-200, 200);
        peer.RoundTrip!.Value.TotalMilliseconds.ShouldBeInRange(0, 200);
    }

    [Fact]
    public void An_address_that_is_no_longer_listed_is_no_longer_dialled()
    {
        var (a, b) = Pair();
        a.Links.SetAddresses([]);
        _network.Pass(_second, a, b);
        a.News.Last().ShouldStartWith("down b/1");
        a.Send("b", default).ShouldBeFalse();
    }

    private (TestNode A, TestNode B) Pair(Func<LinkOptions, LinkOptions>? options = null)
    {
        var (a, b) = (new TestNode(_network.Transport, "a", options: options), new TestNode(_network.Transport, "b", options: options));
        a.Links.SetAddresses([b.Address]);
        b.Links.SetAddresses([a.Address]);
        _network.Pass(_second, a, b);
        return (a, b);
    }
}
