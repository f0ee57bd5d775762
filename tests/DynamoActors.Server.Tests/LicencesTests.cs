using System.Xml.Linq;

namespace DynamoActors.Server.Tests;

public sealed class LicencesTests
{
    [Fact]
    public void Each_package_that_is_named_is_listed_with_its_version_and_licence()
    {
        var listed = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "LICENCES.md"));
        foreach (var package in XDocument.Load(Path.Combine(RepositoryRoot.Path, "Directory.Packages.props")).Descendants("PackageVersion"))
            listed.ShouldMatch($@"\| {package.Attribute("Include")!.Value} \| {package.Attribute("Version")!.Value} \| \S+");
    }
}
