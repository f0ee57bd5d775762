namespace DynamoActors.Benchmarks;

internal static class StorageBenchmarks
{
    public static int Run(string[] args) => throw new NotImplementedException();
}
