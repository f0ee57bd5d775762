using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace DynamoActors.Benchmarks;

/// <summary>A server that speaks Redis's protocol.</summary>
/// <param name="Ports">Connections go to them in turn.</param>
/// <param name="Processes">Whose processor time it is.</param>
internal sealed record RespServer(string Name, int[] Ports, IReadOnlyList<Process> Processes);

/// <summary>The same load of Redis's protocol for any server: each connection sends so many commands, waits for all answers, and begins
/// again.</summary>
internal static class RespLoad
{
    public const int Connections = 16;
    private const int Keys = 100_000;
    private const int ValueBytes = 100;
    private const int PairsOfMSet = 10;

    private static readonly string _value = new('v', ValueBytes);

    public static void Measure(RespServer server, string command, int depth, TimeSpan length)
    {
        var processor = Times.ProcessorOf(server.Processes);
        var rounds = Run(server, command, depth, length);
        processor = Times.ProcessorOf(server.Processes) - processor;
        var commands = rounds.Count * depth;
        Console.WriteLine($"  {command,-4} x{depth,-3} {server.Name,-16} {commands / length.TotalSeconds,9:N0} /s   "
            + $"p50 {rounds.At(.5),7:0.00} ms   p99 {rounds.At(.99),7:0.00} ms   "
            + $"processor {processor.TotalMicroseconds / commands,6:0.0} µs each");
    }

    public static Times Run(RespServer server, string command, int depth, TimeSpan length)
    {
        var running = Stopwatch.StartNew();
        var rounds = new List<double>[Connections];
        var threads = Enumerable.Range(0, Connections).Select(index => new Thread(() => rounds[index] =
            Load(server.Ports[index % server.Ports.Length], command, depth, new Random(index), running, length))).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        return new Times(rounds.SelectMany(one => one));
    }

    private static List<double> Load(int port, string command, int depth, Random random, Stopwatch running, TimeSpan length)
    {
        using var client = new TcpClient("127.0.0.1", port) { NoDelay = true };
        using var stream = new BufferedStream(client.GetStream(), 64 * 1024);
        var took = new List<double>();
        while (running.Elapsed < length)
        {
            var sent = new StringBuilder();
            for (var index = 0; index < depth; index++) Append(sent, command, random);
            var bytes = Encoding.ASCII.GetBytes(sent.ToString());
            var began = Stopwatch.GetTimestamp();
            client.GetStream().Write(bytes);
            for (var index = 0; index < depth; index++) ReadAnswer(stream);
            took.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        return took;
    }

    private static void Append(StringBuilder to, string command, Random random)
    {
        var pairs = command == "MSET" ? PairsOfMSet : 1;
        to.Append(CultureInfo.InvariantCulture, $"*{(command == "GET" ? 2 : 1 + (2 * pairs))}\r\n${command.Length}\r\n{command}\r\n");
        for (var pair = 0; pair < pairs; pair++)
        {
            to.Append(CultureInfo.InvariantCulture, $"$12\r\nkey:{random.Next(Keys):d8}\r\n");
            if (command != "GET") to.Append(CultureInfo.InvariantCulture, $"${ValueBytes}\r\n{_value}\r\n");
        }
    }

    private static void ReadAnswer(BufferedStream stream)
    {
        var line = ReadLine(stream);
        if (line[0] == '-') throw new InvalidOperationException(line);
        if (line[0] != '$' || line == "$-1") return;
        var bytes = new byte[int.Parse(line.AsSpan(1), CultureInfo.InvariantCulture) + 2];
        stream.ReadExactly(bytes);
    }

    private static string ReadLine(BufferedStream stream)
    {
        var line = new StringBuilder();
        for (var next = stream.ReadByte(); next != '\n'; next = stream.ReadByte())
        {
            if (next < 0) throw new IOException("The server closed the connection.");
            if (next != '\r') line.Append((char)next);
        }

        return line.ToString();
    }
}
