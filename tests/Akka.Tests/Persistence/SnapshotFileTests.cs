using Akka.Embedded.Persistence;

namespace Akka.Tests.Persisting;

public class SnapshotFileTests
{
    private static readonly SnapshotFile _file = new(17, "S", [1, 2, 3]);

    [Fact]
    public void A_snapshot_is_read_again()
    {
        var read = SnapshotFile.Read("x", _file.ToBytes());

        (read.SerializerId, read.Manifest).ShouldBe((17, "S"));
        read.Payload.ShouldBe(_file.Payload);
    }

    [Fact]
    public void Damage_to_any_byte_and_any_cut_is_found()
    {
        byte[] bytes = _file.ToBytes();
        for (int at = 0; at < bytes.Length; at++)
        {
            byte[] damaged = [.. bytes];
            damaged[at] ^= 1;
            Should.Throw<JournalDamagedException>(() => SnapshotFile.Read("x", damaged), $"byte {at}");
            Should.Throw<JournalDamagedException>(() => SnapshotFile.Read("x", bytes[..at]), $"cut to {at}");
        }
        Should.Throw<JournalDamagedException>(() => SnapshotFile.Read("x", [.. bytes, 0]));
    }

    [Fact]
    public void Its_name_says_whose_it_is_and_when_it_was_taken()
    {
        string name = SnapshotFile.NameOf("a-b", 12, 34);

        name.ShouldBe("a%2Db-0000000000000000012-0000000000000000034.snapshot");
        SnapshotFile.TryParse(name, "a-b", out long sequenceNr, out long timestamp).ShouldBeTrue();
        (sequenceNr, timestamp).ShouldBe((12, 34));
        SnapshotFile.TryParse(name, "a", out _, out _).ShouldBeFalse();
    }
}
