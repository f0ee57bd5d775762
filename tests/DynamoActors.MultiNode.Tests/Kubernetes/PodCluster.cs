using System.Diagnostics;
using System.Globalization;
using DynamoActors.MultiNode.Tests.Namespaces;
using k8s;
using k8s.Models;

namespace DynamoActors.MultiNode.Tests.Kubernetes;

/// <summary>
/// The pods of the set as processes with exactly the template's arguments and environment. Each start of a pod is on another machine: a
/// namespace of its own, with an address that none had before, where the pod's volume follows it. Names are resolved as the headless
/// service would have it. The file system is this machine's, with the template's mounts in it.
/// </summary>
internal sealed class PodCluster : IAsyncDisposable
{
    private const int Machines = 8;

    /// <summary>Below what is a link to /run on many systems.</summary>
    private const string Account = "/var/run/secrets/kubernetes.io/serviceaccount";

    /// <summary>Of its container's limit, by .NET's default.</summary>
    private const double HeapShare = 0.75;

    /// <summary>Makes the file system of a container in the namespace of mounts that this runs in, and becomes the program in it.</summary>
    private const string Container = """
        root=$1; hosts=$2; shift 2
        mount -t tmpfs none "$root"
        for each in /*; do
          if [ -L "$each" ]; then cp -P "$each" "$root/"
          elif [ -d "$each" ]; then mkdir "$root$each"; mount --rbind "$each" "$root$each"; fi
        done
        mount --bind "$hosts" "$root/etc/hosts"
        while [ "$1" != -- ]; do mkdir -p "$root$2"; mount --bind "$1" "$root$2"; shift 2; done
        shift
        exec chroot "$root" "$@"
        """;

    private readonly NamespaceNetwork _network = NamespaceNetwork.Create(Machines);
    private readonly string _directory = Directory.CreateTempSubdirectory("dynamo-pods-").FullName;
    private readonly Dictionary<int, int> _machineOf = [];
    private readonly Dictionary<int, ServerProcess> _processes = [];
    private readonly List<ServerProcess> _ended = [];
    private int _machines;

    public PodCluster() => WriteHosts();

    private string Hosts => Path.Combine(_directory, "hosts");

    public static string NameOf(int pod) => $"{Manifests.Set.Metadata.Name}-{pod}";

    public string AddressOf(int pod) => _network.AddressOf(_machineOf[pod]);

    public string UrlOf(int pod, V1HTTPGetAction probe) => $"http://{AddressOf(pod)}:{PortOf(probe.Port)}{probe.Path}";

    public bool HasLogged(int pod, string text) => _processes[pod].HasPrinted(text);

    public string LogOf(int pod) => _processes.TryGetValue(pod, out var process) ? process.Printed : "It does not run.";

    /// <summary>On a machine that has not had one, with the volume that the pod has had before, if any.</summary>
    /// <param name="zone">The machine's label; null: it has none.</param>
    public void Start(int pod, string? zone)
    {
        _machineOf[pod] = ++_machines;
        WriteHosts();
        var config = Fresh($"config-{_machines}");
        RunZoneStep(pod, config, zone);
        var mounts = Manifests.Node.VolumeMounts.ToDictionary(mount => mount.MountPath, mount => mount.Name switch
        {
            "data" => Directory.CreateDirectory(Path.Combine(_directory, $"volume-{pod}")).FullName,
            _ => config,
        });
        var environment = EnvironmentOf(Manifests.Node, pod);
        environment["DOTNET_GCHeapHardLimit"] = ((long)(Manifests.MemoryLimit * HeapShare)).ToString("x", CultureInfo.InvariantCulture);
        _processes[pod] = ServerProcess.StartInNamespace(_network.NamespaceOf(_machineOf[pod]),
            [.. Contained(mounts), "env", .. environment.Select(one => $"{one.Key}={one.Value}")],
            [.. Manifests.Node.Args.Select(argument => Expanded(argument, environment))]);
    }

