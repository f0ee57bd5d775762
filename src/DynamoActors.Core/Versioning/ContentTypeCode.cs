namespace DynamoActors.Core.Versioning;

/// <summary>
/// One byte for the content types that nearly every object has. Codes are part of the stored format: they are added, never changed. 0 means
/// none.
/// </summary>
internal static class ContentTypeCode
{
    public const byte None = 0;

    private static readonly string?[] _texts =
    [
        null,
        "application/octet-stream",
        "application/json",
        "application/json; charset=utf-8",
        "application/x-www-form-urlencoded",
        "text/plain",
        "text/plain; charset=utf-8",
        "text/html",
        "text/html; charset=utf-8",
        "application/xml",
        "application/x-protobuf",
        "application/msgpack",
        "image/png",
        "image/jpeg",
    ];

    public static byte Of(string text) => text switch
    {
        "application/octet-stream" => 1,
        "application/json" => 2,
        "application/json; charset=utf-8" => 3,
        "application/x-www-form-urlencoded" => 4,
        "text/plain" => 5,
        "text/plain; charset=utf-8" => 6,
        "text/html" => 7,
        "text/html; charset=utf-8" => 8,
        "application/xml" => 9,
        "application/x-protobuf" => 10,
        "application/msgpack" => 11,
        "image/png" => 12,
        "image/jpeg" => 13,
        _ => None,
    };

    /// <summary>Null where no content type has that code.</summary>
    public static string? Text(byte code) => code < _texts.Length ? _texts[code] : null;
}
