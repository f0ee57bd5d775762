using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using DynamoActors.MultiNode.Tests.Namespaces;
using k8s.Models;

namespace DynamoActors.MultiNode.Tests.Kubernetes;

/// <summary>There is no Kubernetes here: what it would do with the manifests is done by hand.</summary>
[Collection("one cluster at a time")]
public sealed class KubernetesSpec
{
    private const int Writers = 4;

    private static readonly string[] _zones = ["hall-a", "hall-b", "hall-c"];

    private readonly ConcurrentDictionary<int, bool> _endpoints = [];
    private readonly ConcurrentDictionary<string, string> _acknowledged = [];
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(20) };

    [Fact]
    public void The_parts_fit_together()
    {
        var (set, node, labels) = (Manifests.Set, Manifests.Node, Manifests.Set.Spec.Template.Metadata.Labels);
        foreach (var service in Manifests.All.OfType<V1Service>())
        {
            Selects(service.Spec.Selector).ShouldBeTrue(service.Metadata.Name);
            service.Spec.Ports.Select(port => port.TargetPort.Value).Except(node.Ports.Select(port => port.Name)).ShouldBeEmpty();
        }

        var headless = Manifests.All.OfType<V1Service>().Single(service => service.Metadata.Name == set.Spec.ServiceName);
        (headless.Spec.ClusterIP, headless.Spec.PublishNotReadyAddresses).ShouldBe(("None", true));
        var budget = Manifests.All.OfType<V1PodDisruptionBudget>().Single().Spec;
        budget.MaxUnavailable.Value.ShouldBe("1");
        (Selects(budget.Selector.MatchLabels), Selects(set.Spec.Selector.MatchLabels)).ShouldBe((true, true));
        set.Spec.PodManagementPolicy.ShouldBe("Parallel", "one node alone is never ready");

        set.Spec.VolumeClaimTemplates.Single().Metadata.Name.ShouldBe("data");
        node.VolumeMounts.Select(mount => mount.Name).ShouldBe(["data", "config"]);
        node.Args.ShouldContain($"--data={node.VolumeMounts.Single(mount => mount.Name == "data").MountPath}");
        node.Args.Where(argument => argument.StartsWith("--seed=", StringComparison.Ordinal)).ShouldBe(
            Enumerable.Range(0, set.Spec.Replicas!.Value).Select(pod => $"--seed={PodCluster.NameOf(pod)}.{set.Spec.ServiceName}:4053"));
        node.Resources.Requests["memory"].ToDecimal().ShouldBe(node.Resources.Limits["memory"].ToDecimal(), "what it may have it will use");
        // The hook, what a node gives requests under way (10 s), and what its last flush takes.
        Manifests.Pod.TerminationGracePeriodSeconds!.Value.ShouldBeGreaterThan(long.Parse(node.Lifecycle.PreStop.Exec.Command[1]) + 20);
        (Manifests.Pod.SecurityContext.RunAsNonRoot, node.SecurityContext.ReadOnlyRootFilesystem).ShouldBe((true, true));
        var role = Manifests.All.OfType<V1ClusterRole>().Single();
        (role.Rules.Single().Resources.Single(), role.Rules.Single().Verbs.Single()).ShouldBe(("nodes", "get"));
        Manifests.All.OfType<V1ClusterRoleBinding>().Single().RoleRef.Name.ShouldBe(role.Metadata.Name);
        Manifests.Pod.ServiceAccountName.ShouldBe(Manifests.All.OfType<V1ServiceAccount>().Single().Metadata.Name);

        bool Selects(IDictionary<string, string> selector) =>
            selector.All(one => labels.TryGetValue(one.Key, out var value) && value == one.Value);
    }

    [NamespaceFact]
    public async Task A_pod_that_moves_costs_no_acknowledged_write()
    {
        await using var pods = new PodCluster();
        var all = Enumerable.Range(0, Manifests.Set.Spec.Replicas!.Value).ToArray();
        foreach (var pod in all) pods.Start(pod, _zones[pod]);
        foreach (var pod in all) await ReadyAsync(pods, pod);

        var cluster = JsonNode.Parse(await _client.GetStringAsync($"http://{pods.AddressOf(0)}:8081/cluster"))!["members"]!.AsArray();
        cluster.Select(member => (member!["http"]!.GetValue<string>(), member["zone"]!.GetValue<string>())).ShouldBe(
            all.Select(pod => ($"{PodCluster.NameOf(pod)}.{Manifests.Set.Spec.ServiceName}:8081", _zones[pod])), ignoreOrder: true);
        foreach (var pod in all)
        {
            pods.HasLogged(pod, $"may have {Manifests.MemoryLimit / 4 * 3 >> 20} MiB of memory").ShouldBeTrue(pods.LogOf(pod));
            pods.HasLogged(pod, "more than there is").ShouldBeFalse(pods.LogOf(pod));
            (await _client.GetAsync(pods.UrlOf(pod, Manifests.Node.LivenessProbe.HttpGet))).StatusCode.ShouldBe(HttpStatusCode.OK);
            (await _client.GetAsync(pods.UrlOf(pod, Manifests.Node.StartupProbe.HttpGet))).StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        using var stop = new CancellationTokenSource();
        var writers = Enumerable.Range(0, Writers).Select(writer => WriteAsync(pods, writer, stop.Token)).ToArray();

        // A rollout, or machines that are drained: one after another.
        foreach (var pod in all)
        {
            var before = pods.AddressOf(pod);
            _endpoints.TryRemove(pod, out _);
            (await pods.DeleteAsync(pod)).ShouldBe(0, pods.LogOf(pod));
            pods.Start(pod, _zones[pod]);
            pods.AddressOf(pod).ShouldNotBe(before);
            await ReadyAsync(pods, pod);
        }

        // A machine dies; what there is instead has no label.
        await pods.KillAsync(1);
        _endpoints.TryRemove(1, out _);
        await WritesGoOnAsync();
        pods.Start(1, zone: null);
        await ReadyAsync(pods, 1);
        await WritesGoOnAsync();
        await stop.CancelAsync();
        await Task.WhenAll(writers);

        _acknowledged.Count.ShouldBeGreaterThan(Writers * 10);
        foreach (var pod in all)
            foreach (var (key, value) in _acknowledged)
                (await ReadAsync($"http://{pods.AddressOf(pod)}:8081/kv/{key}")).ShouldBe(value, $"{key} at {PodCluster.NameOf(pod)}");
    }

    /// <summary>What is there; that a node has too much to do is no answer.</summary>
    private async Task<string> ReadAsync(string url)
    {
        var read = "";
        await RunningCluster.UntilAsync(async () =>
        {
            using var answer = await _client.GetAsync(url);
            read = await answer.Content.ReadAsStringAsync();
            return (int)answer.StatusCode < 500;
        }, () => $"{url}: {read}");
        return read;
    }

    /// <summary>Only then the service sends it requests.</summary>
    private async Task ReadyAsync(PodCluster pods, int pod)
    {
        await RunningCluster.UntilAsync(async () =>
        {
            using var answer = await _client.GetAsync(pods.UrlOf(pod, Manifests.Node.ReadinessProbe.HttpGet));
            return answer.StatusCode == HttpStatusCode.OK;
        }, () => $"{PodCluster.NameOf(pod)} is not ready.\n{pods.LogOf(pod)}");
        _endpoints[pod] = true;
    }

    private Task WritesGoOnAsync()
    {
        var before = _acknowledged.Count;
        return RunningCluster.UntilAsync(() => Task.FromResult(_acknowledged.Count > before + Writers),
            () => $"Nothing is acknowledged any more, after {before} writes.");
    }

    private async Task WriteAsync(PodCluster pods, int writer, CancellationToken stop)
    {
        for (var number = 0; !stop.IsCancellationRequested; number++)
        {
            int[] ready = [.. _endpoints.Keys];
            var (key, value) = ($"w{writer}-{number}", $"{writer}/{number}");
            try
            {
                var node = pods.AddressOf(ready[Random.Shared.Next(ready.Length)]);
                using var answer = await _client.PutAsync(
                    $"http://{node}:8081/kv/{key}", new StringContent(value), CancellationToken.None);
                if (answer.StatusCode == HttpStatusCode.Created) _acknowledged[key] = value;
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                // Not acknowledged: its node was gone.
            }

            await Task.Delay(20, CancellationToken.None);
        }
    }
}
