using Akka.Configuration;
using Akka.Configuration.Hocon;
#if !AKKA_PACKAGES
using Akka.Embedded.Configuration;
#endif

namespace DynamoActors.Server.Startup;

/// <summary>A configuration text under a name, so that errors tell where it came from. Akka.NET's own packages keep no names and no places.</summary>
internal static class HoconText
{
    /// <summary>The name of a text that is the value of this option.</summary>
    public const string SetOption = "--set";

    /// <summary>The name of the text that the other options are turned into.</summary>
    public const string CommandLine = "the command line";

#if !AKKA_PACKAGES
    private static readonly string[] _noFiles = [SetOption, CommandLine];
#endif

    public static Config Parse(string name, string text, Func<string, HoconRoot?> include) =>
#if AKKA_PACKAGES
        ConfigurationFactory.ParseString(text, included => include(included)!);
#else
        ConfigFile.Parse(name, text, include);
#endif

    /// <summary>A text that is in no file, and cannot include one.</summary>
    public static Config Parse(string name, string text) =>
        Parse(name, text, included => throw new ConfigurationException($"\"{included}\" cannot be included here, only in a file (--config)"));

    /// <summary>A sentence with a blank before it, naming the file, line and column, or the option; empty where they are not known.</summary>
    public static string WhereSet(Config config, string key) =>
#if AKKA_PACKAGES
        "";
#else
        ConfigFile.PlaceOf(config, key) is not { } place ? ""
        : _noFiles.FirstOrDefault(name => place.StartsWith(name + ":", StringComparison.Ordinal)) is { } name ? $" It is set by {name}."
        : $" It is set at {place}.";
#endif
}
