using DynamoActors.Storage.Files;
using DynamoActors.Storage.Lsm.Engine;

namespace DynamoActors.Storage.Tests.Lsm;

/// <summary>A repair gives up what is damaged of a table, and keeps the rest.</summary>
public sealed class LsmRescueTests
{
    private const int KeyCount = 600;

    // In its second block, which has 512 bytes and a trailer like the first.
    private const long DamagedBit = 8 * 700;

    private readonly MemoryFileSystem _disk = new();

    [Theory]
    [InlineData(24)]
    [InlineData(1000)]
    public void Every_table_keeps_its_sound_blocks(int valuesApartAboveBytes)
    {
        var options = SmallLsm.Options with { ValuesApartAboveBytes = valuesApartAboveBytes };
        using (var engine = LsmStore.Open(_disk, options))
        {
            foreach (var round in (string[])["one", "two"])
                engine.Fill(KeyCount, round);
            engine.Flush();
        }
        var tables = LsmStore.Tables(_disk);
        foreach (var table in tables)
            _disk.FlipBit($"{LsmStore.Home}/{table}", DamagedBit);

        var report = LsmRepair.Run(LsmStore.Options(_disk, options));
        report.Quarantined.Count.ShouldBe(tables.Length);
        report.Quarantined.ShouldAllBe(table => table.Kept > table.Entries && table.Entries > 0);
        LsmStore.Tables(_disk).ShouldBe(tables);
        LsmRepair.Run(LsmStore.Options(_disk, options)).Quarantined.ShouldBeEmpty();

        using var repaired = LsmStore.Open(_disk, options);
        var different = Different(repaired, "two");
        ((long)different.Count).ShouldBeInRange(1, report.Quarantined.Sum(table => table.Entries));
        different.ShouldAllBe(key => report.Quarantined.Any(table => IsBetween(key, table)));
        repaired.Fill(KeyCount, "three");
        Different(repaired, "three").ShouldBeEmpty();
        repaired.Statistics.BackgroundFailure.ShouldBeNull();
        report.Quarantined.ShouldAllBe(table => _disk.Exists(table.MovedTo!));
    }

    /// <summary>At the end of a table lie its filter, index, properties and footer; damage there says nothing of the data.</summary>
    [Theory]
    [InlineData("footer", BlockCompression.None)]
    [InlineData("index", BlockCompression.None)]
    [InlineData("all", BlockCompression.None)]
    [InlineData("footer", BlockCompression.Brotli)]
    [InlineData("all", BlockCompression.Brotli)]
    public void Without_its_index_a_table_keeps_all_its_blocks(string damaged, BlockCompression compression)
    {
        var options = SmallLsm.Options with { Compression = compression };
        var tables = FillTwice(options);
        foreach (var table in tables) Damage(table, damaged);

        var report = LsmRepair.Run(LsmStore.Options(_disk, options));
        report.Quarantined.Count.ShouldBe(tables.Length);
        report.Quarantined.ShouldAllBe(table => table.Entries == 0 && table.Kept > 0);
        LsmRepair.Run(LsmStore.Options(_disk, options)).Quarantined.ShouldBeEmpty();
        using var repaired = LsmStore.Open(_disk, options);
        Different(repaired, "two").ShouldBeEmpty();
    }

    [Theory]
    [InlineData(100)]
    [InlineData(700)]
    public void Without_its_index_a_table_keeps_what_lies_before_and_behind_a_damaged_block(int at)
    {
        var tables = FillTwice(SmallLsm.Options);
        foreach (var table in tables)
        {
            Damage(table, "all");
            _disk.FlipBit($"{LsmStore.Home}/{table}", 8 * at);
        }

        var report = LsmRepair.Run(LsmStore.Options(_disk, SmallLsm.Options));
        report.Quarantined.Count.ShouldBe(tables.Length);
        report.Quarantined.ShouldAllBe(table => table.Kept > table.Entries && table.Entries > 0);
        using var repaired = LsmStore.Open(_disk);
        var different = Different(repaired, "two");
        ((long)different.Count).ShouldBeInRange(1, report.Quarantined.Sum(table => table.Entries));
        different.ShouldAllBe(key => report.Quarantined.Any(table => IsBetween(key, table)));
    }

    [Fact]
    public void Without_its_index_a_table_keeps_what_lies_around_what_the_disk_cannot_read()
    {
        var options = SmallLsm.Options with { TableBytes = 64 << 10, MemtableBytes = 64 << 10 };
        var tables = FillTwice(options);
        foreach (var table in tables) Damage(table, "all");
        var disk = LsmStore.Options(_disk, options) with { FileSystem = new BadSector(_disk, 5000) };

        var report = LsmRepair.Run(disk);
        report.Quarantined.Count.ShouldBe(tables.Length);
        report.Quarantined.ShouldContain(table => table.Entries > 0 && table.Kept > table.Entries);
        using var repaired = LsmStore.Open(_disk, options);
        Different(repaired, "two").ShouldAllBe(key => report.Quarantined.Any(table => IsBetween(key, table)));
    }

    [Fact]
    public void What_is_rescued_is_no_newer_than_it_was()
    {
        // All in level 0, where the number alone says which is newer.
        var options = SmallLsm.Options with { Level0CompactionTables = int.MaxValue, Level0StopTables = int.MaxValue };
        using (var engine = LsmStore.Open(_disk, options))
        {
            foreach (var round in (string[])["one", "two"])
                engine.Fill(KeyCount, round);
            engine.Flush();
        }
        _disk.FlipBit($"{LsmStore.Home}/{LsmStore.Tables(_disk)[0]}", DamagedBit);
        LsmRepair.Run(LsmStore.Options(_disk, options)).Quarantined.ShouldHaveSingleItem().Kept.ShouldBeGreaterThan(0);
        using var repaired = LsmStore.Open(_disk, options);
        Different(repaired, "two").ShouldBeEmpty();
    }

