using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DynamoActors.Storage.Lsm.Tables;

/// <summary>
/// A bloom filter in cache lines: a key's bits all lie in one line of 512, so a probe costs one fetch from memory.
/// Bytes: <c>lines × 64 | probes u8</c>.
/// </summary>
internal sealed class BloomFilter
{
    private const int LineBytes = 64;
    /// <summary>Nine bits of a 64-bit hash choose a bit within a line, so seven fit.</summary>
    private const int ProbesMax = 7;
    private const ulong Spread = 0x9E3779B97F4A7C15;

    private readonly byte[] _bytes;
    private readonly uint _lines;
    private readonly int _probes;

    /// <exception cref="InvalidDataException">The bytes are no filter.</exception>
    public BloomFilter(byte[] bytes)
    {
        _bytes = bytes;
        _lines = (uint)(bytes.Length / LineBytes);
        if (_lines == 0 || bytes.Length % LineBytes != 1)
            throw new InvalidDataException($"a filter of {bytes.Length} bytes");
        _probes = bytes[^1];
        if (_probes is 0 or > ProbesMax)
            throw new InvalidDataException($"a filter with {_probes} probes");
    }

    public int Bytes => _bytes.Length;

    public static byte[] Build(ReadOnlySpan<ulong> hashes, int bitsPerKey)
    {
        var lines = (uint)Math.Max(1, ((long)hashes.Length * bitsPerKey + 8 * LineBytes - 1) / (8 * LineBytes));
        var bytes = new byte[lines * LineBytes + 1];
        // ln 2 bits a key is the number of probes with the fewest false answers.
        var probes = Math.Clamp((int)(bitsPerKey * 0.69), 1, ProbesMax);
        bytes[^1] = (byte)probes;
        foreach (var hash in hashes)
        {
            var line = bytes.AsSpan((int)(LineOf(hash, lines) * LineBytes), LineBytes);
            var bits = hash * Spread;
            for (var i = 0; i < probes; i++, bits >>= 9)
                line[(int)(bits >> 3 & 63)] |= (byte)(1 << (int)(bits & 7));
        }
        return bytes;
    }

    /// <summary>False: the key is certainly not in the table.</summary>
    public bool MayContain(ulong hash)
    {
        ref var line = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_bytes), (nint)(LineOf(hash, _lines) * LineBytes));
        var bits = hash * Spread;
        for (var i = 0; i < _probes; i++, bits >>= 9)
        {
            if ((Unsafe.Add(ref line, (nint)(bits >> 3 & 63)) >> (int)(bits & 7) & 1) == 0)
                return false;
        }
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong LineOf(ulong hash, uint lines) => (hash >> 32) * lines >> 32;
}
