namespace DynamoActors.Benchmarks;

internal static class EngineBenchmarks
{
    public static int Run(string[] args) => throw new NotImplementedException();
}
