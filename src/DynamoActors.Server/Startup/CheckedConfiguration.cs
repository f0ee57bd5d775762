using Akka.Configuration;
using DynamoActors.Http;
using DynamoActors.Node;

namespace DynamoActors.Server.Startup;

/// <summary>The whole configuration, found sound before anything is opened or changed.</summary>
internal sealed record CheckedConfiguration(Config Config, AkkaSettings Akka, HttpFrontEndOptions Http, StoreSettings Stores, NodeSettings Node)
{
    /// <exception cref="StartFailure">Something in it cannot be used; the message says what and, where it is known, in which text it is set.</exception>
    public static CheckedConfiguration Of(Config config)
    {
        KnownKeys.Require(config, ConfigurationFiles.Read(NodeConfiguration.DefaultFile("reference.conf")));
        try
        {
            return new CheckedConfiguration(
                config,
                AkkaSettings.From(config),
                HttpSettings.From(config),
                StoreSettings.From(config),
                NodeSettings.From(config) with { HttpAddress = HttpSettings.PublicAddress(config) });
        }
        catch (SettingException e)
        {
            throw new StartFailure($"The configuration cannot be used: {e.Message}{HoconText.WhereSet(config, e.Key)}");
        }
    }
}
