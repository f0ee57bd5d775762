using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace Akka.Embedded.Configuration;

/// <summary>Reads a configuration file and the files it includes.</summary>
public static class ConfigFile
{
    private const int IncludeDepthMax = 50;

    /// <param name="path">The file. Files it includes are looked for beside the including file.</param>
    /// <param name="readFile">Gives a file's text, or null where there is no such file.</param>
    /// <exception cref="ConfigurationException">
    /// The file or one it requires does not exist, is no HOCON, or includes itself; the message names file, line and column.
    /// </exception>
    public static Config Load(string path, Func<string, string?> readFile)
    {
        var text = readFile(path) ?? throw new ConfigurationException($"the configuration file {path} does not exist: check the path");
        return ConfigurationFactory.Read(new HoconSource(path, text), Including(path, readFile, depth: 0));
    }

    /// <summary>Reads a configuration file from the file system.</summary>
    public static Config Load(string path) => Load(path, file => File.Exists(file) ? File.ReadAllText(file) : null);

    /// <summary>Reads a text whose includes the caller finds.</summary>
    /// <param name="name">What errors call the text: a file's path, or where else it came from.</param>
    /// <param name="include">Gives what each include names, or null where that does not exist.</param>
    /// <exception cref="ConfigurationException">The text is no HOCON; the message names text, line and column.</exception>
    public static Config Parse(string name, string text, Func<string, HoconRoot?> include) =>
        ConfigurationFactory.Read(new HoconSource(name, text), request => ConfigurationFactory.Included(request, include(request.File)));

    /// <summary>Text, line and column at which what is set under <paramref name="path"/> was read; null where nothing is.</summary>
    public static string? PlaceOf(Config config, string path) =>
        config.Root.Find(HoconPath.Split(path)) is { Origin.Source: not null } value ? value.Origin.ToString() : null;

    private static IncludeReader Including(string includer, Func<string, string?> readFile, int depth) => request =>
    {
        var path = Path.Combine(Path.GetDirectoryName(includer) ?? "", request.File);
        if (depth >= IncludeDepthMax)
            throw request.Origin.Error($"includes are nested more than {IncludeDepthMax} deep: {path} probably includes itself");
        var text = readFile(path);
        if (text is not null) return HoconParser.Parse(new HoconSource(path, text), Including(path, readFile, depth + 1), request.At);
        if (request.Required) throw request.Origin.Error($"cannot include \"{request.File}\": there is no file {path}");
        return new ObjectSyntax(request.Origin);
    };
}
