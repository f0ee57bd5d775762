using System.Globalization;
using System.Text.Json;

namespace DynamoActors.Http.Tests;

internal static class JsonDates
{
    /// <summary>Seconds since 1970 of an HTTP date.</summary>
    public static long GetHttpDateSeconds(this JsonElement element) =>
        DateTimeOffset.ParseExact(element.GetString()!, "R", CultureInfo.InvariantCulture).ToUnixTimeSeconds();
}
