using Akka.Configuration;
using DynamoActors.Core.Bytes;
using DynamoActors.Links;

namespace DynamoActors.Node.Settings;

/// <summary>The section <c>dynamo.links</c> of the configuration; hocon/reference.conf explains every key.</summary>
public sealed record LinkSettings
{
    private const int FrameBytesLimit = 1 << 30;

    /// <summary>Where this node takes the other nodes' connections; port 0: any free one.</summary>
    public required HostPort Listen { get; init; }

    /// <summary>The host under which the other nodes reach it; without brackets.</summary>
    public required string PublicHost { get; init; }

    /// <summary>The largest frame; one that says it is larger is refused before memory is taken for it.</summary>
    public required int FrameBytesMax { get; init; }

    /// <summary>A frame larger than this goes over the connection for bulk.</summary>
    public required int BulkFrameBytes { get; init; }

    /// <summary>Frames that may wait for one peer on the connection for requests, in bytes.</summary>
    public required long RequestsBytesMax { get; init; }

    /// <summary>Likewise on the connection for bulk.</summary>
    public required long BulkBytesMax { get; init; }

    /// <summary>A peer from which nothing came for so long is out of reach, and its connections are closed.</summary>
    public required TimeSpan SilenceMax { get; init; }

    /// <summary>Where nothing else is to be sent, a ping is, after so long.</summary>
    public required TimeSpan PingInterval { get; init; }

    /// <exception cref="SettingException">A key is missing or its value makes no sense; the message names it.</exception>
    public static LinkSettings From(Config config)
    {
        var settings = Read(config);
        RequireOrder(config, "dynamo.links.bulk-frame-bytes", settings.BulkFrameBytes, "dynamo.links.frame-bytes-max",
            settings.FrameBytesMax);
        RequireOrder(config, "dynamo.links.bulk-frame-bytes", settings.BulkFrameBytes, "dynamo.links.requests-bytes-max",
            settings.RequestsBytesMax);
        if (settings.PingInterval * 2 > settings.SilenceMax)
            throw new SettingException("dynamo.links.ping-interval",
                $"dynamo.links.ping-interval is '{config.GetString("dynamo.links.ping-interval")}'; it must be at most half of "
                    + $"dynamo.links.silence-max, "
                + $"which is '{config.GetString("dynamo.links.silence-max")}': else one late ping breaks a link.");
        return settings;
    }

    private static LinkSettings Read(Config config)
    {
        var listen = HostPort.Of(Setting.Text(config, "dynamo.links.host"), Setting.Number(config, "dynamo.links.port", 0, 65535));
        return new LinkSettings
        {
            Listen = listen,
            PublicHost = PublicHostOf(config, listen.Host),
            FrameBytesMax = (int)Setting.Size(config, "dynamo.links.frame-bytes-max", 64 * 1024, FrameBytesLimit),
            BulkFrameBytes = (int)Setting.Size(config, "dynamo.links.bulk-frame-bytes", 1024, FrameBytesLimit),
            RequestsBytesMax = Setting.Size(config, "dynamo.links.requests-bytes-max", 1),
            BulkBytesMax = Setting.Size(config, "dynamo.links.bulk-bytes-max", 1),
            SilenceMax = Setting.Time(config, "dynamo.links.silence-max", TimeSpan.FromMinutes(10)),
            PingInterval = Setting.Time(config, "dynamo.links.ping-interval", TimeSpan.FromMinutes(5)),
        };
    }

    private static string PublicHostOf(Config config, string host)
    {
        var given = config.GetString("dynamo.links.public-host");
        var publicAddress = HostPort.Of(string.IsNullOrEmpty(given) ? host : given, 0);
        if (!publicAddress.IsEveryInterface) return publicAddress.Host;
        throw new SettingException("dynamo.links.host",
            $"this node listens for the others on {host} (dynamo.links.host, --links): then dynamo.links.public-host is needed, under "
                + $"which they reach it. "
            + "Give --advertise HOST.");
    }

    private static void RequireOrder(Config config, string smallerKey, long smaller, string largerKey, long larger)
    {
        if (smaller > larger)
            throw new SettingException(smallerKey,
                $"{smallerKey} is '{config.GetString(smallerKey)}'; it must be at most {largerKey}, which is "
                    + $"'{config.GetString(largerKey)}'.");
    }

    /// <summary>Where others reach links that listen on that port.</summary>
    internal HostPort AddressAt(int port) => new(PublicHost, port);

    internal LinkOptions Options(int kindsMax, Func<ushort, bool> isTransient) => new()
    {
        Host = Listen.Host,
        Port = Listen.Port,
        FrameBytesMax = FrameBytesMax,
        BulkFrameBytes = BulkFrameBytes,
        RequestBytesMax = RequestsBytesMax,
        BulkBytesMax = BulkBytesMax,
        SilenceMax = SilenceMax,
        PingInterval = PingInterval,
        KindsMax = kindsMax,
        IsTransient = isTransient,
        Allocate = LargeArrays.TryAllocate,
    };
}
