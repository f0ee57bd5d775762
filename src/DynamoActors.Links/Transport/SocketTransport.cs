using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;

namespace DynamoActors.Links.Transport;

/// <summary>TCP over the operating system's sockets, without Nagle's delay, completed on the thread pool.</summary>
public sealed class SocketTransport : ITransport
{
    private const int LocalInARow = 61;
    private static readonly TimeSpan HandshakePatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PauseWithoutDescriptors = TimeSpan.FromMilliseconds(100);

    [ThreadStatic]
    private static int _row;

    private readonly SocketOptions _options;
    private readonly PeerTls? _tls;
    private readonly Strangers<Socket> _unproved = new(static socket => socket.Dispose());
    private Socket? _listener;

    /// <param name="tls">Null: connections are as they are, and anyone's.</param>
    public SocketTransport(SocketOptions options, PeerTls? tls = null) => (_options, _tls) = (options, tls);

    public long TurnedAway => _unproved.TurnedAway;

    public int Listen(string host, int port, Func<ITransportConnection, ITransportHandler> accept)
    {
        Socket? listener = null;
        try
        {
            var endpoint = new IPEndPoint(Resolve(host), port);
            listener = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            listener.Bind(endpoint);
            listener.Listen(_options.Backlog);
        }
        catch (SocketException e)
        {
            listener?.Dispose();
            throw new IOException($"{host}:{port} cannot be bound: {e.Message}", e);
        }
        _listener = listener;
        Accept(listener, accept);
        return ((IPEndPoint)listener.LocalEndPoint!).Port;
    }

    public void Connect(string host, int port, Action<ITransportConnection> connected, Action<Exception> failed)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        var attempt = new SocketAsyncEventArgs();
        attempt.Completed += (_, _) => Finish();
        try
        {
            attempt.RemoteEndPoint = EndPointOf(host, port);
            if (!socket.ConnectAsync(attempt)) Finish();
        }
        // ArgumentException: no host can have that name. It may have come over the network, in the path of a sender.
        catch (Exception e) when (e is SocketException or ObjectDisposedException or NotSupportedException or ArgumentException)
        {
            socket.Dispose();
            failed(e);
        }

        void Finish()
        {
            var error = attempt.ConnectByNameError ?? (attempt.SocketError == SocketError.Success ? null
                : new SocketException((int)attempt.SocketError));
            attempt.Dispose();
            if (error is null && _tls is { } tls) _ = SecureAsync(
                socket, tls, ssl => ssl.AuthenticateAsClientAsync(tls.OfClient(), Limit()), connected, failed);
            else if (error is null && TryTake(socket, out var connection, out error)) connected(connection);
            else
            {
                socket.Dispose();
                failed(error!);
            }
        }
    }

    // Next on the thread of the actor that told, so that everything it tells in its turn goes out in one batch. Now and then at the end
    // of the common queue, so that a busy connection cannot keep others waiting below it.
    public void Schedule(IThreadPoolWorkItem work) => ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal: ++_row % LocalInARow != 0);

    public void StopListening() => _listener?.Dispose();

    private void Accept(Socket listener, Func<ITransportConnection, ITransportHandler> accept)
    {
        var accepting = new SocketAsyncEventArgs();
        accepting.Completed += (_, _) =>
        {
            if (Accepted()) Next();
        };
        Next();

        void Next()
        {
            try
            {
                while (!listener.AcceptAsync(accepting))
                    if (!Accepted()) return;
            }
            catch (ObjectDisposedException)
            {
                // StopListening was called.
            }
        }

        bool Accepted()
        {
            var socket = accepting.AcceptSocket;
            accepting.AcceptSocket = null;
            if (accepting.SocketError is SocketError.OperationAborted or SocketError.Interrupted or SocketError.NotSocket) return false;
            if (accepting.SocketError is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable)
            {
                // The peer still waits in the backlog: at once, the next attempt would fail as this one did.
                Task.Delay(PauseWithoutDescriptors).ContinueWith(_ => Next(), TaskScheduler.Default);
                return false;
            }
            // Any other error is the fault of one peer that went away, not of the listener.
            if (accepting.SocketError != SocketError.Success || socket is null) return true;
            if (_tls is { } tls) _ = SecureAsync(socket, tls, ssl => ProveAsync(socket, ssl, tls),
                secured => secured.Open(accept(secured)), static _ => { });
            else if (TryTake(socket, out var connection, out _)) connection.Open(accept(connection));
            else socket.Dispose();
            return true;
        }
    }

    /// <summary>Whoever does not prove in time to be of the cluster is cut off before anything else is read of him.</summary>
    private static CancellationToken Limit() => new CancellationTokenSource(HandshakePatience).Token;

    private async Task ProveAsync(Socket socket, SslStream stream, PeerTls tls)
    {
        _unproved.Add(socket);
        try
        {
            await stream.AuthenticateAsServerAsync(tls.OfServer(), Limit());
        }
        finally
        {
            _unproved.Remove(socket);
        }
    }

    private async Task SecureAsync(
        Socket socket, PeerTls tls, Func<SslStream, Task> authenticate, Action<ITransportConnection> secured, Action<Exception> failed)
    {
        SslStream? stream = null;
        try
        {
            SocketConnection.Prepare(socket, _options);
            var peer = SocketConnection.PeerOf(socket);
            stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
            await authenticate(stream);
            secured(new TlsConnection(stream, peer, tls));
        }
        catch (Exception e) when (e is AuthenticationException or IOException or SocketException or OperationCanceledException
            or ObjectDisposedException or CryptographicException)
        {
            if (stream is null) socket.Dispose();
            else await stream.DisposeAsync();
            failed(e is AuthenticationException or CryptographicException
                ? new IOException($"the two ends could not prove to each other that they are of one cluster ({e.Message}): give both the "
                    + "cluster's certificate or secret (dynamo.security)", e) : e);
        }
    }

    /// <summary>False for a connection that its peer has broken so soon that its options cannot even be set.</summary>
    private bool TryTake(Socket socket, [NotNullWhen(true)] out SocketConnection? connection, out Exception? error)
    {
        try
        {
            connection = new SocketConnection(socket, _options);
            error = null;
        }
        catch (SocketException e)
        {
            connection = null;
            error = e;
        }
        return connection is not null;
    }

    private static EndPoint EndPointOf(string host, int port) =>
        IPAddress.TryParse(host, out var address) ? new IPEndPoint(address, port) : new DnsEndPoint(host, port);

    private static IPAddress Resolve(string host) =>
        IPAddress.TryParse(host, out var address) ? address
        : Array.Find(Dns.GetHostAddresses(host), found => found.AddressFamily == AddressFamily.InterNetwork)
          ?? throw new SocketException((int)SocketError.HostNotFound);
}
