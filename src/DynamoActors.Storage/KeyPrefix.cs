using System.Buffers.Binary;

namespace DynamoActors.Storage;

/// <summary>
/// The first eight bytes of a key as a number, zeros behind a shorter one: most comparisons of keys need no more, and where numbers are
/// equal the keys decide.
/// </summary>
internal static class KeyPrefix
{
    public static ulong Of(ReadOnlySpan<byte> key)
    {
        if (key.Length >= sizeof(ulong))
            return BinaryPrimitives.ReadUInt64BigEndian(key);
        ulong prefix = 0;
        for (var i = 0; i < key.Length; i++)
            prefix |= (ulong)key[i] << (56 - 8 * i);
        return prefix;
    }
}
