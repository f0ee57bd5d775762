using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Akka.Actor;
using Akka.Event;
using Akka.Remote;
using Akka.Remote.Wire;
using Akka.Serialization;

namespace Akka.Tests.Remote;

/// <summary>What a listening system answers to peers that are not as they should be, seen from a bare socket.</summary>
public sealed class HandshakeTests : IAsyncDisposable
{
    private static readonly Address Stranger = Address.Parse("akka.tcp://stranger@127.0.0.1:9");
    private readonly RemotePair _pair = new(tcp: true, "akka.remote.dot-netty.tcp.connection-timeout = 2 m");
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp);

    [Fact]
    public async Task Another_protocol_version_is_refused_with_both_versions()
    {
        await Say(new Hello(9, StreamKind.Data, 1, Stranger, RemotePair.AddressOf(_pair.Far)));
        (await Answer()).ShouldContain("it speaks protocol version 9, this node 1");
    }

    [Fact]
    public async Task Another_address_is_refused_with_both_addresses()
    {
        await Say(new Hello(1, StreamKind.Data, 1, Stranger, Address.Parse("akka.tcp://other@127.0.0.1:9")));
        (await Answer()).ShouldSatisfyAllConditions(
            text => text.ShouldContain("it wants akka.tcp://other@127.0.0.1:9"), text => text.ShouldContain(RemotePair.AddressOf(_pair.Far).ToString()));
    }

    [Fact]
    public async Task Quarantined_incarnation_is_refused_and_its_successor_is_not()
    {
        await Say(new Hello(1, StreamKind.Data, 1, Stranger, RemotePair.AddressOf(_pair.Far)));
        await ReceiveSome();
        ((RemoteActorRefProvider)((ExtendedActorSystem)_pair.Far).Provider).Remoting.Quarantine(Stranger, 1, "the test wants it");
        (await Answer()).ShouldBe("");
        using var again = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await Say(new Hello(1, StreamKind.Data, 1, Stranger, RemotePair.AddressOf(_pair.Far)), again);
        (await Answer(again)).ShouldContain("uid 1 is quarantined here");
        using var successor = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await Say(new Hello(1, StreamKind.Data, 2, Stranger, RemotePair.AddressOf(_pair.Far)), successor);
        (await ReceiveSome(successor))[6].ShouldBe((byte)FrameKind.Welcome);
    }

    [Fact]
    public async Task What_is_no_hello_is_turned_away_and_logged_with_its_address()
    {
        var errors = new BlockingCollection<object>();
        _pair.Far.EventStream.Subscribe(_pair.Far.ActorOf(Props.Create(() => new Collector(errors, null))), typeof(Error));
        await Connect(_socket);
        await _socket.SendAsync(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        (await Answer()).ShouldBe("");
        ((Error)errors.Next()).Message.ToString()!.ShouldSatisfyAllConditions(
            text => text.ShouldContain($"127.0.0.1:{((IPEndPoint)_socket.LocalEndPoint!).Port}"), text => text.ShouldContain("something else may be talking to this port"));
    }

    [Fact]
    public async Task Damaged_frame_closes_the_connection_and_names_the_peer()
    {
        var errors = new BlockingCollection<object>();
        _pair.Far.EventStream.Subscribe(_pair.Far.ActorOf(Props.Create(() => new Collector(errors, null))), typeof(Error));
        await Say(new Hello(1, StreamKind.Data, 1, Stranger, RemotePair.AddressOf(_pair.Far)));
        await ReceiveSome();
        var batch = new SendBatch();
        batch.Add([(byte)FrameKind.Message, 4, 4, 4], [1]);
        batch.Seal();
        await _socket.SendAsync(batch.Segments);
        (await Answer()).ShouldBe("");
        ((Error)errors.Next()).Message.ToString()!.ShouldSatisfyAllConditions(
            text => text.ShouldContain(Stranger.ToString()), text => text.ShouldContain("recipient 0, which was never defined"));
    }

    [Fact]
    public async Task Peer_that_says_nothing_is_turned_away()
    {
        await using var impatient = new RemotePair(tcp: true, "akka.remote.dot-netty.tcp.connection-timeout = 50ms");
        await _socket.ConnectAsync("127.0.0.1", RemotePair.AddressOf(impatient.Far).Port!.Value);
        (await Answer()).ShouldBe("");
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _pair.DisposeAsync();
    }

    private async Task Connect(Socket socket) => await socket.ConnectAsync("127.0.0.1", RemotePair.AddressOf(_pair.Far).Port!.Value);

    private async Task Say(Hello hello, Socket? socket = null)
    {
        await Connect(socket ?? _socket);
        var writer = new WireWriter(256);
        hello.Write(ref writer);
        var batch = new SendBatch();
        batch.Add(writer.Written, []);
        batch.Seal();
        await (socket ?? _socket).SendAsync(batch.Segments);
    }

    private async Task<byte[]> ReceiveSome(Socket? socket = null)
    {
        var buffer = new byte[4096];
        var count = await (socket ?? _socket).ReceiveAsync(buffer).WaitAsync(RemotePair.Patience);
        return buffer[..count];
    }

    /// <summary>Everything up to the end of the connection.</summary>
    private async Task<string> Answer(Socket? socket = null)
    {
        var text = new StringBuilder();
        try
        {
            while (await ReceiveSome(socket) is { Length: > 0 } bytes) text.Append(Encoding.UTF8.GetString(bytes));
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            // Closed with something of ours unread.
        }
        return text.ToString();
    }
}
