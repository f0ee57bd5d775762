using Akka.Configuration;
using DynamoActors.Http;
using DynamoActors.Node.Settings;
using DynamoActors.Resp;

namespace DynamoActors.Server.Startup;

/// <summary>The section <c>dynamo.resp</c> of the configuration.</summary>
internal static class RespSettings
{
    private const int DatabasesLimit = 1024;

    /// <param name="http">Whose limits on keys and values count here too.</param>
    /// <exception cref="SettingException">A value makes no sense; the message names its key.</exception>
    public static RespOptions From(Config config, HttpFrontEndOptions http) => new()
    {
        IsEnabled = Setting.OneOf(config, "dynamo.resp.enabled", ["on", "off", "true", "false"]) is "on" or "true",
        Host = Setting.Text(config, "dynamo.resp.host"),
        Port = Setting.Number(config, "dynamo.resp.port", 0, 65535),
        Databases = Setting.Number(config, "dynamo.resp.databases", 1, DatabasesLimit),
        ValueBytesMax = http.ValueBytesMax,
        KeyBytesMax = http.KeyBytesMax,
    };
}
