using DynamoActors.Tests.Shared;

namespace DynamoActors.Storage.Tests;

public sealed class NamespaceTests
{
    [Fact]
    public void The_namespaces_form_no_circle() => NamespaceCircles.In("src/DynamoActors.Storage").ShouldBeEmpty();

    [Fact]
    public void A_circle_is_seen_and_told_with_its_files()
    {
        var project = Directory.CreateTempSubdirectory("circle-");
        try
        {
            Write("Up/Upper.cs", "using A.Down;\nnamespace A.Up;\npublic sealed class Upper;\n");
            Write("Down/Lower.cs", "namespace A.Down;\npublic sealed class Lower { object x = Up.Upper.Empty; }\n");
            NamespaceCircles.In(project.FullName).ShouldBe(
                ["a circle of 2 namespaces:\n  A.Down -> A.Up: Down/Lower.cs\n  A.Up -> A.Down: Up/Upper.cs"]);
        }
        finally
        {
            project.Delete(recursive: true);
        }

        void Write(string path, string text)
        {
            var file = Path.Combine(project.FullName, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text);
        }
    }
}
