using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DynamoActors.Storage.Lsm.Tables;

/// <summary>
/// The 64-bit hash under the bloom filters. It is part of the table format: tables on disk were filtered with it.
/// Each eight bytes are mixed by one 64×64→128-bit multiplication whose halves are xored.
/// </summary>
internal static class BloomHash
{
    private const ulong Start = 0x2D358DCCAA6C78A5, Word = 0x8BB84B93962EACC9, End = 0x4B33A62ED433D4A3;

    public static ulong Of(ReadOnlySpan<byte> key)
    {
        var hash = Start ^ (ulong)key.Length * End;
        while (key.Length >= 8)
        {
            hash = Fold(hash ^ ReadWord(key), Word);
            key = key[8..];
        }
        ulong rest = 0;
        for (var i = 0; i < key.Length; i++)
            rest |= (ulong)key[i] << (8 * i);
        return Fold(Fold(hash ^ rest, Word) ^ End, Start);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong ReadWord(ReadOnlySpan<byte> key)
    {
        var word = Unsafe.ReadUnaligned<ulong>(ref MemoryMarshal.GetReference(key));
        return BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Fold(ulong a, ulong b)
    {
        var high = Math.BigMul(a, b, out var low);
        return high ^ low;
    }
}
