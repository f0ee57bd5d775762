using System.Globalization;
using Akka.Configuration;
using DynamoActors.Links;
using DynamoActors.Node.Hosting;

namespace DynamoActors.Server.Startup;

/// <summary>
/// A node's settings, the first that names a key deciding: <c>--set</c>, the other options of the command line, the file and what it
/// includes.
/// </summary>
internal static class NodeConfiguration
{
    public const string ActorSystemName = "dynamo";

    /// <summary>What <c>--advertise</c> sets.</summary>
    private static readonly string[] PublicHosts =
        ["dynamo.http.public-host", "dynamo.links.public-host", "akka.remote.dot-netty.tcp.public-hostname"];

    /// <summary>Files of configuration lie beside the program.</summary>
    public static string DefaultFile(string name) => Path.Combine(AppContext.BaseDirectory, "hocon", name);

    /// <exception cref="StartFailure">The file cannot be read, or something is no HOCON: the message names file or option.</exception>
    public static LayeredConfiguration Read(NodeLaunch launch)
    {
        var configuration = ConfigurationFiles.Read(launch.ConfigFile).Under(LayeredConfiguration.Of(OfCommandLine(launch)));
        // The last of several counts.
        foreach (var setting in launch.Settings) configuration = configuration.Under(LayeredConfiguration.Of(ReadSetting(setting)));
        return configuration;
    }

    private static ConfigurationText ReadSetting(string setting)
    {
        if (!setting.Contains('=')) throw new StartFailure($"--set {setting}: give it as key=value.");
        try
        {
            return ConfigurationText.Parse(ConfigurationText.SetOption, setting);
        }
        catch (ConfigurationException e)
        {
            throw new StartFailure($"--set {setting} is no HOCON: {e.Message}");
        }
    }

    /// <summary>Only what was said there: a default of the command line would hide the file's.</summary>
    private static ConfigurationText OfCommandLine(NodeLaunch launch)
    {
        List<string> lines =
        [
            $"dynamo.name = {Quoted(launch.Name)}",
            $"dynamo.store.directory = {Quoted(StoreSettings.DirectoryIn(launch.DataDirectory))}",
        ];
        if (launch.Http is { } http) lines.Add(Address("dynamo.http", "host", http));
        if (launch.Resp is { } resp) lines.AddRange([Address("dynamo.resp", "host", resp), "dynamo.resp.enabled = on"]);
        if (launch.Remote is { } remote) lines.Add(Address("akka.remote.dot-netty.tcp", "hostname", remote));
        if (launch.Links is { } links) lines.Add(Address("dynamo.links", "host", links));
        if (launch.Advertise is { } host) lines.AddRange(PublicHosts.Select(key => $"{key} = {Quoted(host)}"));
        if (launch.Seeds.Count > 0)
        {
            var seeds = launch.Seeds.Select(seed => Quoted($"akka.tcp://{ActorSystemName}@{seed}"));
            lines.Add($"akka.cluster.seed-nodes = [{string.Join(", ", seeds)}]");
        }

        return ConfigurationText.Parse(ConfigurationText.CommandLine, string.Join('\n', lines));
    }

    private static string Address(string section, string hostKey, HostPort address) =>
        string.Create(CultureInfo.InvariantCulture, $"{section} {{ {hostKey} = {Quoted(address.Host)}, port = {address.Port} }}");

    private static string Quoted(string text) => $"\"{text.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"";
}
