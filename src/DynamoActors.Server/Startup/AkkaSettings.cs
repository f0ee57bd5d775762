using Akka.Configuration;
using DynamoActors.Links;
using DynamoActors.Node.Settings;
using DynamoActors.Server.Commands;
using Microsoft.Extensions.Logging;
using EngineLogLevel = Akka.Event.LogLevel;

namespace DynamoActors.Server.Startup;

/// <summary>
/// What hocon/reference.conf documents of the section <c>akka</c>. The engine reads it too, but while the node starts already; here a
/// mistake is found before anything is.
/// </summary>
internal sealed record AkkaSettings(LogLevel LogLevel, HostPort Remote, IReadOnlyList<HostPort> Seeds)
{
    private const string Tcp = "akka.remote.dot-netty.tcp.";
    private const string SeedNodes = "akka.cluster.seed-nodes";

    private static readonly string[] LevelNames = ["OFF", "ERROR", "WARNING", "INFO", "DEBUG"];

    /// <summary>The engine has no level for nothing at all: the log itself drops what is left.</summary>
    public EngineLogLevel EngineLogLevel => LogLevel switch
    {
        LogLevel.Debug => EngineLogLevel.DebugLevel,
        LogLevel.Information => EngineLogLevel.InfoLevel,
        LogLevel.Warning => EngineLogLevel.WarningLevel,
        _ => EngineLogLevel.ErrorLevel,
    };

    /// <exception cref="SettingException">A value makes no sense; the message names its key.</exception>
    public static AkkaSettings From(Config config)
    {
        Setting.Time(config, "akka.cluster.seed-node-timeout");
        Setting.Time(config, "akka.cluster.failure-detector.acceptable-heartbeat-pause");
        return new AkkaSettings(ReadLogLevel(config), ReadRemote(config), ReadSeeds(config));
    }

    private static LogLevel ReadLogLevel(Config config) =>
        Setting.OneOf(config, "akka.loglevel", LevelNames, StringComparer.OrdinalIgnoreCase).ToUpperInvariant() switch
        {
            "OFF" => LogLevel.None,
            "ERROR" => LogLevel.Error,
            "WARNING" => LogLevel.Warning,
            "INFO" => LogLevel.Information,
            _ => LogLevel.Debug,
        };

    private static HostPort ReadRemote(Config config)
    {
        var host = Setting.Text(config, Tcp + "hostname");
        var publicHost = config.GetString(Tcp + "public-hostname") is { Length: > 0 } given ? given : host;
        if (HostPort.Of(publicHost, 0).IsEveryInterface)
            throw new SettingException(Tcp + "hostname",
                $"this node listens for the others on {host} ({Tcp}hostname, --remote): then {Tcp}public-hostname is needed, under "
                + "which they reach it. Give --advertise HOST.");
        return HostPort.Of(host, Setting.Number(config, Tcp + "port", 0, 65535));
    }

    private static List<HostPort> ReadSeeds(Config config)
    {
        const string Prefix = $"akka.tcp://{NodeConfiguration.ActorSystemName}@";
        var seeds = new List<HostPort>();
        foreach (var text in Setting.Texts(config, SeedNodes))
        {
            if (!text.StartsWith(Prefix, StringComparison.Ordinal) || !HostPort.TryParse(text[Prefix.Length..], out var seed))
                throw new SettingException(SeedNodes, $"{SeedNodes} has '{text}'; each must be like {Prefix}host:port.");
            seeds.Add(seed);
        }

        return seeds;
    }
}
