using System.Globalization;
using System.Net.Sockets;
using System.Text;
using DynamoActors.Tests.Shared;

namespace DynamoActors.Resp.Tests;

/// <summary>A connection whose bytes the test writes itself. Answers are texts in redis-cli's manner: <c>"bulk"</c>, <c>(integer) 1</c>,
/// <c>(nil)</c>, <c>(error) …</c>, <c>[a, b]</c>.</summary>
internal sealed class RespClient(int port, int? receiveBufferBytes = null) : IDisposable
{
    private readonly RawSocket _socket = new(port, receiveBufferBytes);

    public void SendRaw(ReadOnlySpan<byte> bytes) => _socket.Send(bytes);

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
        var line = _socket.ReadLine();
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
            return _socket.Incoming.ReadByte() < 0;
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

    public void Dispose() => _socket.Dispose();

    private string Items(string count, int each) => $"[{string.Join(", ", Enumerable.Range(
        0, each * int.Parse(count, CultureInfo.InvariantCulture)).Select(_ => Receive()).ToArray())}]";

    private string ReadBulk(int length) => Encoding.Latin1.GetString(_socket.Read(length + 2), 0, length);
}
