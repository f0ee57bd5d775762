namespace DynamoActors.Http.Operations;

/// <summary><c>/openapi.json</c>: written by hand beside this file; a test holds it against the routes.</summary>
internal static class OpenApiDocument
{
    private static readonly byte[] Content = Read();

    public static ReadOnlyMemory<byte> Bytes => Content;

    private static byte[] Read()
    {
        using var stream = typeof(OpenApiDocument).Assembly.GetManifestResourceStream("openapi.json")!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
