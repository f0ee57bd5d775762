using System.Net.Sockets;

namespace DynamoActors.Links.Transport;

/// <summary>One socket. Sends and receives through one reusable operation each, so that steady traffic allocates nothing here.</summary>
internal sealed class SocketConnection : ITransportConnection
{
    private const int LinuxTcpLevel = 6;
    private const int LinuxTcpUserTimeout = 18;

    private readonly Socket _socket;
    private readonly SocketAsyncEventArgs _receive = new();
    private readonly SocketAsyncEventArgs _send = new();
    private ITransportHandler _handler = null!;
    private int _closed;

    public SocketConnection(Socket socket, SocketOptions options)
    {
        _socket = socket;
        Peer = PeerOf(socket);
        Prepare(socket, options);
        _receive.Completed += (_, _) => ContinueReceiving();
        _send.Completed += (_, _) => FinishSend();
    }

    public string Peer { get; }

    public void Open(ITransportHandler handler)
    {
        _handler = handler;
        Receive();
    }

    public bool Send(List<ArraySegment<byte>> batch)
    {
        try
        {
            if (batch.Count == 1)
            {
                _send.BufferList = null;
                _send.SetBuffer(batch[0].Array, batch[0].Offset, batch[0].Count);
            }
            else
            {
                _send.SetBuffer(null, 0, 0);
                _send.BufferList = batch;
            }
            if (_socket.SendAsync(_send)) return false;
        }
        catch (ObjectDisposedException)
        {
            // Closed already: the owner has been told.
            return true;
        }
        if (_send.SocketError != SocketError.Success) End(new SocketException((int)_send.SocketError));
        else ForgetSent();
        return true;
    }

    public void Close() => End(null);

    private void FinishSend()
    {
        if (_send.SocketError != SocketError.Success) End(new SocketException((int)_send.SocketError));
        else
        {
            ForgetSent();
            _handler.Sent();
        }
    }

    /// <summary>Of a batch of several parts some are values, which a connection that is idle now would keep in memory.</summary>
    private void ForgetSent()
    {
        if (_send.BufferList is not null) _send.BufferList = null;
    }

    private void ContinueReceiving()
    {
        if (HandleReceived()) Receive();
    }

    private void Receive()
    {
        try
        {
            do _receive.SetBuffer(_handler.ReceiveBuffer);
            while (!_socket.ReceiveAsync(_receive) && HandleReceived());
        }
        catch (ObjectDisposedException)
        {
            // Closed by this side while receiving: the owner has been told.
        }
    }

    private bool HandleReceived()
    {
        if (_receive.SocketError != SocketError.Success)
        {
            End(new SocketException((int)_receive.SocketError));
            return false;
        }
        if (_receive.BytesTransferred == 0)
        {
            End(null);
            return false;
        }
        _handler.Received(_receive.BytesTransferred);
        return _closed == 0;
    }

    private void End(Exception? error)
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0) return;
        _socket.Dispose();
        _handler?.Closed(error);
    }

    /// <exception cref="SocketException">Its peer has broken it already.</exception>
    internal static void Prepare(Socket socket, SocketOptions options)
    {
        socket.NoDelay = true;
        GiveUpOnSilence(socket, options);
        if (options.SendBufferBytes > 0) socket.SendBufferSize = options.SendBufferBytes;
        if (options.ReceiveBufferBytes > 0) socket.ReceiveBufferSize = options.ReceiveBufferBytes;
    }

    private static void GiveUpOnSilence(Socket socket, SocketOptions options)
    {
        var interval = Math.Max(1, (int)options.SignOfLifeInterval.TotalSeconds);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, interval);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, interval);
        socket.SetSocketOption(
            SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount,
                Math.Max(1, (int)options.SignOfLifePause.TotalSeconds / interval));
        // Keep-alive says nothing while something sent is unacknowledged: then Linux would retry for a quarter of an hour.
        if (OperatingSystem.IsLinux())
            socket.SetRawSocketOption(LinuxTcpLevel, LinuxTcpUserTimeout,
                BitConverter.GetBytes((int)options.SignOfLifePause.TotalMilliseconds));
    }

    internal static string PeerOf(Socket socket)
    {
        try
        {
            return socket.RemoteEndPoint?.ToString() ?? "unknown";
        }
        catch (SocketException)
        {
            // The peer went away before it was looked at; the first receive says so.
            return "unknown";
        }
    }
}
