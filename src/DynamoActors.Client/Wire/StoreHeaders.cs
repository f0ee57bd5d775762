using System.Globalization;
using System.Net.Http.Headers;

namespace DynamoActors.Client.Wire;

/// <summary>The store's own headers, and reading those that it shares.</summary>
internal static class StoreHeaders
{
    public const string Context = "X-Dynamo-Context";
    public const string Siblings = "X-Dynamo-Siblings";
    public const string Epoch = "X-Dynamo-Epoch";

    public static string? One(HttpHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;

    public static DateTimeOffset? Date(string? text) =>
        DateTimeOffset.TryParseExact(text, "R", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date : null;
}
