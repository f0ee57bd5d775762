using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.IO.Hashing;
using System.Text;
using DynamoActors.Core.Bytes;

namespace DynamoActors.Core.Ring;

/// <summary>
/// A ring as bytes: format 2; epoch (8 bytes); cluster (8 bytes); key hash (1 byte, <see cref="KeyHashKind"/>); partition count,
/// replication factor, member count (varints); per member its name, address, HTTP address and zone (each a varint length and UTF-8) and
/// weight (8 bytes, IEEE); per partition the owners (2 bytes each, in order); a CRC-32C of all before it (4 bytes). Fixed-width numbers are
/// little-endian. Equal rings have equal bytes. Format 1 lacks cluster and key hash: such a ring hashes by MD5, and its cluster is a hash
/// of its bytes, which all of its members have.
/// </summary>
public static class PartitionTableCodec
{
    private const byte Format = 2;
    private const byte FormatWithoutCluster = 1;
    private const int TextBytesMax = 255;

    public static byte[] Encode(PartitionTable table)
    {
        var output = new ArrayBufferWriter<byte>(64 + (table.Members.Length * 96) + (table.PartitionCount * table.ReplicaCount * 2));
        output.Write([Format]);
        WriteUInt64(output, table.Epoch);
        WriteUInt64(output, table.Cluster);
        output.Write([(byte)table.KeyHash]);
        WriteVarint(output, (ulong)table.PartitionCount);
        WriteVarint(output, (ulong)table.ReplicationFactor);
        WriteVarint(output, (ulong)table.Members.Length);
        foreach (var member in table.Members)
        {
            WriteText(output, member.Name);
            WriteText(output, member.Address);
            WriteText(output, member.Http);
            WriteText(output, member.Zone);
            WriteUInt64(output, BitConverter.DoubleToUInt64Bits(member.Weight));
        }
        for (var partition = 0; partition < table.PartitionCount; partition++)
            foreach (var owner in table.Owners(partition))
            {
                BinaryPrimitives.WriteUInt16LittleEndian(output.GetSpan(sizeof(ushort)), owner);
                output.Advance(sizeof(ushort));
            }
        var check = Crc32C.Of(output.WrittenSpan);
        BinaryPrimitives.WriteUInt32LittleEndian(output.GetSpan(sizeof(uint)), check);
        output.Advance(sizeof(uint));
        return output.WrittenSpan.ToArray();
    }

    /// <exception cref="PartitionTableFormatException">They are not exactly one encoded ring.</exception>
    public static PartitionTable Decode(ReadOnlySpan<byte> encoded)
    {
        if (encoded.Length < sizeof(uint)
            || BinaryPrimitives.ReadUInt32LittleEndian(encoded[^sizeof(uint)..]) != Crc32C.Of(encoded[..^sizeof(uint)]))
            throw new PartitionTableFormatException("the checksum is wrong");
        var reader = new StrictReader(encoded[..^sizeof(uint)]);
        if (reader.ReadByte("the format") is var format && format is not (Format or FormatWithoutCluster))
            throw new PartitionTableFormatException(
                $"format {format}, where this program reads formats {FormatWithoutCluster} and {Format}");
        var epoch = reader.ReadUInt64("the epoch");
        var (cluster, keyHash) = format == FormatWithoutCluster
            ? (XxHash64.HashToUInt64(encoded), KeyHashKind.Md5)
            : (reader.ReadUInt64("the cluster"), (KeyHashKind)reader.ReadByte("the key hash"));
        if (keyHash > KeyHashKind.Xxh128)
            reader.Refuse($"key hash {(byte)keyHash}");
        var partitionCount = (int)reader.ReadVarint(PartitionTable.PartitionCountMax, "the number of partitions");
        var replicationFactor = (int)reader.ReadVarint(PartitionTable.ReplicationFactorMax, "the replication factor");
        var members = ReadMembers(ref reader);
        if (partitionCount == 0 || replicationFactor == 0)
            reader.Refuse("no partitions, or no replicas");
        var owners = ReadOwners(ref reader, members.Length, partitionCount, Math.Min(replicationFactor, members.Length));
        reader.ExpectEnd();
        return reader.Fault is { } fault
            ? throw new PartitionTableFormatException(fault)
            : new PartitionTable(epoch, partitionCount, replicationFactor, members, owners, cluster, keyHash);
    }

    private static ImmutableArray<RingMember> ReadMembers(ref StrictReader reader)
    {
        var count = (int)reader.ReadVarint(PartitionTable.MembersMax, "the number of members");
        var members = ImmutableArray.CreateBuilder<RingMember>();
        for (var index = 0; index < count && reader.Fault is null; index++)
            members.Add(new RingMember(
                reader.ReadText(TextBytesMax, "a member's name"),
                reader.ReadText(TextBytesMax, "a member's address"),
                reader.ReadText(TextBytesMax, "a member's HTTP address"),
                reader.ReadText(TextBytesMax, "a member's zone"),
                BitConverter.UInt64BitsToDouble(reader.ReadUInt64("a member's weight"))));
        var read = members.DrainToImmutable();
        if (PartitionTable.MembersFault(read.AsSpan()) is { } fault)
            reader.Refuse(fault);
        return read;
    }

    private static ushort[] ReadOwners(ref StrictReader reader, int memberCount, int partitionCount, int replicaCount)
    {
        if (reader.Remaining != partitionCount * replicaCount * sizeof(ushort))
            reader.Refuse($"{reader.Remaining} bytes of owners, where {partitionCount} partitions × {replicaCount} need 2 each");
        if (reader.Fault is not null)
            return [];
        var owners = new ushort[partitionCount * replicaCount];
        for (var slot = 0; slot < owners.Length; slot++)
        {
            owners[slot] = reader.ReadUInt16("an owner");
            var before = owners.AsSpan(slot - (slot % replicaCount), slot % replicaCount);
            if (owners[slot] < memberCount && !before.Contains(owners[slot]))
                continue;
            reader.Refuse($"owner {owners[slot]} of partition {slot / replicaCount} is twice there, or no member");
            return [];
        }
        return owners;
    }

    private static void WriteUInt64(ArrayBufferWriter<byte> output, ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(output.GetSpan(sizeof(ulong)), value);
        output.Advance(sizeof(ulong));
    }

    private static void WriteVarint(ArrayBufferWriter<byte> output, ulong value) =>
        output.Advance(Varint.Write(output.GetSpan(Varint.LengthMax), value));

    private static void WriteText(ArrayBufferWriter<byte> output, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        WriteVarint(output, (ulong)bytes.Length);
        output.Write(bytes);
    }
}
