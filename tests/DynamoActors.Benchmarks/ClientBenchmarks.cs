using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace DynamoActors.Benchmarks;

/// <summary>
/// The same load of Redis's protocol on several servers one after another, each named <c>name=host:port</c>: this store, Redis, Garnet, or
/// whatever else speaks it. One line each: commands a second, and the latency that half and 99% of the rounds stayed below.
/// </summary>
internal static class ClientBenchmarks
{
    private const int Connections = 16;
    private const int Keys = 100_000;
    private const int ValueBytes = 100;

    private static readonly TimeSpan Length = TimeSpan.FromSeconds(4);

    public static int Run(string[] args)
    {
        Console.WriteLine($"{Connections} connections, {Keys:N0} keys, values of {ValueBytes} bytes, {Length.TotalSeconds} s each");
        foreach (var depth in (int[])[1, 16])
        {
            foreach (var command in (string[])["SET", "GET"])
            {
                foreach (var server in args)
                {
                    var (name, address) = server.Split('=') is [var first, var second] ? (first, second) : ("server", server);
                    Measure(name, address, command, depth);
                }
            }
        }

        return 0;
    }

    private static void Measure(string name, string address, string command, int depth)
    {
        var stop = Stopwatch.StartNew();
        var rounds = new List<double>[Connections];
        var threads = Enumerable.Range(0, Connections).Select(index => new Thread(() =>
            rounds[index] = Load(address, command, depth, new Random(index), stop))).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        var all = rounds.SelectMany(one => one).Order().ToArray();
        var perSecond = all.Length * depth / Length.TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{command} x{depth,-3} {name,-12} {perSecond,10:N0} /s   p50 {all[all.Length / 2],7:0.00} ms   "
            + $"p99 {all[all.Length * 99 / 100],7:0.00} ms"));
    }

    /// <summary>How long each round of so many commands took, in ms.</summary>
    private static List<double> Load(string address, string command, int depth, Random random, Stopwatch running)
    {
        var (host, port) = (address.Split(':')[0], int.Parse(address.Split(':')[1], CultureInfo.InvariantCulture));
        using var client = new TcpClient(host, port) { NoDelay = true };
        using var stream = new BufferedStream(client.GetStream(), 64 * 1024);
        var value = new string('v', ValueBytes);
        var took = new List<double>();
        while (running.Elapsed < Length)
        {
            var sent = new StringBuilder();
            for (var index = 0; index < depth; index++)
            {
                var key = $"key:{random.Next(Keys):d8}";
                sent.Append(command == "SET" ? $"*3\r\n$3\r\nSET\r\n$12\r\n{key}\r\n${ValueBytes}\r\n{value}\r\n"
                    : $"*2\r\n$3\r\nGET\r\n$12\r\n{key}\r\n");
            }

            var began = Stopwatch.GetTimestamp();
            client.GetStream().Write(Encoding.ASCII.GetBytes(sent.ToString()));
            for (var index = 0; index < depth; index++) ReadAnswer(stream);
            took.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        return took;
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
