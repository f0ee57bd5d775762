using Akka.Configuration;
using Akka.Configuration.Hocon;
#if !AKKA_PACKAGES
using Akka.Embedded.Configuration;
#endif

namespace DynamoActors.Server.Startup;

/// <summary>A configuration text under a name, so that errors tell where it came from. Akka.NET's own packages keep no names and no places.</summary>
internal static class HoconText
{
    public static Config Parse(string name, string text, Func<string, HoconRoot?> include) =>
#if AKKA_PACKAGES
        ConfigurationFactory.ParseString(text, included => include(included)!);
#else
        ConfigFile.Parse(name, text, include);
#endif

    /// <summary>A text that is in no file, and cannot include one.</summary>
    public static Config Parse(string name, string text) =>
        Parse(name, text, included => throw new ConfigurationException($"\"{included}\" cannot be included here, only in a file (--config)"));

    /// <summary>Name, line and column, in brackets and with a blank before; empty where they are not known.</summary>
    public static string PlaceOf(Config config, string key) =>
#if AKKA_PACKAGES
        "";
#else
        ConfigFile.PlaceOf(config, key) is { } place ? $" ({place})" : "";
#endif
}
