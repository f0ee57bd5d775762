using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DynamoActors.Storage.Lsm.Tables;

/// <summary>CRC-32C by the processor's instruction, eight bytes a step.</summary>
internal static class Checksum
{
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        ref var at = ref MemoryMarshal.GetReference(bytes);
        var left = bytes.Length;
        for (; left >= 8; left -= 8, at = ref Unsafe.Add(ref at, 8))
            crc = BitOperations.Crc32C(crc, Unsafe.ReadUnaligned<ulong>(ref at));
        for (; left > 0; left--, at = ref Unsafe.Add(ref at, 1))
            crc = BitOperations.Crc32C(crc, at);
        return ~crc;
    }
}
