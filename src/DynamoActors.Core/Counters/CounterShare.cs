using System.Buffers.Binary;
using System.Collections.Immutable;

namespace DynamoActors.Core.Counters;

/// <summary>An addition that its client has named, among those that a share's total contains.</summary>
/// <param name="AtUnixMilliseconds">When it was made, by the cluster's clock.</param>
public readonly record struct NamedAdd(UInt128 Key, long By, long AtUnixMilliseconds);

/// <summary>What one writer has added to a counter: the value of its newest version. See <see cref="Counter"/>.</summary>
/// <param name="Total">Of all additions.</param>
/// <param name="Named">In the order in which they were made.</param>
public sealed record CounterShare(Int128 Total, ImmutableArray<NamedAdd> Named)
{
    public static readonly CounterShare Empty = new(0, []);

    private const byte Format = 1;
    private const int HeadLength = 1 + 16;
    private const int NamedLength = 16 + sizeof(long) + sizeof(long);

    /// <summary>Format 1, the total (16 bytes); of each named addition its key (16), by how much (8) and when (8); little-endian.</summary>
    public byte[] Encode()
    {
        var bytes = new byte[HeadLength + (Named.Length * NamedLength)];
        bytes[0] = Format;
        BinaryPrimitives.WriteInt128LittleEndian(bytes.AsSpan(1), Total);
        var rest = bytes.AsSpan(HeadLength);
        foreach (var add in Named)
        {
            BinaryPrimitives.WriteUInt128LittleEndian(rest, add.Key);
            BinaryPrimitives.WriteInt64LittleEndian(rest[16..], add.By);
            BinaryPrimitives.WriteInt64LittleEndian(rest[24..], add.AtUnixMilliseconds);
            rest = rest[NamedLength..];
        }
        return bytes;
    }

    /// <summary>Null where the bytes are no share.</summary>
    public static CounterShare? Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeadLength || bytes[0] != Format || (bytes.Length - HeadLength) % NamedLength != 0) return null;
        var named = ImmutableArray.CreateBuilder<NamedAdd>((bytes.Length - HeadLength) / NamedLength);
        for (var rest = bytes[HeadLength..]; !rest.IsEmpty; rest = rest[NamedLength..])
            named.Add(new NamedAdd(
                BinaryPrimitives.ReadUInt128LittleEndian(rest),
                BinaryPrimitives.ReadInt64LittleEndian(rest[16..]),
                BinaryPrimitives.ReadInt64LittleEndian(rest[24..])));
        return new CounterShare(BinaryPrimitives.ReadInt128LittleEndian(bytes[1..]), named.DrainToImmutable());
    }

    public bool Equals(CounterShare? other) => other is not null && Total == other.Total && Named.SequenceEqual(other.Named);

    public override int GetHashCode() => HashCode.Combine(Total, Named.Length);
}
