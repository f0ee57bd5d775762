using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Akka.Actor;
using Akka.Event;
using DynamoActors.Core.Ring;
using DynamoActors.Links;
using DynamoActors.Links.Transport;
using DynamoActors.Node.Local;
using DynamoActors.Node.Membership;
using DynamoActors.Node.Messages;
using DynamoActors.Node.Telemetry;
using DynamoActors.Node.Vnodes;
using DynamoActors.Storage;

namespace DynamoActors.Node.Tests.Messages;

/// <summary>
/// What an earlier release said to this one, frame by frame as it was recorded, comes over a real connection to a real vnode, and
/// is answered with the bytes that the earlier one gave. In Frames there is a file of each side, for each release that said something new:
/// they are added to and never changed.
/// </summary>
public sealed class GoldenFramesTests : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly ActorSystem _system = ActorSystem.Create("golden");
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<TcpClient> _connections = [];
    private readonly Channel<byte[]> _answers = Channel.CreateUnbounded<byte[]>();
    private readonly PeerLinks _links;
    private readonly int _port;

    public GoldenFramesTests()
    {
        var engine = InMemory.Engine();
        var clock = new NodeClock(() => 1_000_000, () => TimeSpan.FromSeconds(1));
        var store = new LocalStore(engine, "n1", () => 1);
        var commit = _system.ActorOf(Props.Create(typeof(GroupCommitActor), store, clock, new LargePace(1)));
        var ring = new CurrentRing();
        var table = PartitionTable.Assign([new RingMember("n1", "A", "", "", 1), new RingMember("n2", "B", "", "", 1)], 1, 2,
            previous: null);
        IActorRef[] nobody = [ActorRefs.Nobody];
        ring.View = new RingView(table, self: 0,
            [.. table.Members.Select(member => new RingPeer(member.Name, true, 1, nobody, nobody, ActorRefs.Nobody))], new BucketTable());
        var vnode = _system.ActorOf(Props.Create(typeof(Vnode), new VnodeServices(engine, commit, commit, store.Dots, store.Seen, clock,
            new IdentityGuard { Confirmed = true }, store.Hints, store.Agreements, ring, new TwinDots(static _ => { })), 0));
        var board = new Switchboard(clock, new Everybody(), NoLogger.Instance);
        board.Register(ActorAddress.Vnode(0), vnode);
        board.Links = _links = new PeerLinks(new SocketTransport(new SocketOptions(TimeSpan.FromSeconds(1), _patience)), board,
            new LinkOptions { SilenceMax = TimeSpan.FromHours(1) });
        _port = _links.Listen();
        _listener.Start();
    }

    public void Dispose()
    {
        _links.Dispose();
        _connections.ForEach(connection => connection.Dispose());
        _listener.Dispose();
        _system.Terminate().Wait(_patience);
    }

    public static TheoryData<string> Releases =>
        [.. Directory.GetFiles(Folder, "*.asked").Select(file => Path.GetFileNameWithoutExtension(file)!)];

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Messages", "Frames");

    [Theory]
    [MemberData(nameof(Releases))]
    public async Task What_an_earlier_release_says_is_answered_as_it_was_there(string release)
    {
        var asked = await FramesAsync(release, "asked");
        var answered = await FramesAsync(release, "answered");
        using var cancel = new CancellationTokenSource(_patience);
        var requests = await MeetAsync(asked, cancel.Token);
        for (int frame = 2; frame < asked.Count; frame++)
        {
            await requests.WriteAsync(asked[frame], cancel.Token);
            var answer = await _answers.Reader.ReadAsync(cancel.Token);
            Convert.ToHexStringLower(WithoutClock(answer)).ShouldBe(Convert.ToHexStringLower(answered[frame - 2]), $"frame {frame}");
        }
    }

    /// <summary>Two connections each way; the first two frames are the hellos of those that the earlier release dials.</summary>
    private async Task<Stream> MeetAsync(List<byte[]> asked, CancellationToken stop)
    {
        _links.SetAddresses([new HostPort("127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port)]);
        _links.Tick(TimeSpan.FromSeconds(1));
        for (int lane = 0; lane < 2; lane++)
        {
            var dialled = await AcceptAsync(stop);
            await ReadAsync(dialled, stop);
            // As it was welcomed there: the protocol, and the greeting that is in each hello too.
            await dialled.WriteAsync(Frame(0xFF01, [.. asked[0][44..46], .. asked[0][50..]]), stop);
            _ = TakeAnswersAsync(dialled, stop);
        }
        var requests = new List<Stream>();
        foreach (var hello in asked.Take(2))
        {
            var connection = new TcpClient();
            _connections.Add(connection);
            await connection.ConnectAsync(IPAddress.Loopback, _port, stop);
            requests.Add(connection.GetStream());
            await requests[^1].WriteAsync(hello, stop);
            BinaryPrimitives.ReadUInt16LittleEndian((await ReadAsync(requests[^1], stop)).AsSpan(4)).ShouldBe((ushort)0xFF01);
        }
        while (_links.Peers.SingleOrDefault() is not { IsUp: true }) await Task.Delay(10, stop);
        return requests[0];
    }

    private async Task TakeAnswersAsync(Stream from, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested) _answers.Writer.TryWrite(await ReadAsync(from, stop));
    }

    private async Task<Stream> AcceptAsync(CancellationToken stop)
    {
        var connection = await _listener.AcceptTcpClientAsync(stop);
        _connections.Add(connection);
        return connection.GetStream();
    }

    private static async Task<List<byte[]>> FramesAsync(string release, string side)
    {
        using var file = File.OpenRead(Path.Combine(Folder, $"{release}.{side}"));
        var frames = new List<byte[]>();
        while (file.Position < file.Length) frames.Add(await ReadAsync(file, CancellationToken.None));
        return frames;
    }

    /// <summary>The next one that is no sign of life; what asks for one is answered.</summary>
    private static async Task<byte[]> ReadAsync(Stream from, CancellationToken stop)
    {
        while (true)
        {
            var length = new byte[4];
            await from.ReadExactlyAsync(length, stop);
            var frame = new byte[4 + BinaryPrimitives.ReadInt32LittleEndian(length)];
            length.CopyTo(frame, 0);
            await from.ReadExactlyAsync(frame.AsMemory(4), stop);
            int kind = BinaryPrimitives.ReadUInt16LittleEndian(frame.AsSpan(4));
            if (kind is not (0xFF03 or 0xFF04)) return frame;
            if (kind == 0xFF04) continue;
            BinaryPrimitives.WriteUInt16LittleEndian(frame.AsSpan(4), 0xFF04);
            BinaryPrimitives.WriteInt64LittleEndian(frame.AsSpan(32), DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
            await from.WriteAsync(frame, stop);
        }
    }

    private static byte[] Frame(ushort kind, byte[] body)
    {
        var frame = new byte[FrameHeader.Length + body.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, frame.Length - 4);
        BinaryPrimitives.WriteUInt16LittleEndian(frame.AsSpan(4), kind);
        body.CopyTo(frame, FrameHeader.Length);
        return frame;
    }

    private static byte[] WithoutClock(byte[] frame)
    {
        frame.AsSpan(32, 8).Clear();
        return frame;
    }

    private sealed class Everybody : IGreeter
    {
        public ReadOnlyMemory<byte> Greeting() =>
            MemberCodec.Encode(new Greeting(1, "n1", 2, 3, "akka.tcp://dynamo@h:1", "h:2", "h:3", "", 1, 1, 1, 2, 1));

        public GreetingVerdict Judge(ReadOnlyMemory<byte> greeting)
        {
            var read = MemberCodec.Decode(greeting);
            return GreetingVerdict.Accept(new Peer(read.Name, read.Incarnation));
        }
    }
}
