using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.IO.Hashing;
using System.Text;
using DynamoActors.Core.Bytes;

namespace DynamoActors.Core.Ring;

/// <summary>
/// A ring as bytes: format 3; epoch (8 bytes); cluster (8 bytes); key hash (1 byte, <see cref="KeyHashKind"/>); the epoch since which it
/// moves (8 bytes); partition count,
/// replication factor, member count (varints); per member its name, address, HTTP address and zone (each a varint length and UTF-8), weight
/// (8 bytes, IEEE) and state (1 byte, <see cref="RingMemberState"/>); per partition how many own it (varint), the owners (2 bytes each, in
/// order), how many are next (varint; 0: it does not move) and those; a CRC-32C of all before it (4 bytes). Fixed-width numbers are
/// little-endian. Equal rings have equal bytes. A ring at rest, whose partitions all have the owners they should, is written in format 2,
/// which lacks states and counts, so that programs which know no other can read it. Format 1 lacks cluster and key hash too: such a ring
/// hashes by MD5, and its cluster is a hash of its bytes, which all of its members have.
/// </summary>
public static class PartitionTableCodec
{
    private const byte Format = 3;
    private const byte FormatAtRest = 2;
    private const byte FormatWithoutCluster = 1;
    private const int TextBytesMax = 255;

    public static byte[] Encode(PartitionTable table)
    {
        var output = new ArrayBufferWriter<byte>(64 + (table.Members.Length * 96) + (table.PartitionCount * table.ReplicaCount * 2));
        var isAtRest = IsAtRest(table);
        output.Write([isAtRest ? FormatAtRest : Format]);
        WriteUInt64(output, table.Epoch);
        WriteUInt64(output, table.Cluster);
        output.Write([(byte)table.KeyHash]);
        if (!isAtRest)
            WriteUInt64(output, table.MovingSince);
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
            if (!isAtRest)
                output.Write([(byte)member.State]);
        }
        for (var partition = 0; partition < table.PartitionCount; partition++)
        {
            WriteHolders(output, table.Owners(partition), isCounted: !isAtRest);
            WriteHolders(output, table.Next(partition), isCounted: !isAtRest);
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
        if (reader.ReadByte("the format") is var format && format is not (Format or FormatAtRest or FormatWithoutCluster))
            throw new PartitionTableFormatException(
                $"format {format}, where this program reads formats {FormatWithoutCluster} to {Format}");
        var epoch = reader.ReadUInt64("the epoch");
        var (cluster, keyHash) = format == FormatWithoutCluster
            ? (XxHash64.HashToUInt64(encoded), KeyHashKind.Md5)
            : (reader.ReadUInt64("the cluster"), (KeyHashKind)reader.ReadByte("the key hash"));
        if (keyHash > KeyHashKind.Xxh128)
            reader.Refuse($"key hash {(byte)keyHash}");
        var movingSince = format == Format ? reader.ReadUInt64("the epoch since which it moves") : 0;
        var partitionCount = (int)reader.ReadVarint(PartitionTable.PartitionCountMax, "the number of partitions");
        var replicationFactor = (int)reader.ReadVarint(PartitionTable.ReplicationFactorMax, "the replication factor");
        var members = ReadMembers(ref reader, hasState: format == Format);
        if (partitionCount == 0 || replicationFactor == 0)
            reader.Refuse("no partitions, or no replicas");
        var replicaCount = Math.Min(replicationFactor, members.Length);
        if (format != Format && reader.Remaining != partitionCount * replicaCount * sizeof(ushort))
            reader.Refuse($"{reader.Remaining} bytes of owners, where {partitionCount} partitions × {replicaCount} need 2 each");
        var (owners, next) = (PartitionTable.AllNone(partitionCount), PartitionTable.AllNone(partitionCount));
        for (var partition = 0; partition < partitionCount && reader.Fault is null; partition++)
        {
            owners[partition] = ReadHolders(ref reader, partition, members.Length,
                format == Format ? (int)reader.ReadVarint((ulong)replicationFactor, "the number of owners") : replicaCount);
            if (format == Format)
                next[partition] = ReadHolders(ref reader, partition, members.Length,
                    (int)reader.ReadVarint((ulong)replicationFactor, "the number of next owners"));
            if (owners[partition].Length == 0 || owners[partition].AsSpan().SequenceEqual(next[partition]))
                reader.Refuse($"partition {partition} has no owners, or moves to those it has");
        }
        reader.ExpectEnd();
        if (reader.Fault is { } fault)
            throw new PartitionTableFormatException(fault);
        var table = new PartitionTable(epoch, replicationFactor, members, owners, next, cluster, keyHash) { MovingSince = movingSince };
        return format == Format && IsAtRest(table)
            ? throw new PartitionTableFormatException($"format {Format} of a ring at rest, which is written in format {FormatAtRest}")
            : table;
    }

    private static bool IsAtRest(PartitionTable table)
    {
        var replicaCount = Math.Min(table.ReplicationFactor, table.Members.Length);
        for (var partition = 0; partition < table.PartitionCount; partition++)
            if (table.Owners(partition).Length != replicaCount)
                return false;
        return !table.IsInTransition && table.Members.All(member => member.State == RingMemberState.Staying);
    }

    private static ImmutableArray<RingMember> ReadMembers(ref StrictReader reader, bool hasState)
    {
        var count = (int)reader.ReadVarint(PartitionTable.MembersMax, "the number of members");
        var members = ImmutableArray.CreateBuilder<RingMember>();
        for (var index = 0; index < count && reader.Fault is null; index++)
            members.Add(new RingMember(
                reader.ReadText(TextBytesMax, "a member's name"),
                reader.ReadText(TextBytesMax, "a member's address"),
                reader.ReadText(TextBytesMax, "a member's HTTP address"),
                reader.ReadText(TextBytesMax, "a member's zone"),
                BitConverter.UInt64BitsToDouble(reader.ReadUInt64("a member's weight")))
            {
                State = hasState ? (RingMemberState)reader.ReadByte("a member's state") : RingMemberState.Staying,
            });
        var read = members.DrainToImmutable();
        if (read.Any(member => member.State > RingMemberState.Lost))
            reader.Refuse("a member's state is none");
        if (PartitionTable.MembersFault(read.AsSpan()) is { } fault)
            reader.Refuse(fault);
        return read;
    }

    private static ushort[] ReadHolders(ref StrictReader reader, int partition, int memberCount, int count)
    {
        var holders = new ushort[count];
        for (var position = 0; position < count && reader.Fault is null; position++)
        {
            holders[position] = reader.ReadUInt16("an owner");
            if (holders[position] >= memberCount || holders.AsSpan(0, position).Contains(holders[position]))
                reader.Refuse($"owner {holders[position]} of partition {partition} is twice there, or no member");
        }
        return holders;
    }

    private static void WriteHolders(ArrayBufferWriter<byte> output, ReadOnlySpan<ushort> holders, bool isCounted)
    {
        if (isCounted)
            WriteVarint(output, (ulong)holders.Length);
        foreach (var holder in holders)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(output.GetSpan(sizeof(ushort)), holder);
            output.Advance(sizeof(ushort));
        }
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
