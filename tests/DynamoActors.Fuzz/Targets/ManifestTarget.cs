using System.Buffers.Binary;
using System.Text;
using DynamoActors.Core.Bytes;
using DynamoActors.Storage;
using DynamoActors.Storage.Files;
using DynamoActors.Storage.Lsm;
using DynamoActors.Storage.Lsm.Levels;
using DynamoActors.Storage.Lsm.Tables;

namespace DynamoActors.Fuzz.Targets;

/// <summary>
/// A manifest (behind a byte 0), an edit in one that is sound (1), CURRENT (2) or IDENTITY (3): what is damaged is said to be.
/// </summary>
internal static class ManifestTarget
{
    private static readonly string _name = ManifestFile.NameOf(1);

    public static byte[][] Seeds()
    {
        var table = new TableMeta(2, 1000, 10, 1, "a"u8.ToArray(), "m"u8.ToArray(), []) { Values = [new ValueUse(2, 500)] };
        var edit = new LevelsEdit { NextNumber = 5, LastSequence = 70, Dropped = new KeyRange("c"u8.ToArray(), "d"u8.ToArray()) };
        edit.Added.Add(new LevelsEdit.Placed(0, table));
        edit.Added.Add(new LevelsEdit.Placed(1, table with { Number = 3, Values = [] }));
        var removal = new LevelsEdit();
        removal.Removed.Add(2);
        var disk = Disk.With();
        using (var manifest = ManifestFile.Create(disk, Disk.Directory, 1, edit)) manifest.Append(removal);
        return
        [
            [0, .. Disk.Read(disk, _name)], [1, .. edit.ToBytes()], [1, .. removal.ToBytes()], [2, .. Disk.Read(disk, "CURRENT")],
            [3, .. "DynamoActors store\nengine lsm\nformat 1\n"u8],
        ];
    }

    public static void Attempt(byte[] input)
    {
        if (input.Length == 0) return;
        var bytes = input[1..];
        try
        {
            switch (input[0] % 4)
            {
                case 0: ReadManifest(bytes); break;
                case 1: ReadManifest(With(bytes)); RequireSame(bytes); break;
                case 2: ManifestFile.ReadCurrent(Disk.With(("CURRENT", bytes)), Disk.Directory); break;
                default: StoreIdentity.Read(Disk.With((StoreIdentity.FileName, bytes)), Disk.Directory); break;
            }
        }
        catch (StorageException)
        {
            // As promised.
        }
    }

    private static void ReadManifest(byte[] manifest) => ManifestState.Read(
        Disk.With((_name, manifest), ("CURRENT", Encoding.ASCII.GetBytes(_name + "\n"))), Disk.Directory);

    private static void RequireSame(byte[] edit)
    {
        var written = LevelsEdit.Read(edit).ToBytes();
        if (!LevelsEdit.Read(written).ToBytes().AsSpan().SequenceEqual(written))
            throw new InvalidOperationException($"An edit is written again as another: {Convert.ToHexString(written)}");
    }

    private static byte[] With(byte[] edit)
    {
        var bytes = new byte[ManifestFile.HeaderBytes + ManifestFile.RecordHeaderBytes + edit.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, ManifestFile.Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), ManifestFile.Version);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(12), Crc32C.Of(bytes.AsSpan(0, 12)));
        var record = bytes.AsSpan(ManifestFile.HeaderBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(record, ManifestFile.Mark);
        BinaryPrimitives.WriteInt32LittleEndian(record[4..], edit.Length);
        edit.CopyTo(record[ManifestFile.RecordHeaderBytes..]);
        BinaryPrimitives.WriteUInt32LittleEndian(record[8..], Crc32C.Of(record[4..]));
        return bytes;
    }
}
