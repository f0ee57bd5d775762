namespace DynamoActors.Server.Tests;

/// <summary>The sources that this test was built from.</summary>
internal static class RepositoryRoot
{
    public static string Path { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string directory) =>
        File.Exists(System.IO.Path.Combine(directory, "DynamoActors.sln"))
            ? directory
            : Find(Directory.GetParent(directory)?.FullName
                ?? throw new InvalidOperationException("There is no DynamoActors.sln above the tests."));
}
