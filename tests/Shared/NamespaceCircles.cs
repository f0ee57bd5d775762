using System.Text.RegularExpressions;

namespace DynamoActors.Tests.Shared;

/// <summary>
/// The arrows between the namespaces of one project, read from its sources, and the circles among them. A file points to what it has a
/// <c>using</c> for, and to every namespace of the project whose types it names without one (those around its own, or qualified).
/// </summary>
/// <remarks>Sources rather than the compiled assembly: a constant of another namespace leaves no trace in compiled code.</remarks>
internal sealed partial class NamespaceCircles
{
    private readonly Dictionary<string, List<string>> _typesOf = [];
    private readonly SortedDictionary<(string From, string To), SortedSet<string>> _arrows = [];

    private NamespaceCircles(string directory)
    {
        var sources = Directory.EnumerateFiles(directory, "*.cs", SearchOption.AllDirectories)
            .Where(path => !Ignored().IsMatch(path[directory.Length..]))
            .Select(path => new Source(Path.GetRelativePath(directory, path), File.ReadAllText(path)))
            .ToList();
        foreach (var source in sources)
        {
            if (!_typesOf.TryGetValue(source.Namespace, out var types))
                _typesOf.Add(source.Namespace, types = []);
            types.AddRange(source.DeclaredTypes());
        }
        foreach (var source in sources)
            AddArrows(source);
    }

    /// <summary>Every circle of the project's namespaces, each with the files that make it; empty where there is none.</summary>
    /// <param name="project">The project's folder, from the repository's root: <c>src/DynamoActors.Storage</c>.</param>
    public static IReadOnlyList<string> In(string project) =>
        [.. new NamespaceCircles(Path.Combine(RepositoryRoot(), project)).Circles()];

    public static string RepositoryRoot()
    {
        var at = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(at, "DynamoActors.sln")))
            at = Path.GetDirectoryName(at) ?? throw new InvalidOperationException("These tests run within the repository.");
        return at;
    }

    private void AddArrows(Source source)
    {
        var words = source.Words();
        foreach (var (other, types) in _typesOf)
        {
            if (other == source.Namespace || !IsUsed(source, words, other, types))
                continue;
            var arrow = (source.Namespace, other);
            if (!_arrows.TryGetValue(arrow, out var files))
                _arrows.Add(arrow, files = []);
            files.Add(source.Path);
        }
    }

    private static bool IsUsed(Source source, HashSet<string> words, string other, List<string> types)
    {
        if (source.Text.Contains($"using {other};", StringComparison.Ordinal))
            return true;
        if (source.Namespace.StartsWith(other + ".", StringComparison.Ordinal) && types.Exists(words.Contains))
            return true;
        var last = other[(other.LastIndexOf('.') + 1)..];
        return types.Exists(type => words.Contains($"{last}.{type}"));
    }

    private IEnumerable<string> Circles()
    {
        var reachable = _typesOf.Keys.ToDictionary(name => name, Reachable);
        var reported = new HashSet<string>();
        foreach (var name in _typesOf.Keys.Order(StringComparer.Ordinal))
        {
            var circle = reachable[name].Where(other => reachable[other].Contains(name)).ToHashSet();
            if (!circle.Contains(name) || !reported.Add(string.Join(' ', circle.Order(StringComparer.Ordinal))))
                continue;
            var arrows = _arrows.Where(arrow => circle.Contains(arrow.Key.From) && circle.Contains(arrow.Key.To))
                .Select(arrow => $"  {arrow.Key.From} -> {arrow.Key.To}: {string.Join(", ", arrow.Value)}");
            yield return $"a circle of {circle.Count} namespaces:\n{string.Join('\n', arrows)}";
        }
    }

    private HashSet<string> Reachable(string from)
    {
        var found = new HashSet<string>();
        var left = new Stack<string>([from]);
        while (left.TryPop(out var name))
        {
            foreach (var arrow in _arrows.Keys)
            {
                if (arrow.From == name && found.Add(arrow.To))
                    left.Push(arrow.To);
            }
        }
        return found;
    }

    [GeneratedRegex(@"[\\/](obj|bin)[\\/]")]
    private static partial Regex Ignored();

    [GeneratedRegex(@"^namespace ([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(
        @"^(?:public|internal|file)[\w ]*? (?:class|record struct|record|struct|interface|enum|delegate [\w<>?]+) (\w+)",
        RegexOptions.Multiline)]
    private static partial Regex Declaration();

    // Comments and texts name what they like.
    [GeneratedRegex(@"//[^\n]*|""(?:\\.|[^""\\\n])*""")]
    private static partial Regex CommentOrText();

    [GeneratedRegex(@"(?<![\w.])([A-Z]\w*)(\.[A-Z]\w*)*")]
    private static partial Regex Name();

    private sealed record Source(string Path, string Text)
    {
        public string Namespace { get; } = NamespaceLine().Match(Text) is { Success: true } match ? match.Groups[1].Value : "";

        public IEnumerable<string> DeclaredTypes() => Declaration().Matches(Text).Select(match => match.Groups[1].Value);

        /// <summary>Each name, and of a qualified one each pair of neighbours: <c>Files.RealFile</c>.</summary>
        public HashSet<string> Words()
        {
            var words = new HashSet<string>();
            foreach (Match match in Name().Matches(CommentOrText().Replace(Text, "")))
            {
                var parts = match.Value.Split('.');
                words.Add(parts[0]);
                for (var i = 1; i < parts.Length; i++)
                    words.Add($"{parts[i - 1]}.{parts[i]}");
            }
            return words;
        }
    }
}
