using Akka.Configuration;
using DynamoActors.Http;
using DynamoActors.Node;

namespace DynamoActors.Server.Startup;

/// <summary>The section <c>dynamo.http</c> of the configuration.</summary>
internal static class HttpSettings
{
    /// <summary>What storage and messages are made for.</summary>
    private const long KeyBytesLimit = 1024;

    private const long ValueBytesLimit = 1024 * 1024 * 1024;

    /// <exception cref="ConfigurationException">A value makes no sense; the message names its key.</exception>
    public static HttpFrontEndOptions From(Config config) => new()
    {
        Host = Setting.Text(config, "dynamo.http.host"),
        Port = Setting.Number(config, "dynamo.http.port", 0, 65535),
        ValueBytesMax = (int)Setting.Size(config, "dynamo.http.value-bytes-max", 1, ValueBytesLimit),
        BodiesBytesMax = Setting.Size(config, "dynamo.http.bodies-bytes-max", 1),
        KeyBytesMax = (int)Setting.Size(config, "dynamo.http.key-bytes-max", 1, KeyBytesLimit),
    };

    /// <summary>What other nodes and <c>/cluster</c> show as this node's HTTP address.</summary>
    public static string PublicAddress(Config config)
    {
        var host = config.GetString("dynamo.http.public-host") is { Length: > 0 } publicHost ? publicHost : config.GetString("dynamo.http.host");
        return $"{host}:{config.GetInt("dynamo.http.port")}";
    }
}
