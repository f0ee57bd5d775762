using System.Net;
using System.Net.Sockets;

namespace DynamoActors.MultiNode.Tests;

/// <summary>Ports that nothing listens on, each given once: who has asked for it may open it only later.</summary>
internal static class FreePorts
{
    // Below the range from which the operating system gives outgoing connections theirs.
    private const int First = 15_000;
    private const int Last = 32_000;

    private static readonly HashSet<int> Given = [];

    /// <summary>The first of so many in a row.</summary>
    public static int Run(int count)
    {
        for (var attempt = 0; attempt < 1000; attempt++)
        {
            var first = Random.Shared.Next(First, Last - count);
            var ports = Enumerable.Range(first, count).ToArray();
            lock (Given)
            {
                if (ports.Any(Given.Contains) || !ports.All(IsFree)) continue;
                Given.UnionWith(ports);
                return first;
            }
        }

        throw new InvalidOperationException($"There are no {count} free ports in a row from {First} to {Last}.");
    }

    private static bool IsFree(int port)
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
