using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace DynamoActors.Http.Json;

/// <summary>
/// What a client sent as JSON. The parser leaves a member's name and a string as they were sent until somebody asks for them, and throws
/// then if they are no text: bytes that
/// are not UTF-8, half of a surrogate pair as an escape. Here such are no more than something wrong with the request.
/// </summary>
internal static class JsonBody
{
    public const string NoText = "holds bytes that are not UTF-8, or half of a surrogate pair";

    /// <param name="fault">A sentence that says where reading stopped.</param>
    public static bool TryParse(ReadOnlyMemory<byte> body, [NotNullWhen(true)] out JsonDocument? document,
        [NotNullWhen(false)] out string? fault)
    {
        try
        {
            (document, fault) = (JsonDocument.Parse(body), null);
            return true;
        }
        catch (JsonException e)
        {
            (document, fault) = (null, $"The body is not JSON, or is nested more than 64 deep: reading stopped at byte "
                + $"{PositionOf(e, body.Span):N0} of {body.Length:N0}.");
            return false;
        }
    }

    public static bool TryName(JsonProperty member, [NotNullWhen(true)] out string? name)
    {
        try
        {
            name = member.Name;
            return true;
        }
        catch (InvalidOperationException)
        {
            name = null;
            return false;
        }
    }

    /// <param name="value">A JSON string.</param>
    public static bool TryText(JsonElement value, [NotNullWhen(true)] out string? text)
    {
        try
        {
            text = value.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            text = null;
            return false;
        }
    }

    /// <summary>Null where it is no base64, whether it is text or not.</summary>
    /// <param name="value">A JSON string.</param>
    public static byte[]? BytesOf(JsonElement value)
    {
        try
        {
            return value.TryGetBytesFromBase64(out var bytes) ? bytes : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>As it was sent.</summary>
    public static string Raw(JsonElement value)
    {
        try
        {
            return value.GetRawText();
        }
        catch (InvalidOperationException)
        {
            return "no text";
        }
    }

    private static long PositionOf(JsonException fault, ReadOnlySpan<byte> body)
    {
        var start = 0;
        for (var line = fault.LineNumber ?? 0; line > 0; line--) start += body[start..].IndexOf((byte)'\n') + 1;
        return start + (fault.BytePositionInLine ?? 0);
    }
}
