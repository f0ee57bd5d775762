using System.Text.Json;
using System.Xml.Linq;

namespace DynamoActors.Server.Tests;

public sealed class LicencesTests
{
    private static readonly string _listed = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "LICENCES.md"));

    /// <summary>Also those that come with others: whatever the lock files of all projects have.</summary>
    [Fact]
    public void Each_package_that_is_used_is_listed_with_its_version_and_licence()
    {
        var used = Directory.GetFiles(RepositoryRoot.Path, "packages.lock.json", SearchOption.AllDirectories)
            .SelectMany(PackagesIn).Distinct().Order().ToArray();
        used.Length.ShouldBeGreaterThan(100);
        foreach (var (name, version) in used) _listed.ShouldMatch($@"\| {name} \| {version} \| \S+");
    }

    [Fact]
    public void Each_package_that_is_named_is_listed_although_only_a_spec_uses_it()
    {
        foreach (var package in XDocument.Load(Path.Combine(RepositoryRoot.Path, "Directory.Packages.props")).Descendants("PackageVersion"))
            _listed.ShouldMatch($@"\| {package.Attribute("Include")!.Value} \| {package.Attribute("Version")!.Value} \| \S+");
    }

    private static IEnumerable<(string Name, string Version)> PackagesIn(string lockFile)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(lockFile));
        foreach (var framework in json.RootElement.GetProperty("dependencies").EnumerateObject())
            foreach (var package in framework.Value.EnumerateObject())
                if (package.Value.TryGetProperty("resolved", out var version)) yield return (package.Name, version.GetString()!);
    }
}
