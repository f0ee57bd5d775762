using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace DynamoActors.Http.Tests;

/// <summary>A connection whose bytes the test writes itself, for what an HTTP client would not send.</summary>
internal sealed class RawConnection : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly TcpClient _tcp = new();
    private readonly BufferedStream _stream;

    public RawConnection(int port)
    {
        _tcp.Connect("127.0.0.1", port);
        _tcp.NoDelay = true;
        _tcp.ReceiveTimeout = (int)Patience.TotalMilliseconds;
        _stream = new BufferedStream(_tcp.GetStream());
    }

    public void Send(string text) => Send(Encoding.Latin1.GetBytes(text));

    public void Send(ReadOnlySpan<byte> bytes)
    {
        _tcp.GetStream().Write(bytes);
    }

    /// <summary>One answer with a body of known length.</summary>
    public RawAnswer Receive(bool hasBody = true)
    {
        var status = int.Parse(ReadLine().Split(' ')[1], CultureInfo.InvariantCulture);
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (ReadLine() is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':');
            headers[line[..colon]] = line[(colon + 1)..].Trim();
        }

        var body = new byte[hasBody ? int.Parse(headers.GetValueOrDefault("Content-Length", "0"), CultureInfo.InvariantCulture) : 0];
        _stream.ReadExactly(body);
        return new RawAnswer(status, headers, body);
    }

    public void Dispose() => _tcp.Dispose();

    private string ReadLine()
    {
        var line = new StringBuilder();
        while (true)
        {
            var next = _stream.ReadByte();
            if (next < 0) throw new IOException($"The connection ended within '{line}'.");
            if (next == '\n') return line.ToString().TrimEnd('\r');
            line.Append((char)next);
        }
    }
}

internal sealed record RawAnswer(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);
}
