namespace DynamoActors.Links.Transport;

/// <summary>
/// The network under the links, and the threads that move bytes: the only place where the operating system shows. The default is TCP; a
/// simulation puts a network of its own in its place. All members may be called from any thread.
/// </summary>
public interface ITransport
{
    /// <summary>Accepts connections from now on.</summary>
    /// <param name="host">A local host name or address; 0.0.0.0 for all.</param>
    /// <param name="port">0 for any free one.</param>
    /// <param name="accept">Called for each connection; what it returns is told what arrives.</param>
    /// <returns>The port that was bound.</returns>
    /// <exception cref="IOException">The address cannot be bound; the message says why.</exception>
    int Listen(string host, int port, Func<ITransportConnection, ITransportHandler> accept);

    /// <summary>Opens a connection; never blocks. Exactly one of the two callbacks follows, possibly before this returns.</summary>
    void Connect(string host, int port, Action<ITransportConnection> connected, Action<Exception> failed);

    /// <summary>Runs <paramref name="work"/> soon, on a thread that may serialise and deliver messages. Never inside this call.</summary>
    void Schedule(IThreadPoolWorkItem work);

    /// <summary>So many connections were closed so far because they had not proven whose they are before many others came.</summary>
    long TurnedAway => 0;

    /// <summary>Stops accepting. Open connections are closed by their owners.</summary>
    void StopListening();
}

/// <summary>One connection: an ordered stream of bytes each way.</summary>
public interface ITransportConnection
{
    /// <summary>The other end, for messages to people.</summary>
    string Peer { get; }

    /// <summary>False: who is at the other end has lost the trust with which it began, and the connection is to be closed.</summary>
    bool IsTrusted => true;

    /// <summary>Begins to deliver what arrives. Called once, by the side that connected; an accepted connection begins by itself.</summary>
    void Open(ITransportHandler handler);

    /// <summary>Sends whole frames. The next call only after this one is through.</summary>
    /// <returns>True: through already. False: <see cref="ITransportHandler.Sent"/> follows, and until then the batch must not
    /// change.</returns>
    bool Send(List<ArraySegment<byte>> batch);

    /// <summary>Closes; <see cref="ITransportHandler.Closed"/> follows, unless it has been called already.</summary>
    void Close();
}

/// <summary>What a connection tells its owner. <see cref="ReceiveBuffer"/> and <see cref="Received"/> are never called
/// concurrently.</summary>
public interface ITransportHandler
{
    /// <summary>Where the next bytes are to be put; never empty.</summary>
    Memory<byte> ReceiveBuffer { get; }

    /// <summary>The first <paramref name="count"/> bytes of the buffer have been filled.</summary>
    void Received(int count);

    /// <summary>The batch that did not go through at once has gone through.</summary>
    void Sent();

    /// <summary>The connection is gone, called once. Null if either side closed it in order.</summary>
    void Closed(Exception? error);
}
