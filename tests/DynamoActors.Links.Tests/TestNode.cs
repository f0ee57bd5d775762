using System.Collections.Concurrent;
using System.Text;
using DynamoActors.Links.Transport;

namespace DynamoActors.Links.Tests;

/// <summary>The owner of a node's links: greets by its name and incarnation, and remembers what it was told.</summary>
internal sealed class TestNode : ILinksOwner, IDisposable
{
    private const ushort Kind = 1;

    public TestNode(ITransport transport, string name, ulong incarnation = 1, Func<LinkOptions, LinkOptions>? options = null)
    {
        Self = new Peer(name, incarnation);
        var usual = new LinkOptions { Host = "127.0.0.1", KindsMax = 10 };
        Links = new PeerLinks(transport, this, options is null ? usual : options(usual));
        Address = new HostPort("127.0.0.1", Links.Listen());
    }

    public Peer Self { get; }

    public PeerLinks Links { get; }

    public HostPort Address { get; }

    /// <summary>Whom this node turns away, and why.</summary>
    public Func<Peer, string?> Objection { get; set; } = _ => null;

    public ConcurrentQueue<string> News { get; } = new();

    public ConcurrentQueue<(Peer From, FrameHeader Header, byte[] Body)> Arrived { get; } = new();

    public long UnixMilliseconds { get; set; } = 1000;

    public long Elapsed { get; set; }

    public bool Send(string to, ReadOnlyMemory<byte> body, long id = 0, bool isBulk = false) =>
        Links.Send(to, new FrameHeader(Kind, 2, 3, 4, id, 6, 7), body, static (bytes, writer) => writer.Attach(bytes), isBulk);

    public ReadOnlyMemory<byte> Greeting() => Encoding.UTF8.GetBytes($"{Self.Name} {Self.Incarnation}");

    public GreetingVerdict Judge(ReadOnlyMemory<byte> greeting)
    {
        string[] parts = Encoding.UTF8.GetString(greeting.Span).Split(' ');
        var peer = new Peer(parts[0], ulong.Parse(parts[1]));
        return Objection(peer) is { } objection ? GreetingVerdict.Refuse(objection) : GreetingVerdict.Accept(peer);
    }

    public void Refused(HostPort address, string reason) => News.Enqueue($"refused: {reason}");

    public void Up(Peer peer) => News.Enqueue($"up {peer.Name}/{peer.Incarnation}");

    public void Down(Peer peer, string reason) => News.Enqueue($"down {peer.Name}/{peer.Incarnation}: {reason}");

    public void Received(Peer from, in FrameHeader header, ReadOnlyMemory<byte> body) => Arrived.Enqueue((from, header, body.ToArray()));

    public void PassedOver(Peer from, in FrameHeader header) => News.Enqueue($"passed over {header.RequestId} of {from.Name}");

    public void Dispose() => Links.Dispose();
}
