namespace DynamoActors.MultiNode.Tests.Clusters.InProcess;
internal static class InProcessCluster { public static Task<IClusterUnderTest> StartAsync() => throw new NotSupportedException(); }
