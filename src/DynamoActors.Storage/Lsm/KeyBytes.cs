using System.Buffers;
using DynamoActors.Core.Bytes;

namespace DynamoActors.Storage.Lsm;

/// <summary>Numbers and keys in the records of manifests and tables: varints, and a key behind its length.</summary>
internal static class KeyBytes
{
    public static void WriteNumber(ArrayBufferWriter<byte> to, long number) =>
        to.Advance(Varint.Write(to.GetSpan(Varint.LengthMax), (ulong)number));

    public static void WriteKey(ArrayBufferWriter<byte> to, byte[] key)
    {
        WriteNumber(to, key.Length);
        to.Write(key);
    }

    public static long ReadNumber(ReadOnlySpan<byte> bytes, ref int at) => (long)Varint.Read64(bytes, ref at);

    /// <exception cref="InvalidDataException">There is no whole key.</exception>
    public static byte[] ReadKey(ReadOnlySpan<byte> bytes, ref int at)
    {
        var length = Varint.Read32(bytes, ref at);
        if (length > bytes.Length - at)
            throw new InvalidDataException("a key runs past its record");
        at += (int)length;
        return bytes[(at - (int)length)..at].ToArray();
    }
}
