using System.Net.Sockets;
using System.Text;

namespace DynamoActors.Tests.Shared;

/// <summary>A connection to this machine whose bytes a test writes itself, and whose answers come in lines.</summary>
internal sealed class RawSocket : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly TcpClient _tcp = new();

    public RawSocket(int port, int? receiveBufferBytes = null)
    {
        if (receiveBufferBytes is { } bytes) _tcp.ReceiveBufferSize = bytes;
        _tcp.Connect("127.0.0.1", port);
        _tcp.NoDelay = true;
        _tcp.ReceiveTimeout = _tcp.SendTimeout = (int)Patience.TotalMilliseconds;
        Incoming = new BufferedStream(_tcp.GetStream());
    }

    public Stream Incoming { get; }

    public void Send(ReadOnlySpan<byte> bytes) => _tcp.GetStream().Write(bytes);

    public string ReadLine()
    {
        var line = new StringBuilder();
        while (true)
        {
            var next = Incoming.ReadByte();
            if (next < 0) throw new IOException($"The connection ended within '{line}'.");
            if (next == '\n') return line.ToString().TrimEnd('\r');
            line.Append((char)next);
        }
    }

    public byte[] Read(int length)
    {
        var bytes = new byte[length];
        Incoming.ReadExactly(bytes);
        return bytes;
    }

    public void Dispose() => _tcp.Dispose();
}
