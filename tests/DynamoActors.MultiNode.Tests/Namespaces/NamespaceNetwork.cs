using System.Diagnostics;
using System.Globalization;

namespace DynamoActors.MultiNode.Tests.Namespaces;

/// <summary>
/// A namespace for each node and one for the switch between them, to which this process is connected too. Their names tell the process that
/// made them, so that what a crashed run left behind is found and removed by the next.
/// </summary>
internal sealed class NamespaceNetwork : IDisposable
{
    private const string Prefix = "dynamo-spec-";

    /// <summary>Belongs to no interface: what is sent there, the switch hands to nobody that takes it.</summary>
    private const string NobodysHardwareAddress = "02:00:00:00:00:99";

    private const int Own = 254;

    private static int _count;

    private readonly int _number = Interlocked.Increment(ref _count);
    private readonly string _subnet;

    private NamespaceNetwork() => _subnet = FreeSubnet();

    // At most 15 characters, which is all that an interface's name may have.
    private string OwnInterface => $"dyn{Environment.ProcessId}x{_number}";

    private string Switch => NamespaceOf("switch");

    public static NamespaceNetwork Create(int nodes)
    {
        RemoveWhatCrashedRunsLeft();
        var network = new NamespaceNetwork();
        try
        {
            network.MakeSwitch();
            for (var node = 1; node <= nodes; node++) network.MakeNode(node);
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    public string AddressOf(int node) => $"{_subnet}.{node}";

    public string NamespaceOf(int node) => NamespaceOf($"node{node}");

    /// <summary>
    /// By a wrong entry among the neighbours of <paramref name="from"/>: packets leave and are lost without an error, as behind a broken
    /// cable, and nothing changes for what comes the other way. No packet filter is needed for it.
    /// </summary>
    public void Cut(int from, int to) =>
        IpCommand.Run($"-n {NamespaceOf(from)} neigh replace {AddressOf(to)} lladdr {NobodysHardwareAddress} dev eth0 nud permanent");

    public void Mend(int from, int to) => IpCommand.Run($"-n {NamespaceOf(from)} neigh del {AddressOf(to)} dev eth0");

    public void Dispose()
    {
        IpCommand.Try($"link del {OwnInterface}");
        foreach (var name in NamesOf(Environment.ProcessId).Where(
            name => name.StartsWith($"{Prefix}{Environment.ProcessId}-{_number}-", StringComparison.Ordinal)))
            Remove(name);
    }

    private void MakeSwitch()
    {
        IpCommand.Run($"netns add {Switch}");
        IpCommand.Run($"-n {Switch} link add name br0 type bridge");
        IpCommand.Run($"-n {Switch} link set br0 up");
        IpCommand.Run($"link add name {OwnInterface} type veth peer name own netns {Switch}");
        IpCommand.Run($"-n {Switch} link set own master br0 up");
        IpCommand.Run($"addr add {_subnet}.{Own}/24 dev {OwnInterface}");
        IpCommand.Run($"link set {OwnInterface} up");
    }

    private void MakeNode(int node)
    {
        var name = NamespaceOf(node);
        IpCommand.Run($"netns add {name}");
        IpCommand.Run($"-n {Switch} link add name node{node} type veth peer name eth0 netns {name}");
        IpCommand.Run($"-n {Switch} link set node{node} master br0 up");
        IpCommand.Run($"-n {name} addr add {AddressOf(node)}/24 dev eth0");
        IpCommand.Run($"-n {name} link set lo up");
        IpCommand.Run($"-n {name} link set eth0 up");
    }

    private string NamespaceOf(string what) => $"{Prefix}{Environment.ProcessId}-{_number}-{what}";

    private static string FreeSubnet()
    {
        var taken = IpCommand.Run("-4 -o addr show") + IpCommand.Run("-4 route show table all");
        while (true)
        {
            var subnet = $"10.{Random.Shared.Next(128, 255)}.{Random.Shared.Next(0, 256)}";
            if (!taken.Contains($" {subnet}.", StringComparison.Ordinal)) return subnet;
        }
    }

    private static void RemoveWhatCrashedRunsLeft()
    {
        foreach (var name in Names())
        {
            var owner = name[Prefix.Length..].Split('-')[0];
            if (int.TryParse(owner, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && !IsRunning(pid)) Remove(name);
        }
    }

    private static IEnumerable<string> NamesOf(int pid) =>
        Names().Where(name => name.StartsWith($"{Prefix}{pid}-", StringComparison.Ordinal));

    private static string[] Names() => [.. IpCommand.Run("netns list").Split('\n').Select(line => line.Split(' ')[0])
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))];

    /// <summary>The interfaces of a namespace go with it, and with each its other end; but not as long as a process lives in it.</summary>
    private static void Remove(string name)
    {
        foreach (var pid in PidsIn(name))
        {
            try
            {
                using var process = Process.GetProcessById(pid);
                process.Kill();
            }
            catch (Exception e) when (e is ArgumentException or InvalidOperationException)
            {
                // It has ended by itself.
            }
        }

        IpCommand.Try($"netns del {name}");
    }

    private static IEnumerable<int> PidsIn(string name)
    {
        try
        {
            return [.. IpCommand.Run($"netns pids {name}").Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(pid => int.Parse(pid, CultureInfo.InvariantCulture))];
        }
        catch (NamespacesUnavailable)
        {
            return [];
        }
    }

    private static bool IsRunning(int pid) => Directory.Exists($"/proc/{pid}");
}
