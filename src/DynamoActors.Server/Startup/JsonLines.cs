using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Akka.Event;
using DynamoActors.Core.Bytes;
using DynamoActors.Http.Operations;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace DynamoActors.Server.Startup;

/// <summary>
/// A line of the log as a JSON object: <c>time</c>, <c>level</c>, <c>event</c>, <c>category</c>, <c>message</c>, the sentence's
/// <c>arguments</c> and where there is one the <c>exception</c>. The event is the same for every line of one sort, whatever its arguments,
/// on every node and after every restart: the class that speaks and a checksum of its sentence.
/// </summary>
internal sealed class JsonLines(LogTail tail) : LogLines(FormatterName, tail)
{
    public const string FormatterName = "json-lines";

    private static readonly JsonWriterOptions _plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    protected override string LineOf<TState>(in LogEntry<TState> entry)
    {
        var message = entry.Formatter(entry.State, entry.Exception);
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, _plain))
        {
            json.WriteStartObject();
            json.WriteString("time", DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            json.WriteString("level", NameOf(entry.LogLevel));
            json.WriteString("event", EventOf(entry.Category, SentenceOf(entry.State) ?? message));
            json.WriteString("category", entry.Category);
            json.WriteString("message", message);
            WriteArguments(json, entry.State);
            if (entry.Exception is { } exception) json.WriteString("exception", exception.ToString());
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    internal static string EventOf(string category, string sentence) =>
        $"{category[(category.LastIndexOf('.') + 1)..]}-{Crc32C.Of(Encoding.UTF8.GetBytes(sentence)):x8}";

    private static string? SentenceOf(object? state) => state switch
    {
        LogMessage said => said.Format,
        IReadOnlyList<KeyValuePair<string, object?>> values =>
            values.LastOrDefault(value => value.Key == "{OriginalFormat}").Value as string,
        _ => null,
    };

    private static void WriteArguments(Utf8JsonWriter json, object? state)
    {
        var arguments = state switch
        {
            LogMessage said => said.Parameters()
                .Select((value, index) => KeyValuePair.Create(index.ToString(CultureInfo.InvariantCulture), (object?)value)),
            IReadOnlyList<KeyValuePair<string, object?>> values => values.Where(value => value.Key != "{OriginalFormat}"),
            _ => [],
        };
        if (!arguments.Any()) return;
        json.WriteStartObject("arguments");
        foreach (var (name, value) in arguments)
        {
            if (value is int or long or uint or ulong) json.WriteNumber(name, Convert.ToDecimal(value, CultureInfo.InvariantCulture));
            else if (value is double number && double.IsFinite(number)) json.WriteNumber(name, number);
            else json.WriteString(name, value?.ToString());
        }

        json.WriteEndObject();
    }

    private static string NameOf(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        _ => "error",
    };
}
