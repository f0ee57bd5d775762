using System.Text;

namespace DynamoActors.Client;

/// <summary>A key: 1 to 1,024 bytes, any of them. Text is taken as its UTF-8.</summary>
public readonly struct DynamoKey : IEquatable<DynamoKey>
{
    /// <summary>The most bytes that a key may have.</summary>
    public const int BytesMax = 1024;

    private readonly byte[]? _bytes;

    /// <param name="bytes">Copied.</param>
    /// <exception cref="ArgumentException">There are none, or more than <see cref="BytesMax"/>.</exception>
    public DynamoKey(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length is 0 or > BytesMax)
            throw new ArgumentException($"A key has 1 to {BytesMax:N0} bytes; this one would have {bytes.Length:N0}.", nameof(bytes));
        _bytes = bytes.ToArray();
    }

    /// <summary>The bytes, as they are.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>The key whose bytes are the text's UTF-8.</summary>
    /// <exception cref="ArgumentException">The text is empty, too long, or no well-formed Unicode.</exception>
    public static implicit operator DynamoKey(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        try
        {
            return new DynamoKey(Strict.GetBytes(text));
        }
        catch (EncoderFallbackException)
        {
            throw new ArgumentException("A key's text may not have half of a surrogate pair, which has no UTF-8.", nameof(text));
        }
    }

    /// <summary>The key of those bytes.</summary>
    /// <exception cref="ArgumentException">There are none, or more than <see cref="BytesMax"/>.</exception>
    public static implicit operator DynamoKey(byte[] bytes) => new(bytes);

    /// <summary>Whether the bytes are the same.</summary>
    public static bool operator ==(DynamoKey one, DynamoKey other) => one.Equals(other);

    /// <summary>Whether the bytes differ.</summary>
    public static bool operator !=(DynamoKey one, DynamoKey other) => !one.Equals(other);

    /// <inheritdoc/>
    public bool Equals(DynamoKey other) => Bytes.Span.SequenceEqual(other.Bytes.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is DynamoKey other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Bytes.Span);
        return hash.ToHashCode();
    }

    /// <summary>The bytes read as UTF-8; what is none is replaced.</summary>
    public override string ToString() => Encoding.UTF8.GetString(Bytes.Span);

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);
}
