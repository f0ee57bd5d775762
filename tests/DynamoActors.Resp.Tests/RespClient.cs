using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace DynamoActors.Resp.Tests;

/// <summary>A connection whose bytes the test writes itself. Answers are texts in redis-cli's manner: <c>"bulk"</c>, <c>(integer) 1</c>,
/// <c>(nil)</c>, <c>(error) …</c>, <c>[a, b]</c>.</summary>
internal sealed class RespClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly TcpClient _tcp = new();
    private readonly BufferedStream _stream;

    public RespClient(int port, int? receiveBufferBytes = null)
    {
        if (receiveBufferBytes is { } bytes) _tcp.ReceiveBufferSize = bytes;
        _tcp.Connect("127.0.0.1", port);
        _tcp.NoDelay = true;
        _tcp.ReceiveTimeout = _tcp.SendTimeout = (int)Patience.TotalMilliseconds;
        _stream = new BufferedStream(_tcp.GetStream());
    }

    public void SendRaw(ReadOnlySpan<byte> bytes) => _tcp.GetStream().Write(bytes);

    public void SendRaw(string text) => SendRaw(Encoding.Latin1.GetBytes(text));

    /// <param name="command">Words between blanks.</param>
    public void Send(string command) => Send(command.Split(' '));

    public void Send(params string[] arguments) => SendRaw(Encode(arguments));

    public static string Encode(params string[] arguments) =>
        $"*{arguments.Length}\r\n{string.Concat(arguments.Select(argument => $"${argument.Length}\r\n{argument}\r\n"))}";

    public string Ask(string command)
    {
        Send(command);
        return Receive();
    }

    public string Ask(params string[] arguments)
    {
        Send(arguments);
        return Receive();
    }

    public string Receive()
    {
        var line = ReadLine();
        var rest = line[1..];
        return line[0] switch
        {
            '+' => rest,
            '-' => $"(error) {rest}",
            ':' => $"(integer) {rest}",
            '_' => "(nil)",
            '$' when rest == "-1" => "(nil)",
            '$' => $"\"{ReadBulk(int.Parse(rest, CultureInfo.InvariantCulture))}\"",
            '*' => Items(rest, 1),
            '%' => Items(rest, 2),
            _ => throw new InvalidOperationException($"'{line}' is no answer."),
        };
    }

    /// <summary>Whether the other side closes the connection, and sends nothing more before.</summary>
    public bool IsClosed()
    {
        try
        {
            return _stream.ReadByte() < 0;
        }
        catch (IOException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset })
        {
            return true;
        }
    }

    /// <summary>Reads whatever comes until the other side closes the connection.</summary>
    public void EndsAfterwards()
    {
        while (!IsClosed())
        {
        }
    }

    public void Dispose() => _tcp.Dispose();

    private string Items(string count, int each) => $"[{string.Join(", ", Enumerable.Range(
        0, each * int.Parse(count, CultureInfo.InvariantCulture)).Select(_ => Receive()).ToArray())}]";

    private string ReadBulk(int length)
    {
        var bytes = new byte[length + 2];
        _stream.ReadExactly(bytes);
        return Encoding.Latin1.GetString(bytes, 0, length);
    }

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
