namespace DynamoActors.Http.Tests;

/// <summary>The sources of the front end.</summary>
internal static class Sources
{
    public static IEnumerable<string> Files() => Directory.EnumerateFiles(Folder(), "*.cs", SearchOption.AllDirectories)
        .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}"));

    private static string Folder()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "DynamoActors.sln")))
            directory = directory.Parent ?? throw new InvalidOperationException("There is no DynamoActors.sln above the tests.");
        return Path.Combine(directory.FullName, "src", "DynamoActors.Http");
    }
}
