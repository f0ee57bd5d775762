using DynamoActors.Storage.Background;
using DynamoActors.Storage.Engines;
using DynamoActors.Storage.Files;
using DynamoActors.Storage.Snapshot;

namespace DynamoActors.Storage.Tests.Snapshot;

public sealed class SnapshotFileTests
{
    private const string Home = "/store";
    private const string Identity = "/store/IDENTITY";
    private const string File = "/store/snapshot-00000000000000000002";
    private const string GoldenIdentity = "44796E616D6F4163746F72732073746F72650A656E67696E6520736E617073686F740A666F726D617420310A";
    private const string GoldenSnapshot =
        "44796E61536E7031" + "0200000000000000" + "0200000000000000" + "31A329AC" + "00000000"
        + "F44F63DB" + "0F000000" + "0100" + "01000000" + "61" + "31" + "0100" + "00000000" + "62"
        + "E1FD6D6F" + "00000000";

    private readonly MemoryFileSystem _disk = new();

    [Fact]
    public void A_snapshot_and_an_identity_have_the_bytes_of_FORMAT_md()
    {
        WriteCopy();
        Golden.Read(_disk, Identity).ShouldBe(GoldenIdentity);
        Golden.Read(_disk, File).ShouldBe(GoldenSnapshot);
    }

    [Fact]
    public void A_store_with_the_bytes_of_FORMAT_md_opens()
    {
        _disk.CreateDirectory(Home);
        Golden.Write(_disk, Identity, GoldenIdentity);
        Golden.Write(_disk, File, GoldenSnapshot);
        using var engine = Open();
        engine.List().ShouldBe(["a=1", "b="]);
        engine.Put("c", "3").ShouldBe(3);
    }

    [Fact]
    public void Any_flipped_bit_is_damage_with_file_and_offset()
    {
        WriteCopy();
        for (var bit = 0; bit < GoldenSnapshot.Length * 4; bit++)
        {
            _disk.FlipBit(File, bit);
            var damage = Should.Throw<StorageCorruptException>(() => Open(), $"bit {bit}");
            damage.File.ShouldBe(File);
            damage.Offset.ShouldBeLessThanOrEqualTo(bit / 8);
            _disk.FlipBit(File, bit);
        }
        Open().Dispose();
    }

    [Fact]
    public void A_snapshot_that_was_cut_short_or_has_a_tail_is_damage()
    {
        WriteCopy();
        var bytes = Golden.Read(_disk, File);
        for (var length = 0; length < bytes.Length / 2; length++)
        {
            _disk.Delete(File);
            Golden.Write(_disk, File, bytes[..(length * 2)]);
            Should.Throw<StorageCorruptException>(() => Open(), $"{length} bytes");
        }
        _disk.Delete(File);
        Golden.Write(_disk, File, bytes + "00");
        Should.Throw<StorageCorruptException>(() => Open()).Message.ShouldContain("1 bytes follow its end");
    }

    [Fact]
    public void A_snapshot_under_another_number_is_damage()
    {
        WriteCopy();
        _disk.Rename(File, "/store/snapshot-00000000000000000003");
        Should.Throw<StorageCorruptException>(() => Open()).Message.ShouldContain("its name says");
    }

    private void WriteCopy()
    {
        using var memory = StorageEngines.Open("memory", new StorageOptions("", _disk, new InlineBackgroundWork(), TimeProvider.System));
        memory.Put("a", "1");
        memory.Put("b", "");
        memory.Checkpoint(Home);
    }

    private IStorageEngine Open() =>
        StorageEngines.Open(SnapshotEngine.EngineName, new StorageOptions(Home, _disk, new InlineBackgroundWork(), TimeProvider.System));
}
