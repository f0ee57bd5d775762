namespace DynamoActors.Benchmarks;

internal static class RemoteBenchmarks
{
    public static int Run(string[] args) => throw new NotImplementedException();
}
