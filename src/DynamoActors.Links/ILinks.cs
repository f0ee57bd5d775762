namespace DynamoActors.Links;

/// <summary>
/// Messages to other nodes, over connections of their own. Each side dials the other: what a node sends goes over the connections that it
/// made, two to each peer, so that large frames delay no small ones. Order is kept within a connection, not between the two. A message is
/// delivered at most once; what was under way when a connection broke is lost, and <see cref="ILinksOwner.Down"/> says so. Any thread may
/// call.
/// </summary>
public interface ILinks : IDisposable
{
    /// <summary>Begins to listen; returns the port.</summary>
    /// <exception cref="IOException">The address cannot be bound.</exception>
    int Listen();

    /// <summary>These are dialled, and dialled again, for as long as they are listed.</summary>
    void SetAddresses(IEnumerable<HostPort> addresses);

    /// <summary>Writes the message into what goes out next to the peer.</summary>
    /// <param name="write">Called before this returns, or not at all.</param>
    /// <param name="isBulk">It can wait behind others of its sort, however small it is.</param>
    /// <returns>False: the peer is not up, or as much waits for it as may; nothing was sent.</returns>
    bool Send<T>(string peer, in FrameHeader header, T message, Action<T, FrameWriter> write, bool isBulk = false);

    /// <summary>To be called several times a second: dials, pings, and gives up who is silent.</summary>
    /// <param name="now">Time since some fixed moment; never goes back.</param>
    void Tick(TimeSpan now);

    /// <summary>All that were greeted since the start, in order of name.</summary>
    IReadOnlyList<PeerState> Peers { get; }

    /// <summary>So many connections of others were closed so far because they had not said whose they are before many more came.</summary>
    long TurnedAway { get; }
}

/// <summary>Whose links they are. Calls come from the threads that move bytes: none may block.</summary>
public interface ILinksOwner
{
    /// <summary>What this node says of itself at the beginning of each connection.</summary>
    ReadOnlyMemory<byte> Greeting();

    /// <summary>Looks at the other side's greeting. Both sides are judged, by each other.</summary>
    GreetingVerdict Judge(ReadOnlyMemory<byte> greeting);

    /// <summary>The other side does not talk to this node.</summary>
    void Refused(HostPort address, string reason);

    /// <summary>Requests can be sent to it and answered. Called in turn with <see cref="Down"/>, never two at a time.</summary>
    void Up(Peer peer);

    /// <summary>No longer: nothing that was asked of it so far will be answered.</summary>
    void Down(Peer peer, string reason);

    /// <summary>A frame, in the order of its connection.</summary>
    /// <param name="body">Its own to keep, unless the kind is <see cref="LinkOptions.IsTransient"/>.</param>
    void Received(Peer from, in FrameHeader header, ReadOnlyMemory<byte> body);

    /// <summary>A frame for whose body there was no room: whoever sent it is to be told.</summary>
    void PassedOver(Peer from, in FrameHeader header);

    /// <summary>This node's clock, in milliseconds since 1970: pings compare the two sides'.</summary>
    long UnixMilliseconds { get; }

    /// <summary>Milliseconds since some fixed moment; never jumps.</summary>
    long Elapsed { get; }
}

/// <summary>What comes of a greeting.</summary>
/// <param name="Peer">Who it is; null where it is refused.</param>
/// <param name="Refusal">Why it is not talked to, in a sentence for both sides' people.</param>
public readonly record struct GreetingVerdict(Peer? Peer, string? Refusal)
{
    public static GreetingVerdict Accept(Peer peer) => new(peer, null);

    public static GreetingVerdict Refuse(string reason) => new(null, reason);
}