    /// <summary>As a pod is deleted: first the hook, then SIGTERM. The exit code.</summary>
    public async Task<int> DeleteAsync(int pod)
    {
        var hook = Manifests.Node.Lifecycle.PreStop.Exec.Command;
        using var process = Process.Start(new ProcessStartInfo(hook[0], hook.Skip(1)))!;
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0);
        return await EndAsync(pod, running => running.Signal("TERM"));
    }

    /// <summary>Its machine is gone.</summary>
    public Task KillAsync(int pod) => EndAsync(pod, running => running.Kill());

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes.Values) process.Kill();
        foreach (var process in _processes.Values.Concat(_ended)) await process.DisposeAsync();
        _network.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task<int> EndAsync(int pod, Action<ServerProcess> end)
    {
        var process = _processes[pod];
        end(process);
        var code = await process.EndsAsync();
        _ended.Add(process);
        _processes.Remove(pod);
        return code;
    }

    /// <summary>With a program in the place of curl that answers as the API server does.</summary>
    private void RunZoneStep(int pod, string config, string? zone)
    {
        var (bin, account) = (Fresh($"bin-{_machines}"), Fresh($"account-{_machines}"));
        File.WriteAllText(Path.Combine(account, "token"), "the token");
        File.WriteAllText(Path.Combine(account, "ca.crt"), "");
        var machine = $"machine-{_machines}";
        var labels = new Dictionary<string, string> { ["kubernetes.io/hostname"] = machine };
        if (zone is not null) labels["topology.kubernetes.io/zone"] = zone;
        var node = new V1Node { Metadata = new V1ObjectMeta { Name = machine, Labels = labels } };
        File.WriteAllText(Path.Combine(bin, "node.json"), KubernetesJson.Serialize(node));
        var curl = Path.Combine(bin, "curl");
        File.WriteAllText(curl, $"""
            #!/bin/sh
            case "$*" in
              *"--cacert {Account}/ca.crt"*"Authorization: Bearer the token"*"https://kubernetes.default.svc/api/v1/nodes/{machine}"*)
                cat /stub/node.json ;;
              *) echo "not expected: $*" >&2; exit 1 ;;
            esac

            """);
        using (var chmod = Process.Start("chmod", ["+x", curl])) chmod.WaitForExit();
        var step = Manifests.ZoneStep;
        var mounts = step.VolumeMounts.ToDictionary(mount => mount.MountPath, _ => config);
        (mounts["/stub"], mounts[Account]) = (bin, account);
        var environment = EnvironmentOf(step, pod);
        environment["PATH"] = "/stub:" + Environment.GetEnvironmentVariable("PATH");
        using var process = Process.Start(new ProcessStartInfo("ip",
        [
            "netns", "exec", _network.NamespaceOf(_machineOf[pod]), .. Contained(mounts), "env",
            .. environment.Select(one => $"{one.Key}={one.Value}"), .. step.Command, .. step.Args,
        ])
        {
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.ShouldBe(0, errors);
    }

    private string[] Contained(Dictionary<string, string> mounts)
    {
        var root = Fresh($"root-{Guid.NewGuid():N}");
        // /run as it is in a container: nothing of this machine's is in it, nor gets there.
        mounts = new(mounts) { ["/run"] = Fresh($"run-{Guid.NewGuid():N}") };
        return
        [
            "unshare", "--mount", "--propagation", "private", "sh", "-euc", Container, "sh", root, Hosts,
            .. mounts.OrderBy(mount => mount.Key == "/run" ? 0 : 1).SelectMany(mount =>
                new[] { mount.Value, mount.Key.Replace("/var/run/", "/run/", StringComparison.Ordinal) }),
            "--",
        ];
    }

    private Dictionary<string, string> EnvironmentOf(V1Container container, int pod) => container.Env.ToDictionary(
        one => one.Name, one => one.ValueFrom.FieldRef.FieldPath switch
        {
            "metadata.name" => NameOf(pod),
            "spec.nodeName" => $"machine-{_machineOf[pod]}",
            var other => throw new InvalidOperationException($"Nobody knows the field {other}."),
        });

    /// <summary>As the kubelet does.</summary>
    private static string Expanded(string argument, Dictionary<string, string> environment) =>
        environment.Aggregate(argument, (text, one) => text.Replace($"$({one.Key})", one.Value, StringComparison.Ordinal));

    private static int PortOf(IntOrString port) => int.TryParse(port.Value, out var number) ? number
        : Manifests.Node.Ports.Single(one => one.Name == port.Value).ContainerPort;

    /// <summary>In its place: it is mounted where nodes run.</summary>
    private void WriteHosts() => File.WriteAllText(Hosts, "127.0.0.1 localhost\n" + string.Concat(_machineOf.Select(pod =>
        $"{_network.AddressOf(pod.Value)} {NameOf(pod.Key)}.{Manifests.Set.Spec.ServiceName}\n")));

    private string Fresh(string name) => Directory.CreateDirectory(Path.Combine(_directory, name)).FullName;
}
