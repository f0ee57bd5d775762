using System.Reflection;
using Akka.Configuration.Hocon;

namespace Akka.Configuration;

/// <summary>Reads configuration texts. Substitutions are resolved within one text and what it includes, then in the environment.</summary>
public class ConfigurationFactory
{
    private static readonly Lazy<Config> Reference = new(ReadReference);

    public static Config Empty => Config.Empty;

    /// <exception cref="ConfigurationException">The text is no HOCON; the message names line and column.</exception>
    public static Config ParseString(string hocon) => Read(new HoconSource("string", hocon), NoIncludes);

    /// <summary>Reads <paramref name="hocon"/>; <paramref name="includeCallback"/> gives what each include names, or null where that does not exist.</summary>
    public static Config ParseString(string hocon, Func<string, HoconRoot> includeCallback) =>
        Read(new HoconSource("string", hocon), request => Included(request, includeCallback(request.File)));

    /// <summary>Every setting the engine reads, with its default.</summary>
    public static Config Default() => Reference.Value;

    public static Config FromResource(string resourceName, Assembly assembly)
    {
        using var stream = assembly.GetManifestResourceStream(resourceName)
            ?? throw new ConfigurationException($"the assembly {assembly.GetName().Name} has no resource {resourceName}; it has "
                + string.Join(", ", assembly.GetManifestResourceNames()));
        using var reader = new StreamReader(stream);
        return Read(new HoconSource(resourceName, reader.ReadToEnd()), NoIncludes);
    }

    internal static Config Read(HoconSource source, IncludeReader include)
    {
        var root = HoconParser.Parse(source, include, includedAt: []);
        return new Config(new HoconRoot(new SubstitutionResolver(root, Environment.GetEnvironmentVariable).Resolve()));
    }

    private static Config ReadReference()
    {
        // Each part of the engine brings its own reference.conf beside its sources.
        var assembly = typeof(ConfigurationFactory).Assembly;
        return assembly.GetManifestResourceNames()
            .Where(name => name.EndsWith("reference.conf", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Aggregate(Empty, (config, name) => config.WithFallback(FromResource(name, assembly)));
    }

    private static ObjectSyntax NoIncludes(IncludeRequest request) =>
        throw request.Origin.Error($"cannot include \"{request.File}\": this text was not read from a file, so there is nothing to look in");

    internal static ObjectSyntax Included(IncludeRequest request, HoconRoot? root)
    {
        if (root is not null) return (ObjectSyntax)ResolvedSyntax.Of(root.Value);
        if (request.Required) throw request.Origin.Error($"cannot include \"{request.File}\": it does not exist");
        return new ObjectSyntax(request.Origin);
    }
}
