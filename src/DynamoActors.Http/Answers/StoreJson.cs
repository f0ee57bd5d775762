using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace DynamoActors.Http.Answers;

/// <summary>Every JSON answer: how it is written, and what <c>openapi.json</c> says of it.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(QuorumSettingConverter)])]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(Siblings))]
[JsonSerializable(typeof(BatchBody))]
[JsonSerializable(typeof(BatchResult))]
[JsonSerializable(typeof(BatchResults))]
[JsonSerializable(typeof(BucketProperties))]
[JsonSerializable(typeof(Buckets))]
[JsonSerializable(typeof(Keys))]
[JsonSerializable(typeof(Health))]
[JsonSerializable(typeof(Cluster))]
[JsonSerializable(typeof(Ring))]
[JsonSerializable(typeof(PreferenceList))]
[JsonSerializable(typeof(Plan))]
[JsonSerializable(typeof(Transfers))]
[JsonSerializable(typeof(CheckpointAnswer))]
[JsonSerializable(typeof(ChecksumAnswer))]
[JsonSerializable(typeof(ScrubAnswer))]
[JsonSerializable(typeof(RepairAnswer))]
[JsonSerializable(typeof(NewToken))]
[JsonSerializable(typeof(TokenMade))]
[JsonSerializable(typeof(TokensShown))]
[JsonSerializable(typeof(AuditShown))]
[JsonSerializable(typeof(LogAnswer))]
[JsonSerializable(typeof(ActorsAnswer))]
[JsonSerializable(typeof(Explanation))]
[JsonSerializable(typeof(Statistics))]
[JsonSerializable(typeof(Load))]
internal sealed partial class StoreJson : JsonSerializerContext
{
    private const int UsualBytes = 256;

    /// <summary>
    /// Quotes in sentences, and any language's letters, as they are: nobody puts these answers into a page of HTML unescaped.
    /// </summary>
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The members' names, in their order, for a sentence.</summary>
    public static string NamesOf(JsonTypeInfo type) => string.Join(", ", type.Properties.Select(member => member.Name));

    /// <param name="bytes">About how many there will be: more of them cost a larger copy, no error.</param>
    public static ReadOnlyMemory<byte> ToBytes<T>(T answer, JsonTypeInfo<T> type, int bytes = UsualBytes)
    {
        var written = new ArrayBufferWriter<byte>(bytes);
        using var json = new Utf8JsonWriter(written, Readable);
        JsonSerializer.Serialize(json, answer, type);
        return written.WrittenMemory;
    }
}

/// <summary>What nodes tell each other: all of it is there, or it is of another version and not understood.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(NodeFacts))]
internal sealed partial class FactsJson : JsonSerializerContext;
