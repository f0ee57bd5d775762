using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace DynamoActors.Client.Values;

/// <summary>A bucket's values as bytes. Any thread.</summary>
internal abstract class ValueCodec<T>
{
    /// <summary>Of what is written, where nothing else is said.</summary>
    public abstract string ContentType { get; }

    public abstract ReadOnlyMemory<byte> Encode(T value);

    /// <summary>False with a sentence where the bytes are no such value.</summary>
    public abstract bool TryDecode(byte[] bytes, out T value, [NotNullWhen(false)] out string? error);
}

/// <summary>The bytes themselves.</summary>
internal sealed class BytesCodec : ValueCodec<ReadOnlyMemory<byte>>
{
    public override string ContentType => "application/octet-stream";

    public override ReadOnlyMemory<byte> Encode(ReadOnlyMemory<byte> value) => value;

    public override bool TryDecode(byte[] bytes, out ReadOnlyMemory<byte> value, [NotNullWhen(false)] out string? error)
    {
        (value, error) = (bytes, null);
        return true;
    }
}

/// <summary>JSON, as the type's contract has it.</summary>
internal sealed class JsonCodec<T>(JsonTypeInfo<T> type) : ValueCodec<T>
{
    public override string ContentType => "application/json";

    /// <exception cref="ArgumentNullException">There is no value: read, it would be none of this type.</exception>
    public override ReadOnlyMemory<byte> Encode(T value) =>
        value is null ? throw new ArgumentNullException(nameof(value)) : JsonSerializer.SerializeToUtf8Bytes(value, type);

    public override bool TryDecode(byte[] bytes, out T value, [NotNullWhen(false)] out string? error)
    {
        (value, error) = (default!, null);
        try
        {
            value = JsonSerializer.Deserialize(bytes, type)!;
            if (value is null) error = $"The value is null, and no {typeof(T).Name}.";
        }
        catch (JsonException e)
        {
            error = $"The value is no {typeof(T).Name} in JSON: {e.Message}";
        }

        return error == null;
    }
}

/// <summary>Of versions that are read as streams where there are several, or none.</summary>
internal sealed class StreamCodec : ValueCodec<Stream>
{
    public override string ContentType => "application/octet-stream";

    /// <exception cref="NotSupportedException">Always: streams are written as they are.</exception>
    public override ReadOnlyMemory<byte> Encode(Stream value) => throw new NotSupportedException();

    public override bool TryDecode(byte[] bytes, out Stream value, [NotNullWhen(false)] out string? error)
    {
        (value, error) = (new MemoryStream(bytes, writable: false), null);
        return true;
    }
}
