using System.Globalization;
using Akka.Configuration;

namespace DynamoActors.Server.Startup;

/// <summary>
/// A node's settings, the first that names a key deciding: <c>--set</c>, the other options of the command line, the file and what it
/// includes.
/// </summary>
internal static class NodeConfiguration
{
    public const string ActorSystemName = "dynamo";

    /// <summary>Files of configuration lie beside the program.</summary>
    public static string DefaultFile(string name) => Path.Combine(AppContext.BaseDirectory, "hocon", name);

    /// <exception cref="StartFailure">The file cannot be read, or something is no HOCON: the message names file, line and column.</exception>
    public static Config Read(NodeLaunch launch)
    {
        var settings = Config.Empty;
        foreach (var setting in launch.Settings) settings = ReadSetting(setting).WithFallback(settings);
        return settings.WithFallback(OfCommandLine(launch)).WithFallback(ConfigurationFiles.Read(launch.ConfigFile));
    }

    private static Config ReadSetting(string setting)
    {
        if (!setting.Contains('=')) throw new StartFailure($"--set {setting}: give it as key=value.");
        try
        {
            return HoconText.Parse("--set", setting);
        }
        catch (ConfigurationException e)
        {
            throw new StartFailure($"--set {setting} is no HOCON: {e.Message}");
        }
    }

    private static Config OfCommandLine(NodeLaunch launch)
    {
        var publicHost = launch.Advertise ?? launch.Remote.Host;
        // The ring and the buckets' settings, event-sourced.
        var journal = Path.Combine(launch.DataDirectory, "journal");
        var seeds = string.Join(", ", launch.Seeds.Select(seed => Quoted($"akka.tcp://{ActorSystemName}@{seed}")));
        var hocon = string.Create(CultureInfo.InvariantCulture, $$"""
            dynamo.name = {{Quoted(launch.Name)}}
            dynamo.http { host = {{Quoted(launch.Http.Host)}}, port = {{launch.Http.Port}}, public-host = {{Quoted(launch.Advertise ?? launch.Http.Host)}} }
            dynamo.store.directory = {{Quoted(StoreSettings.DirectoryIn(launch.DataDirectory))}}
            akka.persistence.journal.plugin = "akka.persistence.journal.file"
            akka.persistence.journal.file.dir = {{Quoted(journal)}}
            akka.persistence.snapshot-store.plugin = "akka.persistence.snapshot-store.local"
            akka.persistence.snapshot-store.local.dir = {{Quoted(journal)}}
            akka.remote.dot-netty.tcp { hostname = {{Quoted(launch.Remote.Host)}}, port = {{launch.Remote.Port}}, public-hostname = {{Quoted(publicHost)}} }
            """);
        if (launch.Seeds.Count > 0) hocon += $"\nakka.cluster.seed-nodes = [{seeds}]";
        return ConfigurationFactory.ParseString(hocon);
    }

    private static string Quoted(string text) => $"\"{text.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"";
}
