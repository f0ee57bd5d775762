using k8s;
using k8s.Models;

namespace DynamoActors.MultiNode.Tests.Kubernetes;

/// <summary>What <c>docker/kubernetes</c> has Kubernetes make, read by its own models: a field that it does not know is an error.</summary>
internal static class Manifests
{
    private static readonly string _file = Path.GetFullPath(Path.Combine(Prometheus.Observe, "..", "kubernetes", "dynamo.yaml"));

    public static IReadOnlyList<object> All { get; } = KubernetesYaml.LoadAllFromString(File.ReadAllText(_file), null, strict: true);

    public static V1StatefulSet Set => All.OfType<V1StatefulSet>().Single();

    public static V1PodSpec Pod => Set.Spec.Template.Spec;

    public static V1Container Node => Pod.Containers.Single();

    public static V1Container ZoneStep => Pod.InitContainers.Single();

    /// <summary>Bytes; Kubernetes ends a container that takes more.</summary>
    public static long MemoryLimit => (long)Node.Resources.Limits["memory"].ToDecimal();
}
