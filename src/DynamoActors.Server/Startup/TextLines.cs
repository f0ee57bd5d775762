using System.Globalization;
using DynamoActors.Http.Operations;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DynamoActors.Server.Startup;

/// <summary>A line of the log for people: time, level, who speaks, and what is said; a stack trace on the same line.</summary>
internal sealed class TextLines(LogTail tail) : LogLines(FormatterName, tail)
{
    public const string FormatterName = "text-lines";

    protected override string LineOf<TState>(in LogEntry<TState> entry)
    {
        var time = DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        var said = entry.Formatter(entry.State, entry.Exception);
        var line = $"{time} {NameOf(entry.LogLevel)}: {entry.Category}[{entry.EventId.Id}] {said}";
        return (entry.Exception is { } exception ? $"{line} {exception}" : line).ReplaceLineEndings(" ");
    }

    private static string NameOf(LogLevel level) => level switch
    {
        LogLevel.Trace => "trce",
        LogLevel.Debug => "dbug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "fail",
        _ => "crit",
    };
}
