using System.Buffers.Binary;

namespace DynamoActors.Node.Local;

/// <summary>
/// What is kept for an owner that did not take a write: <c>kept at, unix milliseconds (8, little-endian) | the encoded object</c>. Where
/// the keeper is itself an owner of the key the object is left out: what it holds of the key when it delivers is at least as new.
/// </summary>
internal static class Hint
{
    private const int HeaderBytes = sizeof(long);

    public static byte[] OwnReplica(long keptAtUnixMilliseconds) => Encode(keptAtUnixMilliseconds, encoded: default);

    public static byte[] Encode(long keptAtUnixMilliseconds, ReadOnlySpan<byte> encoded)
    {
        var bytes = new byte[HeaderBytes + encoded.Length];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, keptAtUnixMilliseconds);
        encoded.CopyTo(bytes.AsSpan(HeaderBytes));
        return bytes;
    }

    public static long KeptAt(ReadOnlySpan<byte> hint) => BinaryPrimitives.ReadInt64LittleEndian(hint);

    /// <summary>Empty: the keeper's own replica.</summary>
    public static ReadOnlyMemory<byte> ObjectIn(ReadOnlyMemory<byte> hint) => hint[HeaderBytes..];
}
