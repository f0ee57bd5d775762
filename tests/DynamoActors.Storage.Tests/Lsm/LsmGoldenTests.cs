using DynamoActors.Storage.Files;
using DynamoActors.Storage.Lsm.Engine;
using DynamoActors.Storage.Lsm.Tables;

namespace DynamoActors.Storage.Tests.Lsm;

/// <summary>The bytes of every file, so that no change of the code changes them unnoticed: stores on disks are made of them.</summary>
public sealed class LsmGoldenTests
{
    private const string Table =
        "0005066170706C6572656402050C7269636F746F72616E676500060162616E616E610108006C75656265727279000000001900000002000000005CE5"
        + "6F41000614636865727279303132333435363738390000000001000000001B14071A0000000000800080000800000400000008040000001000000000"
        + "054042804400000000080001100000000001880008400000000000000000400002040080001806003F1D20F50200000000093E626C75656265727279"
        + "0006206368657272790065BE838205012113056170706C65066368657272790034DA33385E0000000000000046000000A4000000000000001E000000"
        + "C20000000000000016000000010000005A82238144594E4C534D5442";
    private const string Manifest =
        "44594E4C534D4D4601000000D26208164544495404000000C62DC85B0102020045444954190000000D8CFB78010302010300028C020501056170706C"
        + "6506636865727279004544495407000000711C9E3101030501620163";

    private static readonly LsmOptions Options = new()
    {
        MemtableBytes = 1,
        BlockBytes = 48,
        RestartInterval = 2,
        BloomBitsPerKey = 10,
    };

    [Fact]
    public void A_table_and_a_manifest_are_written_as_they_always_were()
    {
        var disk = new MemoryFileSystem();
        using (var engine = Open(disk))
            Write(engine);
        Hex(disk, "CURRENT").ShouldBe(Convert.ToHexString("MANIFEST-000001\n"u8));
        Hex(disk, "000002.table").ShouldBe(Table);
        Hex(disk, "MANIFEST-000001").ShouldBe(Manifest);
    }

    [Fact]
    public void What_was_written_long_ago_is_read()
    {
        var disk = new MemoryFileSystem();
        disk.CreateDirectory(LsmStore.Home);
        LsmStore.Overwrite(disk, $"{LsmStore.Home}/IDENTITY", "DynamoActors store\nengine lsm\nformat 1\n"u8);
        LsmStore.Overwrite(disk, $"{LsmStore.Home}/CURRENT", "MANIFEST-000001\n"u8);
        LsmStore.Overwrite(disk, $"{LsmStore.Home}/MANIFEST-000001", Convert.FromHexString(Manifest));
        LsmStore.Overwrite(disk, $"{LsmStore.Home}/000002.table", Convert.FromHexString(Table));
        using var engine = Open(disk);
        engine.RecoveryReport.ShouldBeEmpty();
        engine.List().ShouldBe(["apple=red", "apricot=orange", "cherry=0123456789"]);
        foreach (var key in new[] { "banana", "blueberry", "a", "zebra" })
            engine.Get(key).ShouldBeNull();
        engine.Get("apple").ShouldBe("red");
        engine.Get("cherry").ShouldBe("0123456789");
    }

    private static LsmEngine Open(MemoryFileSystem disk) =>
        LsmEngine.Open(LsmStore.Options(disk, Options) with { Log = new LogOptions { SegmentBytes = 4096 } });

    private static void Write(LsmEngine engine)
    {
        engine.Append(new WriteBatch()
            .Put("apple"u8.ToArray(), "red"u8.ToArray())
            .Put("apricot"u8.ToArray(), "orange"u8.ToArray())
            .Delete("banana"u8.ToArray())
            .Put("blueberry"u8.ToArray(), default)
            .Put("cherry"u8.ToArray(), "0123456789"u8.ToArray()));
        // Takes the memtable over, so that the first one is written out.
        engine.Append(new WriteBatch().Put("zebra"u8.ToArray(), "stripes"u8.ToArray()));
        engine.DropRange("b"u8.ToArray(), "c"u8.ToArray());
    }

    private static string Hex(MemoryFileSystem disk, string name) => Convert.ToHexString(LsmStore.Read(disk, $"{LsmStore.Home}/{name}"));
}
