using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace DynamoActors.Server.Startup;

/// <summary>Reads a configuration file and what it includes: beside the including file, or else beside the program.</summary>
internal sealed class ConfigurationFiles
{
    private const int DepthMax = 50;

    private static readonly HoconRoot Nothing = new(ConfigurationFactory.ParseString("{}").Root);

    /// <summary>Each is read once, however often it is included.</summary>
    private readonly Dictionary<string, Config> _read = [];

    /// <summary>The file that is being read, and before it those that include it.</summary>
    private readonly List<string> _chain = [];

    /// <summary>A file stands behind those that it includes, and of these the later one, which decides, behind the earlier.</summary>
    private readonly List<ConfigurationText> _texts = [];

    private ConfigurationFiles()
    {
    }

    /// <exception cref="StartFailure">One of the files cannot be read, is no HOCON, or includes itself.</exception>
    public static LayeredConfiguration Read(string path)
    {
        var files = new ConfigurationFiles();
        var config = files.ReadFile(Path.GetFullPath(path));
        return new LayeredConfiguration(config, [.. Enumerable.Reverse(files._texts)]);
    }

    private Config ReadFile(string path)
    {
        if (_read.TryGetValue(path, out var known)) return known;
        RequireNewLink(path);
        _chain.Add(path);
        try
        {
            var text = File.ReadAllText(path);
            var own = ConfigurationText.ParseHocon(text, _ => Nothing);
            _read[path] = ConfigurationText.ParseHocon(text, included => ReadIncluded(path, included));
            _texts.Add(new ConfigurationText(path, own));
            return _read[path];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartFailure($"The configuration file {NameLast()} cannot be read: "
                + (Directory.Exists(path) ? "it is a directory." : e.Message));
        }
        catch (ConfigurationException e)
        {
            throw new StartFailure($"The configuration file {NameLast()} is no HOCON: {e.Message}");
        }
        finally
        {
            _chain.RemoveAt(_chain.Count - 1);
        }
    }

    private HoconRoot ReadIncluded(string includingFile, string included)
    {
        var beside = Path.GetFullPath(included, Path.GetDirectoryName(includingFile)!);
        var path = File.Exists(beside) ? beside : NodeConfiguration.DefaultFile(included);
        if (!File.Exists(path)) throw new StartFailure($"{includingFile} includes \"{included}\": there is no file {beside}.");
        return new HoconRoot(ReadFile(path).Root);
    }

    private void RequireNewLink(string path)
    {
        if (_chain.Contains(path))
            throw new StartFailure($"A configuration file includes itself: {Chain(path)}. Take one of these includes out.");
        if (_chain.Count == DepthMax)
            throw new StartFailure(
                $"Configuration files are included more than {DepthMax} deep: {Chain(path)}. Take one of these includes out.");
    }

    private string Chain(string path) => string.Join(" includes ", _chain.Append(path));

    private string NameLast() => _chain.Count == 1 ? $"{_chain[0]} (--config)" : $"{_chain[^1]}, included by {_chain[^2]},";
}