    [Fact]
    public void A_repair_that_loses_its_power_anywhere_loses_no_more_than_one_that_does_not()
    {
        using (var engine = LsmStore.Open(_disk))
            engine.Fill(KeyCount, "one");
        foreach (var table in LsmStore.Tables(_disk)[..2])
            _disk.FlipBit($"{LsmStore.Home}/{table}", DamagedBit);
        var cuts = new List<MemoryFileSystem>();
        var random = new Random(7);
        _disk.Before = _ => cuts.Add(_disk.AfterPowerLoss(random));
        LsmRepair.Run(LsmStore.Options(_disk)).Quarantined.Count.ShouldBe(2);
        _disk.Before = null;
        List<string> lost;
        using (var engine = LsmStore.Open(_disk))
            lost = Different(engine, "one");
        lost.ShouldNotBeEmpty();

        cuts.Count.ShouldBeGreaterThan(20);
        foreach (var cut in cuts)
        {
            LsmRepair.Run(LsmStore.Options(cut));
            using var engine = LsmStore.Open(cut);
            Different(engine, "one").ShouldBe(lost);
        }
    }

    [Fact]
    public void Without_space_for_what_is_sound_nothing_changes()
    {
        using (var engine = LsmStore.Open(_disk))
            engine.Fill(KeyCount, "one");
        _disk.FlipBit($"{LsmStore.Home}/{LsmStore.Tables(_disk)[0]}", DamagedBit);
        var before = _disk.List(LsmStore.Home);
        _disk.CapacityBytes = _disk.UsedBytes;
        Should.Throw<StorageFullException>(() => LsmRepair.Run(LsmStore.Options(_disk)));
        _disk.CapacityBytes = long.MaxValue;
        LsmRepair.Run(LsmStore.Options(_disk)).Quarantined.ShouldHaveSingleItem().Kept.ShouldBeGreaterThan(0);
        _disk.List(LsmStore.Home).Count.ShouldBe(before.Count + 1);
    }

    private string[] FillTwice(LsmOptions options)
    {
        using var engine = LsmStore.Open(_disk, options);
        foreach (var round in (string[])["one", "two"])
            engine.Fill(KeyCount, round);
        engine.Flush();
        return LsmStore.Tables(_disk);
    }

    /// <summary>The index lies before the properties, which take less than 100 bytes, and the footer.</summary>
    private void Damage(string table, string what)
    {
        var path = $"{LsmStore.Home}/{table}";
        using var file = _disk.Open(path, FileOpening.Read);
        var end = file.Length;
        int[] behind = what switch { "footer" => [20], "index" => [160], _ => [20, 80, 160] };
        foreach (var bytes in behind) _disk.FlipBit(path, 8 * (end - bytes));
    }

    private static List<string> Different(IStorageEngine engine, string round) =>
        [.. Enumerable.Range(0, KeyCount).Where(i => engine.Get(Key(i)) != LsmStore.Value(i, round)).Select(Key)];

    private static string Key(int i) => $"key{i:D5}";

    /// <summary>Of each finished table there is a place that cannot be read; what a repair writes has none.</summary>
    private sealed class BadSector(IFileSystem disk, long at) : IFileSystem
    {
        public IFile Open(string path, FileOpening opening) =>
            path.StartsWith($"{LsmStore.Home}/0", StringComparison.Ordinal) && path.EndsWith(".table", StringComparison.Ordinal)
                ? new File(disk.Open(path, opening), path, at) : disk.Open(path, opening);

        public bool Exists(string path) => disk.Exists(path);

        public void CreateDirectory(string path) => disk.CreateDirectory(path);

        public IReadOnlyList<string> List(string directory) => disk.List(directory);

        public void Rename(string from, string to) => disk.Rename(from, to);

        public void Delete(string path) => disk.Delete(path);

        public void DeleteDirectory(string path) => disk.DeleteDirectory(path);

        public void Link(string existing, string added) => disk.Link(existing, added);

        public void SyncDirectory(string path) => disk.SyncDirectory(path);

        public IDisposable Lock(string path) => disk.Lock(path);

        private sealed class File(IFile file, string path, long bad) : IFile
        {
            public long Length => file.Length;

            public int Read(long offset, Span<byte> buffer)
            {
                if (offset > bad || offset + buffer.Length <= bad) return file.Read(offset, buffer);
                file.Read(offset, buffer[..(int)(bad - offset)]);
                throw new StorageCorruptException(path, bad, "the disk cannot read it");
            }

            public void Write(long offset, ReadOnlySpan<byte> bytes) => file.Write(offset, bytes);

            public void Write(long offset, IReadOnlyList<ReadOnlyMemory<byte>> parts) => file.Write(offset, parts);

            public void Preallocate(long length) => file.Preallocate(length);

            public void SetLength(long length) => file.SetLength(length);

            public void Sync() => file.Sync();

            public void Dispose() => file.Dispose();
        }
    }

    private static bool IsBetween(string key, QuarantinedTable table) =>
        string.CompareOrdinal(key, Keys.Text(table.Smallest)) >= 0 && string.CompareOrdinal(key, Keys.Text(table.Largest)) <= 0;
}
