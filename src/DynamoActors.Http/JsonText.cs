using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace DynamoActors.Http;

/// <summary>Writes one JSON object into memory of its own, as UTF-8.</summary>
internal static class JsonText
{
    private const int UsualBytes = 256;

    /// <summary>Quotes in sentences, and any language's letters, as they are: nobody puts these answers into a page of HTML unescaped.</summary>
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="writeMembers">Writes the members; the object around them is begun and ended here.</param>
    /// <param name="bytes">About how many there will be: more of them cost a larger copy, no error.</param>
    public static ReadOnlyMemory<byte> Object(Action<Utf8JsonWriter> writeMembers, int bytes = UsualBytes) =>
        Object(writeMembers, static (json, write) => write(json), bytes);

    /// <summary>As the other, without a closure: for answers that are given thousands of times a second.</summary>
    public static ReadOnlyMemory<byte> Object<T>(T of, Action<Utf8JsonWriter, T> writeMembers, int bytes = UsualBytes)
    {
        var written = new ArrayBufferWriter<byte>(bytes);
        using var json = new Utf8JsonWriter(written, Readable);
        json.WriteStartObject();
        writeMembers(json, of);
        json.WriteEndObject();
        json.Flush();
        return written.WrittenMemory;
    }
}
