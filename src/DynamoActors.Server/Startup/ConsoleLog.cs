using Akka.Configuration;
using DynamoActors.Http.Operations;
using DynamoActors.Node.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace DynamoActors.Server.Startup;

/// <summary>The log of a node: lines on its standard output.</summary>
internal static class ConsoleLog
{
    /// <param name="tail">Gets each line, too.</param>
    public static ILoggerFactory Create(LogLevel level, LogTail tail, bool asJson = false) => LoggerFactory.Create(logging =>
        Lines(logging, tail, asJson)
            .SetMinimumLevel(level)
            .AddFilter("Microsoft", level > LogLevel.Warning ? level : LogLevel.Warning)
            // What the cluster's own parts do step by step; the ring keeper tells what comes of it.
            .AddFilter("Akka", level is LogLevel.Information ? LogLevel.Warning : level)
            // These two tell of a start that failed, with a stack, and throw it too: the sentence that says what to do would stand below.
            .AddFilter("Microsoft.Extensions.Hosting", LogLevel.None)
            .AddFilter("Akka.Hosting.AkkaHostedService", LogLevel.None));

    private static ILoggingBuilder Lines(ILoggingBuilder logging, LogTail tail, bool asJson)
    {
        logging.Services.AddSingleton(tail);
        return logging.AddConsole(console => console.FormatterName = asJson ? JsonLines.FormatterName : TextLines.FormatterName)
            .AddConsoleFormatter<JsonLines, ConsoleFormatterOptions>()
            .AddConsoleFormatter<TextLines, ConsoleFormatterOptions>();
    }

    /// <exception cref="SettingException">The format is none.</exception>
    public static bool IsJson(Config config) => Setting.OneOf(config, "dynamo.log.format", ["text", "json"]) == "json";
}
