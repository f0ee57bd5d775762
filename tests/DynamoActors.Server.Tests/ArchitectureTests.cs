using System.Xml.Linq;

namespace DynamoActors.Server.Tests;

/// <summary>Which project may use which, held against the project files themselves.</summary>
public sealed class ArchitectureTests
{
    /// <summary>Every project under src, and all that it may name. What those use in turn it may use too.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["DynamoActors.Core"] = [],
        ["DynamoActors.Storage"] = ["DynamoActors.Core"],
        ["DynamoActors.Links"] = [],
        ["DynamoActors.Node"] = ["DynamoActors.Core", "DynamoActors.Storage", "DynamoActors.Links"],
        ["DynamoActors.Http"] = ["DynamoActors.Node"],
        ["DynamoActors.Resp"] = ["DynamoActors.Http"],
        ["DynamoActors.Embedded"] = ["DynamoActors.Node", "DynamoActors.Client"],
        ["DynamoActors.Testing"] = ["DynamoActors.Embedded"],
        ["DynamoActors.Server"] =
        [
            "DynamoActors.Core", "DynamoActors.Storage", "DynamoActors.Links", "DynamoActors.Node", "DynamoActors.Http",
            "DynamoActors.Resp", "DynamoActors.Embedded",
        ],
        ["DynamoActors.Client"] = ["DynamoActors.Core"],
        ["DynamoActors.Client.AspNetCore"] = ["DynamoActors.Client"],
        ["DynamoActors.Pbm"] = ["DynamoActors.Storage"],
    };

    public static TheoryData<string> Projects() => [.. Directory.GetFiles(Sources, "*.csproj", SearchOption.AllDirectories).Select(NameOf)];

    private static string Sources => Path.Combine(RepositoryRoot.Path, "src");

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_references_only_what_lies_below_it(string project)
    {
        Allowed.ShouldContainKey(project, "a project that the architecture does not name");
        ReferencesOf(ProjectFile(project)).Except(Allowed[project]).ShouldBeEmpty($"{project} must not reference these");
    }

    [Fact]
    public void The_reader_of_project_files_sees_references_also_through_imports()
    {
        ReferencesOf(ProjectFile("DynamoActors.Http")).ShouldBe(["DynamoActors.Node"]);
    }

    private static string ProjectFile(string project) => Path.Combine(Sources, project, project + ".csproj");

    private static List<string> ReferencesOf(string file)
    {
        var document = XDocument.Load(file);
        var directory = Path.GetDirectoryName(file)!;
        var references = document.Descendants("ProjectReference").Select(
            reference => NameOf(reference.Attribute("Include")!.Value)).ToList();
        foreach (var import in document.Descendants("Import"))
            references.AddRange(ReferencesOf(Path.GetFullPath(Path.Combine(directory, import.Attribute("Project")!.Value))));
        return references;
    }

    private static string NameOf(string path) => Path.GetFileNameWithoutExtension(path.Replace('\\', '/'));
}
