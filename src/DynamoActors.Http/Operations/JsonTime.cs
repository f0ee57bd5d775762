using System.Globalization;
using System.Text.Json;

namespace DynamoActors.Http.Operations;

/// <summary>Times as the operations' pages show them: UTC, to the millisecond.</summary>
internal static class JsonTime
{
    public static void Write(Utf8JsonWriter json, string name, DateTimeOffset? time)
    {
        if (time is { } at) json.WriteString(name, at.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        else json.WriteNull(name);
    }
}
