using System.Reflection;
using DynamoActors.Http.Serving;

namespace DynamoActors.Http.Status;

/// <summary>What the page refers to; it lies within the assembly.</summary>
internal static class StatusFiles
{
    private static readonly byte[] Style = Read("page.css");
    private static readonly byte[] Script = Read("page.js");

    public static ValueTask ServeAsync(Exchange exchange, ReadOnlySpan<char> path)
    {
        var isScript = path.EndsWith(".js");
        exchange.Response.Headers.ContentType = isScript ? "text/javascript; charset=utf-8" : "text/css; charset=utf-8";
        exchange.Response.Headers.CacheControl = "no-cache";
        exchange.Response.Headers.XContentTypeOptions = "nosniff";
        return exchange.WriteAsync(200, isScript ? Script : Style);
    }

    private static byte[] Read(string name)
    {
        using var file = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }
}
