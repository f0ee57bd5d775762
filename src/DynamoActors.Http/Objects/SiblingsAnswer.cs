using System.Buffers;
using System.Globalization;
using System.Text;
using DynamoActors.Core.Versioning;
using DynamoActors.Http.Answers;
using DynamoActors.Http.Serving;

namespace DynamoActors.Http.Objects;

/// <summary>Several versions at once, as JSON or, for clients that ask for it, as <c>multipart/mixed</c> (RFC 2046, 5.1).</summary>
internal static class SiblingsAnswer
{
    private const string Json = "application/json";
    private const string Multipart = "multipart/mixed";

    public static ValueTask WriteAsync(Exchange exchange, int status, string context, VersionedObject versions, int live)
    {
        var headers = exchange.Response.Headers;
        headers[DynamoHeaders.Siblings] = live.ToString(CultureInfo.InvariantCulture);
        headers.Vary = "Accept";
        if (AcceptHeader.Prefers(exchange.Request.Headers.Accept, Multipart, Json))
        {
            var boundary = BoundaryOf(versions);
            headers.ContentType = $"{Multipart}; boundary={boundary}";
            return exchange.WriteAsync(status, ToMultipart(versions, boundary));
        }

        headers.ContentType = Json;
        return exchange.WriteAsync(status, StoreJson.ToBytes(new Siblings(context, ShownSibling.Of(versions)), StoreJson.Default.Siblings));
    }

    private static ReadOnlyMemory<byte> ToMultipart(VersionedObject versions, string boundary)
    {
        var bytes = new ArrayBufferWriter<byte>();
        foreach (var sibling in versions.Siblings)
        {
            if (sibling.IsTombstone) continue;
            Encoding.ASCII.GetBytes(
                $"--{boundary}\r\nContent-Type: {sibling.ContentType ?? ShownSibling.DefaultContentType}\r\n"
                + $"Content-Length: {sibling.Value.Length}\r\nLast-Modified: {HttpDate.Of(sibling.Time)}\r\n{DynamoHeaders.Dot}: "
                + $"{sibling.Dot}\r\n\r\n",
                bytes);
            bytes.Write(sibling.Value.Span);
            bytes.Write("\r\n"u8);
        }

        Encoding.ASCII.GetBytes($"--{boundary}--\r\n", bytes);
        return bytes.WrittenMemory;
    }

    /// <summary>A boundary that stands in none of the values, and is the same for the same versions.</summary>
    private static string BoundaryOf(VersionedObject versions)
    {
        for (var attempt = 0; ; attempt++)
        {
            var boundary = $"sibling-{attempt}-{versions.EntityTag.Replace('~', '-')}";
            var pattern = Encoding.ASCII.GetBytes(boundary);
            var occurs = false;
            foreach (var sibling in versions.Siblings) occurs |= sibling.Value.Span.IndexOf(pattern) >= 0;
            if (!occurs) return boundary;
        }
    }
}
