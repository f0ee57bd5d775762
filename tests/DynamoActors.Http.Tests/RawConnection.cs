using System.Globalization;
using System.Text;
using DynamoActors.Tests.Shared;

namespace DynamoActors.Http.Tests;

/// <summary>A connection whose bytes the test writes itself, for what an HTTP client would not send.</summary>
internal sealed class RawConnection(int port) : IDisposable
{
    private readonly RawSocket _socket = new(port);

    public void Send(string text) => Send(Encoding.Latin1.GetBytes(text));

    public void Send(ReadOnlySpan<byte> bytes) => _socket.Send(bytes);

    /// <summary>One answer with a body of known length.</summary>
    public RawAnswer Receive(bool hasBody = true)
    {
        var status = int.Parse(_socket.ReadLine().Split(' ')[1], CultureInfo.InvariantCulture);
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (_socket.ReadLine() is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':');
            headers[line[..colon]] = line[(colon + 1)..].Trim();
        }

        var length = hasBody ? int.Parse(headers.GetValueOrDefault("Content-Length", "0"), CultureInfo.InvariantCulture) : 0;
        return new RawAnswer(status, headers, _socket.Read(length));
    }

    public void Dispose() => _socket.Dispose();
}

internal sealed record RawAnswer(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);
}
