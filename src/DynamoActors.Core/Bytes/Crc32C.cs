using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DynamoActors.Core.Bytes;

/// <summary>
/// CRC-32C (Castagnoli), the checksum of every file and text here: by the processor's own instruction where it has one, which the runtime
/// chooses. Checksums chain: <c>Append(Append(0, a), b)</c> is that of a followed by b.
/// </summary>
/// <remarks>
/// By hand because System.IO.Hashing 10 has no Castagnoli.
/// The instruction takes three cycles but can be started every cycle, so longer inputs are read as three strands side by side. A checksum
/// is linear: the first strand's is moved on by the length of the second as if zeros followed, which is four look-ups, and xored with it.
/// </remarks>
public static class Crc32C
{
    private const int StrandBytes = 336;
    private static readonly uint[] _movedByStrand = MakeMovedByStrand();

    public static uint Of(ReadOnlySpan<byte> bytes) => Append(0, bytes);

    public static uint Append(uint checksum, ReadOnlySpan<byte> bytes)
    {
        var crc = ~checksum;
        while (bytes.Length >= 3 * StrandBytes)
        {
            crc = AppendStrands(crc, ref MemoryMarshal.GetReference(bytes));
            bytes = bytes[(3 * StrandBytes)..];
        }
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }
        foreach (var b in bytes)
            crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }

    public static uint Append(uint checksum, byte one) => ~BitOperations.Crc32C(~checksum, one);

    public static uint Append(uint checksum, long number) => ~BitOperations.Crc32C(~checksum, (ulong)number);

    private static uint AppendStrands(uint crc, ref byte first)
    {
        uint second = 0, third = 0;
        for (nint at = 0; at < StrandBytes; at += sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, Word(ref first, at));
            second = BitOperations.Crc32C(second, Word(ref first, at + StrandBytes));
            third = BitOperations.Crc32C(third, Word(ref first, at + 2 * StrandBytes));
        }
        return MoveByStrand(MoveByStrand(crc) ^ second) ^ third;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Word(ref byte first, nint at)
    {
        var word = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref first, at));
        return BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word);
    }

    /// <summary>The register after as many zeros as a strand has bytes.</summary>
    private static uint MoveByStrand(uint crc) =>
        _movedByStrand[crc & 0xFF]
        ^ _movedByStrand[256 + (crc >> 8 & 0xFF)]
        ^ _movedByStrand[512 + (crc >> 16 & 0xFF)]
        ^ _movedByStrand[768 + (crc >> 24)];

    private static uint[] MakeMovedByStrand()
    {
        var moved = new uint[4 * 256];
        for (var i = 0; i < moved.Length; i++)
        {
            moved[i] = (uint)(i & 0xFF) << (8 * (i >> 8));
            for (var zeros = 0; zeros < StrandBytes; zeros += sizeof(ulong))
                moved[i] = BitOperations.Crc32C(moved[i], 0UL);
        }
        return moved;
    }
}
