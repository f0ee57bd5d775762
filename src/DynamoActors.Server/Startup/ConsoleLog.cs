using Akka.Configuration;
using DynamoActors.Node.Settings;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace DynamoActors.Server.Startup;

/// <summary>The log of a node: lines on its standard output.</summary>
internal static class ConsoleLog
{
    public static ILoggerFactory Create(LogLevel level, bool asJson = false) => LoggerFactory.Create(logging => Lines(logging, asJson)
        .SetMinimumLevel(level)
        .AddFilter("Microsoft", level > LogLevel.Warning ? level : LogLevel.Warning)
        // What the cluster's own parts do step by step; the ring keeper tells what comes of it.
        .AddFilter("Akka", level is LogLevel.Information ? LogLevel.Warning : level)
        // These two tell of a start that failed, with a stack, and throw it too: the one sentence that says what to do would stand below.
        .AddFilter("Microsoft.Extensions.Hosting", LogLevel.None)
        .AddFilter("Akka.Hosting.AkkaHostedService", LogLevel.None));

    private static ILoggingBuilder Lines(ILoggingBuilder logging, bool asJson) => asJson
        ? logging.AddConsole(console => console.FormatterName = JsonLines.FormatterName)
            .AddConsoleFormatter<JsonLines, ConsoleFormatterOptions>()
        : logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
        });

    /// <exception cref="SettingException">The format is none.</exception>
    public static bool IsJson(Config config) => Setting.OneOf(config, "dynamo.log.format", ["text", "json"]) == "json";
}
