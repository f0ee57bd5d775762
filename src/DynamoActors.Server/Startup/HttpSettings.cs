using Akka.Configuration;
using DynamoActors.Http;
using DynamoActors.Links;
using DynamoActors.Node.Settings;

namespace DynamoActors.Server.Startup;

/// <summary>The section <c>dynamo.http</c> of the configuration.</summary>
internal static class HttpSettings
{
    /// <summary>What storage and messages are made for.</summary>
    private const long KeyBytesLimit = 1024;

    /// <summary>What a message between nodes needs beside a value: key, context, names. Versions side by side need more.</summary>
    private const long FrameRoom = 64 * 1024;

    private const string ValueBytesMax = "dynamo.http.value-bytes-max";

    /// <exception cref="SettingException">A value makes no sense; the message names its key.</exception>
    public static HttpFrontEndOptions From(Config config) => new()
    {
        Host = Setting.Text(config, "dynamo.http.host"),
        Port = Setting.Number(config, "dynamo.http.port", 0, 65535),
        ValueBytesMax = ReadValueBytesMax(config),
        ConnectionsMax = Setting.Number(config, "dynamo.http.connections-max", 1),
        BodiesBytesMax = Setting.Size(config, "dynamo.http.bodies-bytes-max", 1),
        AnswersBytesMax = Setting.Size(config, "dynamo.http.answers-bytes-max", 1),
        RequestTimeout = Setting.Time(config, "dynamo.request-timeout", least: TimeSpan.FromMilliseconds(10)),
        KeyBytesMax = (int)Setting.Size(config, "dynamo.http.key-bytes-max", 1, KeyBytesLimit),
    };

    /// <summary>A value goes to a replica in one message: a larger one could be put, and would never get there.</summary>
    private static int ReadValueBytesMax(Config config)
    {
        var valueBytes = Setting.Size(config, "dynamo.http.value-bytes-max", 1);
        var frameBytes = LinkSettings.From(config).FrameBytesMax;
        if (valueBytes <= frameBytes - FrameRoom) return (int)valueBytes;
        throw new SettingException(ValueBytesMax,
            $"{ValueBytesMax} is {valueBytes} bytes, and a message to a replica (dynamo.links.frame-bytes-max) at most "
            + $"{frameBytes}: "
            + $"the value must be at least {FrameRoom} bytes smaller. Lower {ValueBytesMax}, or raise frame-bytes-max "
            + "on all nodes, to 1 GiB at most.");
    }

    /// <summary>What other nodes and <c>/cluster</c> show as this node's HTTP address.</summary>
    public static string PublicAddress(Config config)
    {
        var host = config.GetString("dynamo.http.public-host") is { Length: > 0 } publicHost ? publicHost
            : config.GetString("dynamo.http.host");
        return HostPort.Of(host, config.GetInt("dynamo.http.port")).ToString();
    }
}
