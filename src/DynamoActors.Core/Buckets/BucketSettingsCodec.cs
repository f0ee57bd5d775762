using System.Buffers.Binary;
using DynamoActors.Core.Bytes;
using DynamoActors.Core.Quorum;

namespace DynamoActors.Core.Buckets;

/// <summary>
/// A bucket's settings as bytes: format 1, policy (1 byte), n (varint, 0 for none); r, w, pr, pw, dw (varints: 0 none, 1 quorum, 2 one, 3
/// all, else the number + 3); time to live in ticks of 100 ns (varint, 0 for none); siblings at most (varint); a CRC-32C of all before it
/// (4 bytes, little-endian).
/// </summary>
public static class BucketSettingsCodec
{
    private const byte Format = 1;
    private const int LengthMax = 2 + (8 * Varint.LengthMax) + sizeof(uint);
    private const int NumberOffset = 3;

    public static byte[] Encode(BucketSettings settings)
    {
        Span<byte> output = stackalloc byte[LengthMax];
        output[0] = Format;
        output[1] = (byte)settings.Policy;
        var length = 2;
        length += Varint.Write(output[length..], (ulong)(settings.N ?? 0));
        foreach (var setting in (ReadOnlySpan<QuorumSetting?>)[settings.R, settings.W, settings.Pr, settings.Pw, settings.Dw])
            length += Varint.Write(output[length..], Number(setting));
        length += Varint.Write(output[length..], (ulong)(settings.Ttl?.Ticks ?? 0));
        length += Varint.Write(output[length..], (ulong)settings.SiblingsMax);
        BinaryPrimitives.WriteUInt32LittleEndian(output[length..], Crc32C.Of(output[..length]));
        return output[..(length + sizeof(uint))].ToArray();
    }

    /// <exception cref="BucketSettingsFormatException">They are not exactly one bucket's settings.</exception>
    public static BucketSettings Decode(ReadOnlySpan<byte> encoded)
    {
        if (encoded.Length < sizeof(uint)
            || BinaryPrimitives.ReadUInt32LittleEndian(encoded[^sizeof(uint)..]) != Crc32C.Of(encoded[..^sizeof(uint)]))
            throw new BucketSettingsFormatException("the checksum is wrong");
        var reader = new StrictReader(encoded[..^sizeof(uint)]);
        if (reader.ReadByte("the format") is var format && format != Format)
            throw new BucketSettingsFormatException($"format {format}, where this program reads format {Format}");
        var policy = (ConflictPolicy)reader.ReadByte("the policy");
        if (!Enum.IsDefined(policy))
            reader.Refuse($"unknown policy {(byte)policy}");
        var settings = new BucketSettings
        {
            Policy = policy,
            N = (int)reader.ReadVarint(int.MaxValue, "n") is var n and > 0 ? n : null,
            R = ReadSetting(ref reader, "r"),
            W = ReadSetting(ref reader, "w"),
            Pr = ReadSetting(ref reader, "pr"),
            Pw = ReadSetting(ref reader, "pw"),
            Dw = ReadSetting(ref reader, "dw"),
            Ttl = (long)reader.ReadVarint(long.MaxValue, "the time to live") is var ticks and > 0 ? TimeSpan.FromTicks(ticks) : null,
            SiblingsMax = (int)reader.ReadVarint(int.MaxValue, "the most siblings"),
        };
        reader.ExpectEnd();
        return reader.Fault is { } fault ? throw new BucketSettingsFormatException(fault) : settings;
    }

    private static ulong Number(QuorumSetting? setting) => setting switch
    {
        null => 0,
        { Code: > 0 and var number } => (ulong)number + NumberOffset,
        { Code: var word } => (ulong)(1 - word),
    };

    private static QuorumSetting? ReadSetting(ref StrictReader reader, string what)
    {
        var number = (int)reader.ReadVarint(int.MaxValue, what);
        if (number == 0)
            return null;
        return QuorumSetting.TryFromCode(number <= NumberOffset ? 1 - number : number - NumberOffset, out var setting) ? setting : null;
    }
}
