using System.Net.Sockets;
using Akka.Actor;
using DynamoActors.Links;
using DynamoActors.Links.Transport;
using static DynamoActors.Server.Tests.RemotingSystems;

namespace DynamoActors.Server.Tests;

/// <summary>Who connects to Akka.Remote's port and says nothing takes a node few of its files, and none of its time.</summary>
public sealed class StrangersToRemotingTests : IAsyncLifetime
{
    private const int Most = Strangers<object>.Most;

    private readonly RemotingSystems _systems = new();
    private readonly List<Socket> _silent = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var socket in _silent) socket.Dispose();
        await _systems.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_longest_silent_makes_room_and_nodes_get_through(bool withTls)
    {
        PeerTls? Tls()
        {
            if (!withTls) return null;
            var own = Certificate();
            return new PeerTls(() => own, _ => true);
        }

        var (one, other) = (await _systems.StartAsync(Tls()), await _systems.StartAsync(Tls()));
        for (var number = 0; number < Most + 50; number++) await ConnectAsync(one);

        await UntilAsync(() => Task.FromResult(ConnectionsTo(one) <= Most));
        await UntilAnswersAsync(other, one);
        for (var number = 0; number < Most + 50; number++) await ConnectAsync(one);
        await UntilAsync(() => Task.FromResult(ConnectionsTo(one) <= Most + 1));
        (await AnswersAsync(other, one)).ShouldBeTrue("what was proven before stays");
        // Those that come at the same moment are taken in any order.
        _silent.Take(Most).ShouldAllBe(socket => IsClosed(socket), "the longest silent go first");
        _silent[^1].Poll(0, SelectMode.SelectRead).ShouldBeFalse("the newest may yet speak");
    }

    private async Task ConnectAsync(ActorSystem to)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _silent.Add(socket);
        await socket.ConnectAsync(AddressOf(to).Host, AddressOf(to).Port!.Value);
    }

    private static bool IsClosed(Socket socket)
    {
        try
        {
            return socket.Poll(TimeSpan.FromSeconds(30), SelectMode.SelectRead) && socket.Receive(new byte[1]) == 0;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
