using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using DynamoActors.Links.Transport;

namespace DynamoActors.Links.Tests;

/// <summary>Links over real sockets on loopback.</summary>
public class SocketLinksTests : IDisposable
{
    private const byte TlsAlert = 0x15;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _stop = new();
    private readonly List<TestNode> _nodes = [];
    private readonly Thread _ticker;

    public SocketLinksTests()
    {
        _ticker = new Thread(Tick) { IsBackground = true };
        _ticker.Start();
    }

    public void Dispose()
    {
        _stop.Cancel();
        _ticker.Join(_patience).ShouldBeTrue();
        foreach (var node in _nodes) node.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>How the two ends prove who they are; null: not at all.</summary>
    protected virtual PeerTls? Tls => null;

    [Fact]
    public void Ten_thousand_frames_each_way_arrive_in_order()
    {
        var (a, b) = Pair();
        for (int id = 0; id < 10_000; id++)
        {
            Until(() => a.Send("b", new byte[id % 500], id));
            Until(() => b.Send("a", new byte[id % 500], id));
        }
        Until(() => a.Arrived.Count == 10_000 && b.Arrived.Count == 10_000);
        a.Arrived.Select(frame => frame.Header.RequestId).ShouldBe(Enumerable.Range(0, 10_000).Select(id => (long)id));
        b.Arrived.ShouldAllBe(frame => frame.Body.Length == frame.Header.RequestId % 500);
    }

    [Fact]
    public void Large_frames_do_not_hold_up_small_ones_behind_them()
    {
        var (a, b) = Pair();
        // Made before: the first ones would be gone while the last are cleared.
        byte[] body = new byte[32 << 20];
        for (int large = 0; large < 8; large++) a.Send("b", body, id: -1).ShouldBeTrue();
        a.Send("b", new byte[10], id: 1).ShouldBeTrue();
        Until(() => b.Arrived.Count == 9);
        b.Arrived.ToList().FindIndex(frame => frame.Header.RequestId == 1).ShouldBeLessThan(8);
    }

    [Fact]
    public void A_port_is_free_once_its_links_are_disposed_of()
    {
        var (a, b) = Pair();
        b.Dispose();
        Until(() => a.News.Any(news => news.StartsWith("down b", StringComparison.Ordinal)));
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, b.Address.Port));
    }

    [Fact]
    public void Who_does_not_speak_the_protocol_is_turned_away()
    {
        var (a, _) = Pair();
        using var stranger = new TcpClient();
        stranger.Connect(IPAddress.Loopback, a.Address.Port);
        stranger.GetStream().Write("GET / HTTP/1.1\r\nHost: a\r\nAccept: everything there is\r\n\r\n"u8);
        IsClosed(stranger);
        a.Send("b", default).ShouldBeTrue();
    }

    /// <summary>Two nodes of those protocols that dial each other, when both have news of it.</summary>
    private (TestNode A, TestNode B) Greeted((ushort Min, ushort Max) ofA, (ushort Min, ushort Max) ofB)
    {
        var (a, b) = (Start("a", ofA), Start("b", ofB));
        a.Links.SetAddresses([b.Address]);
        b.Links.SetAddresses([a.Address]);
        Until(() => !a.News.IsEmpty && !b.News.IsEmpty);
        return (a, b);
    }

    [Theory]
    [InlineData(2, 2, 2, 3)]
    [InlineData(2, 3, 3, 9)]
    [InlineData(1, 2, 2, 2)]
    public void Versions_next_to_each_other_work_together(ushort min, ushort max, ushort otherMin, ushort otherMax)
    {
        var (a, b) = Greeted((min, max), (otherMin, otherMax));
        (a.News.First(), b.News.First()).ShouldBe(("up b/1", "up a/1"));
        Until(() => a.Send("b", new byte[10], id: 1) && b.Send("a", new byte[10], id: 2));
        Until(() => b.Arrived.Any() && a.Arrived.Any());
    }

    [Theory]
    [InlineData(1, 1, 2, 3)]
    [InlineData(4, 9, 2, 3)]
    public void Versions_farther_apart_say_to_both_what_each_speaks(ushort min, ushort max, ushort otherMin, ushort otherMax)
    {
        var (a, b) = Greeted((min, max), (otherMin, otherMax));
        a.News.First().ShouldStartWith($"refused: Who dialled speaks versions {min} to {max} of the protocol between nodes, "
            + $"who was dialled {otherMin} to {otherMax}: run releases");
        b.News.First().ShouldStartWith($"refused: Who dialled speaks versions {otherMin} to {otherMax} of ");
        PeerLinks.IsOtherProtocol(a.News.First()).ShouldBeTrue();
        a.Send("b", default).ShouldBeFalse();
    }

    [Fact]
    public void Who_connects_and_says_nothing_is_turned_away()
    {
        var (a, _) = Pair();
        using var stranger = new TcpClient();
        stranger.Connect(IPAddress.Loopback, a.Address.Port);
        IsClosed(stranger);
    }

    [Fact]
    public void Those_that_connect_and_say_nothing_are_few_at_once_and_the_first_make_room()
    {
        var a = Start("a", patience: TimeSpan.FromDays(1));
        var strangers = new List<TcpClient>();
        try
        {
            for (int count = 0; count < Strangers<object>.Most + 10; count++)
            {
                strangers.Add(new TcpClient());
                strangers[^1].Connect(IPAddress.Loopback, a.Address.Port);
            }
            // They are taken in the order in which they came.
            foreach (var first in strangers.Take(10)) IsClosed(first);
            strangers.Skip(10).ShouldAllBe(stranger => !stranger.Client.Poll(0, SelectMode.SelectRead));
            a.Links.TurnedAway.ShouldBe(10);

            // A node gets through beside them, and they make room for it.
            var b = Start("b");
            a.Links.SetAddresses([b.Address]);
            b.Links.SetAddresses([a.Address]);
            Until(() => !a.News.IsEmpty && !b.News.IsEmpty);
            a.Send("b", default).ShouldBeTrue();
            IsClosed(strangers[10]);
        }
        finally
        {
            foreach (var stranger in strangers) stranger.Dispose();
        }
    }

    private static void IsClosed(TcpClient stranger)
    {
        stranger.ReceiveTimeout = (int)_patience.TotalMilliseconds;
        try
        {
            var said = new byte[100];
            while (stranger.GetStream().Read(said) > 0) said[0].ShouldBe(TlsAlert);
        }
        catch (IOException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset })
        {
            // Closed with something unread.
        }
    }

    private protected (TestNode A, TestNode B) Pair()
    {
        var (a, b) = (Start("a"), Start("b"));
        a.Links.SetAddresses([b.Address]);
        b.Links.SetAddresses([a.Address]);
        Until(() => !a.News.IsEmpty && !b.News.IsEmpty);
        a.News.ShouldBe(["up b/1"]);
        return (a, b);
    }

    private protected TestNode Start(string name, (ushort Min, ushort Max)? protocols = null, TimeSpan? patience = null) =>
        Start(name, Tls, protocols, patience);

    private protected TestNode Start(
        string name, PeerTls? tls, (ushort Min, ushort Max)? protocols = null, TimeSpan? patience = null)
    {
        var transport = new SocketTransport(new SocketOptions(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5)), tls);
        var node = new TestNode(transport, name, options: options => options with
        {
            GreetingTimeout = patience ?? TimeSpan.FromSeconds(1),
            Protocols = protocols ?? options.Protocols,
        });
        lock (_nodes) _nodes.Add(node);
        return node;
    }

    private void Tick()
    {
        var watch = Stopwatch.StartNew();
        while (!_stop.Token.WaitHandle.WaitOne(20))
        {
            TestNode[] nodes;
            lock (_nodes) nodes = [.. _nodes];
            foreach (var node in nodes) node.Links.Tick(watch.Elapsed);
        }
    }

    private protected static void Until(Func<bool> holds) => SpinWait.SpinUntil(holds, _patience).ShouldBeTrue();
}
