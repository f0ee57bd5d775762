using System.Buffers;
using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Text;

namespace DynamoActors.Client.Wire;

/// <summary>The store's own headers, and reading those that it shares.</summary>
internal static class StoreHeaders
{
    public const string Context = "X-Dynamo-Context";
    public const string Siblings = "X-Dynamo-Siblings";
    public const string Epoch = "X-Dynamo-Epoch";

    private const int DateLength = 29;

    public static string? One(HttpHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;

    /// <summary>As in <c>Tue, 14 Nov 2023 22:13:21 GMT</c>; null where it is no such date.</summary>
    public static DateTimeOffset? Date(string? text)
    {
        Span<byte> ascii = stackalloc byte[DateLength];
        return text?.Length == DateLength && Ascii.FromUtf16(text, ascii, out _) == OperationStatus.Done
            && Utf8Parser.TryParse(ascii, out DateTimeOffset date, out _, 'R') ? date : null;
    }
}
