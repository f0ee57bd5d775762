using Akka.Configuration;
using DynamoActors.Http;
using DynamoActors.Node.Hosting;
using DynamoActors.Node.Settings;
using DynamoActors.Resp;
using DynamoActors.Server.Security;

namespace DynamoActors.Server.Startup;

/// <summary>The whole configuration, found sound before anything is opened or changed.</summary>
internal sealed record CheckedConfiguration(
    Config Config, AkkaSettings Akka, HttpFrontEndOptions Http, RespOptions Resp, StoreSettings Stores, NodeSettings Node,
    Uri? Collector, double TraceSample, bool LogsJson, SecuritySettings Security)
{
    public LinkSettings Links => Node.Links;

    /// <summary>Of the ring and the buckets' settings, beside the store.</summary>
    public string JournalDirectory => Path.Combine(Path.GetDirectoryName(Node.StoreDirectory)!, "journal");

    /// <exception cref="StartFailure">Something in it cannot be used; the message says what and, where it is known, in which text it is
    /// set.</exception>
    public static CheckedConfiguration Of(LayeredConfiguration given) => Of(given, MemoryReport.AvailableBytes, OpenFiles.Limit);

    /// <param name="memoryBytes">What this process may have.</param>
    /// <param name="filesMax">How many it may have open; null: nobody says.</param>
    public static CheckedConfiguration Of(LayeredConfiguration given, long memoryBytes, int? filesMax)
    {
        KnownKeys.Require(given, ConfigurationFiles.Read(NodeConfiguration.DefaultFile("reference.conf")).Config);
        Read(given);
        AkkaValues.Require(given);
        return Read(OpenFiles.Fit(ConnectionShares.Fit(MemoryShares.Fit(given, memoryBytes), memoryBytes), filesMax));
    }

    private static CheckedConfiguration Read(LayeredConfiguration layers)
    {
        var config = layers.Config;
        try
        {
            var akka = AkkaSettings.From(config);
            var security = SecuritySettings.From(config);
            var http = HttpSettings.From(config) with { Access = security.Control, Tls = security.Clients };
            var node = NodeSettings.From(config);
            // Akka's addresses say how they are spoken to.
            if (security.Peers is not null)
                node = node with { Seeds = [.. node.Seeds.Select(seed => seed.Replace("akka.tcp://", "akka.ssl.tcp://"))] };
            return new CheckedConfiguration(
                config,
                akka,
                http,
                RespSettings.From(config, http),
                StoreSettings.From(config),
                node with { HttpAddress = HttpSettings.PublicAddress(config) },
                Telemetry.CollectorIn(config),
                Telemetry.SampleIn(config),
                ConsoleLog.IsJson(config),
                security);
        }
        catch (SettingException e)
        {
            throw new StartFailure($"The configuration cannot be used: {e.Message}{layers.WhereSet(e.Key)}");
        }
    }
}
