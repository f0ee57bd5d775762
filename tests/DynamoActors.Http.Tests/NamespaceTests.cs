using System.Text.RegularExpressions;
using DynamoActors.Http.Targets;

namespace DynamoActors.Http.Tests;

/// <summary>The sources' namespaces use each other in one direction only.</summary>
public sealed partial class NamespaceTests
{
    [Fact]
    public void No_namespace_needs_one_that_needs_it()
    {
        var types = typeof(Routes).Assembly.GetTypes().Where(type => !type.IsNested && (type.Namespace ?? "")
            .StartsWith("DynamoActors.Http"))
            .ToLookup(type => type.Name.Split('`')[0], type => type.Namespace!);
        var uses = new Dictionary<string, HashSet<string>>();
        foreach (var file in Sources.Files())
        {
            var text = Comment().Replace(File.ReadAllText(file), "");
            var own = Declaration().Match(text).Groups[1].Value;
            var inSight = Using().Matches(text).Select(match => match.Groups[1].Value).Append(own).ToHashSet();
            var used = Identifier().Matches(text).Select(match => match.Value).Distinct().SelectMany(name => types[name])
                .Where(name => name != own && (inSight.Contains(name) || own.StartsWith(name + ".")));
            if (!uses.TryGetValue(own, out var all)) uses[own] = all = [];
            all.UnionWith(used);
        }

        uses.Count.ShouldBeGreaterThan(8);
        CircleIn(uses).ShouldBeNull();
        // The check sees one where there is one.
        uses["DynamoActors.Http.Answers"].Add("DynamoActors.Http");
        CircleIn(uses).ShouldNotBeNull();
    }

    [Fact]
    public void No_line_is_longer_than_140_columns() =>
        Sources.Files().SelectMany(file => File.ReadLines(file).Where(line => line.Length > 140).Select(line => $"{file}: {line.Trim()}"))
            .ShouldBeEmpty();

    /// <summary>Takes away whatever needs nothing that is left, until nothing is left or only circles and what needs them.</summary>
    private static string? CircleIn(Dictionary<string, HashSet<string>> uses)
    {
        var left = uses.Keys.ToHashSet();
        while (left.FirstOrDefault(name => !uses[name].Overlaps(left.Except([name]))) is { } free) left.Remove(free);
        return left.Count == 0
            ? null : string.Join("; ", left.Select(name => $"{name} needs {string.Join(", ", uses[name].Intersect(left))}"));
    }

    [GeneratedRegex("//[^\n]*|\"[^\"\n]*\"")]
    private static partial Regex Comment();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"^using ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Using();

    [GeneratedRegex(@"\b[A-Z]\w+")]
    private static partial Regex Identifier();
}
