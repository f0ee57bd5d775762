using System.Buffers.Binary;
using System.Numerics;

namespace DynamoActors.Core.Bytes;

/// <summary>
/// MD5 (RFC 1321) of short inputs. The framework's own goes through the operating system's library, at a cost per call that outweighs the
/// hashing of a usual key: this takes half its time up to a hundred bytes, but a third more at a thousand. Every request hashes its key.
/// </summary>
internal static class Md5
{
    public const int DigestBytes = 16;

    private const int BlockBytes = 64;
    private const int LengthBytes = sizeof(ulong);

    /// <summary>The integer parts of 2^32 · |sin(i + 1)|.</summary>
    private static ReadOnlySpan<uint> Sines =>
    [
        0xD76AA478, 0xE8C7B756, 0x242070DB, 0xC1BDCEEE, 0xF57C0FAF, 0x4787C62A, 0xA8304613, 0xFD469501,
        0x698098D8, 0x8B44F7AF, 0xFFFF5BB1, 0x895CD7BE, 0x6B901122, 0xFD987193, 0xA679438E, 0x49B40821,
        0xF61E2562, 0xC040B340, 0x265E5A51, 0xE9B6C7AA, 0xD62F105D, 0x02441453, 0xD8A1E681, 0xE7D3FBC8,
        0x21E1CDE6, 0xC33707D6, 0xF4D50D87, 0x455A14ED, 0xA9E3E905, 0xFCEFA3F8, 0x676F02D9, 0x8D2A4C8A,
        0xFFFA3942, 0x8771F681, 0x6D9D6122, 0xFDE5380C, 0xA4BEEA44, 0x4BDECFA9, 0xF6BB4B60, 0xBEBFBC70,
        0x289B7EC6, 0xEAA127FA, 0xD4EF3085, 0x04881D05, 0xD9D4D039, 0xE6DB99E5, 0x1FA27CF8, 0xC4AC5665,
        0xF4292244, 0x432AFF97, 0xAB9423A7, 0xFC93A039, 0x655B59C3, 0x8F0CCC92, 0xFFEFF47D, 0x85845DD1,
        0x6FA87E4F, 0xFE2CE6E0, 0xA3014314, 0x4E0811A1, 0xF7537E82, 0xBD3AF235, 0x2AD7D2BB, 0xEB86D391,
    ];

    public static void Hash(ReadOnlySpan<byte> input, Span<byte> digest)
    {
        var state = (A: 0x67452301u, B: 0xEFCDAB89u, C: 0x98BADCFEu, D: 0x10325476u);
        var left = input;
        for (; left.Length >= BlockBytes; left = left[BlockBytes..])
            Mix(ref state, left);
        // The end: a one bit, zeros, and the length in bits in the last eight bytes of a block.
        Span<byte> end = stackalloc byte[2 * BlockBytes];
        end.Clear();
        left.CopyTo(end);
        end[left.Length] = 0x80;
        end = end[..(left.Length + 1 + LengthBytes <= BlockBytes ? BlockBytes : 2 * BlockBytes)];
        BinaryPrimitives.WriteUInt64LittleEndian(end[^LengthBytes..], (ulong)input.Length * 8);
        for (; end.Length > 0; end = end[BlockBytes..])
            Mix(ref state, end);
        BinaryPrimitives.WriteUInt32LittleEndian(digest, state.A);
        BinaryPrimitives.WriteUInt32LittleEndian(digest[4..], state.B);
        BinaryPrimitives.WriteUInt32LittleEndian(digest[8..], state.C);
        BinaryPrimitives.WriteUInt32LittleEndian(digest[12..], state.D);
    }

    private static void Mix(ref (uint A, uint B, uint C, uint D) state, ReadOnlySpan<byte> block)
    {
        Span<uint> words = stackalloc uint[BlockBytes / sizeof(uint)];
        for (var index = 0; index < words.Length; index++)
            words[index] = BinaryPrimitives.ReadUInt32LittleEndian(block[(index * sizeof(uint))..]);
        var (a, b, c, d) = state;
        for (var step = 0; step < 16; step += 4)
        {
            a = b + BitOperations.RotateLeft(a + (d ^ (b & (c ^ d))) + words[step] + Sines[step], 7);
            d = a + BitOperations.RotateLeft(d + (c ^ (a & (b ^ c))) + words[step + 1] + Sines[step + 1], 12);
            c = d + BitOperations.RotateLeft(c + (b ^ (d & (a ^ b))) + words[step + 2] + Sines[step + 2], 17);
            b = c + BitOperations.RotateLeft(b + (a ^ (c & (d ^ a))) + words[step + 3] + Sines[step + 3], 22);
        }
        for (var step = 16; step < 32; step += 4)
        {
            a = b + BitOperations.RotateLeft(a + (c ^ (d & (b ^ c))) + words[((5 * step) + 1) & 15] + Sines[step], 5);
            d = a + BitOperations.RotateLeft(d + (b ^ (c & (a ^ b))) + words[((5 * step) + 6) & 15] + Sines[step + 1], 9);
            c = d + BitOperations.RotateLeft(c + (a ^ (b & (d ^ a))) + words[((5 * step) + 11) & 15] + Sines[step + 2], 14);
            b = c + BitOperations.RotateLeft(b + (d ^ (a & (c ^ d))) + words[((5 * step) + 16) & 15] + Sines[step + 3], 20);
        }
        for (var step = 32; step < 48; step += 4)
        {
            a = b + BitOperations.RotateLeft(a + (b ^ c ^ d) + words[((3 * step) + 5) & 15] + Sines[step], 4);
            d = a + BitOperations.RotateLeft(d + (a ^ b ^ c) + words[((3 * step) + 8) & 15] + Sines[step + 1], 11);
            c = d + BitOperations.RotateLeft(c + (d ^ a ^ b) + words[((3 * step) + 11) & 15] + Sines[step + 2], 16);
            b = c + BitOperations.RotateLeft(b + (c ^ d ^ a) + words[((3 * step) + 14) & 15] + Sines[step + 3], 23);
        }
        for (var step = 48; step < 64; step += 4)
        {
            a = b + BitOperations.RotateLeft(a + (c ^ (b | ~d)) + words[(7 * step) & 15] + Sines[step], 6);
            d = a + BitOperations.RotateLeft(d + (b ^ (a | ~c)) + words[((7 * step) + 7) & 15] + Sines[step + 1], 10);
            c = d + BitOperations.RotateLeft(c + (a ^ (d | ~b)) + words[((7 * step) + 14) & 15] + Sines[step + 2], 15);
            b = c + BitOperations.RotateLeft(b + (d ^ (c | ~a)) + words[((7 * step) + 21) & 15] + Sines[step + 3], 21);
        }
        state = (state.A + a, state.B + b, state.C + c, state.D + d);
    }
}
