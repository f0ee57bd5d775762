using System.Globalization;
using DynamoActors.Core.Bytes;
using DynamoActors.Storage.Background;
using DynamoActors.Storage.Files;
using DynamoActors.Storage.Lsm.Engine;
using DynamoActors.Storage.Repair;

namespace DynamoActors.Storage.Tests.Lsm;

/// <summary>Damaged files give errors that name them, never a wrong answer and never any other exception.</summary>
public sealed class LsmDamageTests
{
    private const int KeyCount = 800;

    private readonly MemoryFileSystem _sound = new();
    private readonly Dictionary<string, string> _expected = [];
    private readonly string _lastKey;

    public LsmDamageTests()
    {
        using var engine = LsmStore.Open(_sound);
        for (var round = 0; round < 3; round++)
        {
            for (var i = round; i < KeyCount; i += round + 1)
            {
                var key = $"key{i:D5}";
                _expected[key] = LsmStore.Value(i, $"round{round}");
                engine.Put(key, _expected[key]);
            }
        }
        engine.DropRange(Keys.Bytes("key00100"), Keys.Bytes("key00120"));
        for (var i = 100; i < 120; i++)
            _expected.Remove($"key{i:D5}");
        engine.Flush();
        _lastKey = $"key{KeyCount - 1:D5}";
        LsmStore.Tables(_sound).Length.ShouldBeGreaterThan(3);
    }

    [Theory]
    [InlineData(".table", 120)]
    [InlineData("MANIFEST", 60)]
    [InlineData("CURRENT", 20)]
    [InlineData("IDENTITY", 20)]
    public void A_flipped_bit_or_a_cut_file_never_gives_a_wrong_answer(string kind, int trials)
    {
        var errors = 0;
        for (var seed = 0; seed < trials; seed++)
        {
            var random = new Random(seed);
            var disk = _sound.AfterProcessCrash();
            var names = disk.List(LsmStore.Home).Where(name => name.Contains(kind, StringComparison.Ordinal)).ToArray();
            var path = $"{LsmStore.Home}/{names[random.Next(names.Length)]}";
            Damage(random, disk, path);
            errors += CountErrors(disk, $"seed {seed}, damage to {path}");
        }
        errors.ShouldBeGreaterThan(0, "the damage was never found");
    }

    [Fact]
    public void Reading_through_an_open_store_finds_damage_that_no_request_has_met_and_only_suspects_are_repaired()
    {
        var disk = _sound.AfterProcessCrash();
        var tables = LsmStore.Tables(disk);
        var found = new List<string>();
        long read = 0;
        using (var engine = LsmEngine.Open(LsmStore.Options(disk, background: new ManualBackgroundWork()) with { DamageFound = found.Add }))
        {
            ReadThrough(engine).ShouldAllBe(table => table.Damage == null);
            disk.FlipBit($"{LsmStore.Home}/{tables[1]}", 1000);
            disk.FlipBit($"{LsmStore.Home}/{tables[2]}", 1000);
            read.ShouldBeGreaterThan(KeyCount * 8);
            var readings = ReadThrough(engine);
            readings.Select(table => Path.GetFileName(table.Path)).ShouldBe(tables);
            readings.Select(table => table.Left).ShouldBe(Enumerable.Range(0, tables.Length).Reverse());
            readings.Count(table => table.Damage != null).ShouldBe(2);
            found.ShouldBe([$"{LsmStore.Home}/{tables[1]}", $"{LsmStore.Home}/{tables[2]}"]);
        }

        var report = LsmRepair.Run(LsmStore.Options(disk), suspects: found[..1]);
        report.TablesChecked.ShouldBe(1);
        report.Quarantined.Single().Path.ShouldBe(found[0]);
        LsmRepair.Run(LsmStore.Options(disk)).Quarantined.Single().Path.ShouldBe(found[1]);

        List<TableReading> ReadThrough(LsmEngine engine)
        {
            var readings = new List<TableReading>();
            while (engine.ReadThrough(readings.Count == 0 ? 0 : readings[^1].Number, bytes => read += bytes) is { } next)
                readings.Add(next);
            return readings;
        }
    }

    [Fact]
    public void A_manifest_that_was_cut_anywhere_is_refused_and_written_anew_from_its_copy()
    {
        var name = Manifest;
        var whole = LsmStore.Read(_sound, $"{LsmStore.Home}/{name}");
        LsmStore.Read(_sound, $"{LsmStore.Home}/{name}.copy").ShouldBe(whole);
        for (var length = 0; length < whole.Length; length += 7)
        {
            var disk = _sound.AfterProcessCrash();
            LsmStore.Overwrite(disk, $"{LsmStore.Home}/{name}", whole.AsSpan(0, length));
            Should.Throw<StorageCorruptException>(() => LsmStore.Open(disk), $"cut to {length}").File.ShouldEndWith(name);
            var forgotten = false;
            var finding = new StoreChecker(LsmStore.Options(disk), _ => forgotten = true, _ => "").Run().ShouldHaveSingleItem();
            (finding.Lost, forgotten).ShouldBe(("Nothing.", false));
            CountErrors(disk, $"cut to {length}").ShouldBe(0);
        }
    }

    [Fact]
    public void A_store_whose_manifest_and_its_copy_are_damaged_moves_aside_and_no_older_manifest_is_taken()
    {
        var name = Manifest;
        LsmStore.Overwrite(
            _sound, $"{LsmStore.Home}/MANIFEST-000000", LsmStore.Read(_sound, $"{LsmStore.Home}/{name}").AsSpan(0, 60));
        foreach (var damaged in new[] { name, name + ".copy" })
            _sound.FlipBit($"{LsmStore.Home}/{damaged}", 8 * 20);
        new StoreChecker(LsmStore.Options(_sound), _ => { }, _ => "").Run().ShouldHaveSingleItem().Lost.ShouldStartWith("Everything");
        _sound.Exists(LsmStore.Home).ShouldBeFalse();
    }

    [Fact]
    public void A_damaged_table_is_reported_with_file_and_offset_and_the_rest_is_readable()
    {
        var table = LsmStore.Tables(_sound)[^1];
        _sound.FlipBit($"{LsmStore.Home}/{table}", 8 * 100);
        using var engine = LsmStore.Open(_sound);
        var damaged = 0;
        foreach (var (key, value) in _expected)
        {
            try
            {
                engine.Get(key).ShouldBe(value);
            }
            catch (StorageCorruptException e)
            {
                e.File.ShouldEndWith(table);
                e.Offset.ShouldBe(0);
                damaged++;
            }
        }
        damaged.ShouldBeInRange(1, KeyCount / 4);
        engine.Statistics.BackgroundFailure.ShouldNotBeNull().ShouldContain(table);
    }

    [Fact]
    public void A_table_in_the_place_of_another_is_not_taken_for_it()
    {
        var tables = LsmStore.Tables(_sound);
        LsmStore.Overwrite(_sound, $"{LsmStore.Home}/{tables[^1]}", LsmStore.Read(_sound, $"{LsmStore.Home}/{tables[^2]}"));
        using var engine = LsmStore.Open(_sound);
        engine.RecoveryReport.ShouldHaveSingleItem().ShouldContain(tables[^1]);
        Should.Throw<StorageCorruptException>(() => engine.List());
    }

    [Fact]
    public void A_missing_table_is_reported_when_the_store_opens_and_by_every_read_of_its_range()
    {
        var table = LsmStore.Tables(_sound)[^1];
        _sound.Delete($"{LsmStore.Home}/{table}");
        using var engine = LsmStore.Open(_sound);
        engine.RecoveryReport.ShouldContain(line => line.Contains(table) && line.Contains("missing"));
        Should.Throw<StorageCorruptException>(() => engine.List()).File.ShouldEndWith(table);
    }

    [Fact]
    public void Repair_moves_a_damaged_table_aside_and_says_between_which_keys_its_damage_is()
    {
        var table = LsmStore.Tables(_sound)[^1];
        _sound.FlipBit($"{LsmStore.Home}/{table}", 8 * 700);
        var report = LsmRepair.Run(LsmStore.Options(_sound));
        var quarantined = report.Quarantined.ShouldHaveSingleItem();
        quarantined.Path.ShouldEndWith(table);
        _sound.Exists(quarantined.MovedTo.ShouldNotBeNull()).ShouldBeTrue();

        using var engine = LsmStore.Open(_sound);
        var (smallest, largest) = (Keys.Text(quarantined.Smallest), Keys.Text(quarantined.Largest));
        foreach (var (key, value) in _expected.Where(
            entry => string.CompareOrdinal(entry.Key, smallest) < 0 || string.CompareOrdinal(entry.Key, largest) > 0))
            engine.Get(key).ShouldBe(value);
        engine.List().Count.ShouldBeLessThan(_expected.Count);
        engine.Statistics.BackgroundFailure.ShouldBeNull();
        engine.Fill(KeyCount, "again");
        engine.Get(_lastKey).ShouldBe(LsmStore.Value(KeyCount - 1, "again"));
        _sound.Exists(quarantined.MovedTo).ShouldBeTrue("what was moved aside is never removed");
    }

    [Fact]
    public void Repair_changes_nothing_in_a_sound_store_and_refuses_an_open_one()
    {
        var before = _sound.List(LsmStore.Home);
        var report = LsmRepair.Run(LsmStore.Options(_sound));
        report.Quarantined.ShouldBeEmpty();
        report.TablesChecked.ShouldBe(LsmStore.Tables(_sound).Length);
        _sound.List(LsmStore.Home).ShouldBe(before);
        using var engine = LsmStore.Open(_sound);
        Should.Throw<StorageRefusedException>(() => LsmRepair.Run(LsmStore.Options(_sound)));
    }

    [Fact]
    public void A_table_or_manifest_of_a_newer_format_is_refused()
    {
        var current = Manifest;
        var disk = _sound.AfterProcessCrash();
        Rewrite(disk, $"{LsmStore.Home}/{current}", versionAt: 8, checksumAt: 12, seed: 0, start: 0);
        Should.Throw<StorageRefusedException>(() => LsmStore.Open(disk)).Message.ShouldContain(current);

        var table = LsmStore.Tables(_sound)[0];
        var footer = LsmStore.Read(_sound, $"{LsmStore.Home}/{table}").Length - 52;
        var seed = Crc32C.Append(Crc32C.Append(0, long.Parse(table[..6], CultureInfo.InvariantCulture)), footer);
        Rewrite(_sound, $"{LsmStore.Home}/{table}", versionAt: footer + 36, checksumAt: footer + 40, seed, start: footer);
        Should.Throw<StorageRefusedException>(() => LsmStore.Open(_sound)).Message.ShouldContain(table);
    }

    private string Manifest => Keys.Text(LsmStore.Read(_sound, $"{LsmStore.Home}/CURRENT")).TrimEnd('\n');

    private static void Rewrite(MemoryFileSystem disk, string path, int versionAt, int checksumAt, uint seed, int start)
    {
        var bytes = LsmStore.Read(disk, path);
        bytes[versionAt] = 99;
        BitConverter.TryWriteBytes(bytes.AsSpan(checksumAt), Crc32C.Append(seed, bytes.AsSpan(start, checksumAt - start)));
        LsmStore.Overwrite(disk, path, bytes);
    }

    private static void Damage(Random random, MemoryFileSystem disk, string path)
    {
        using var file = disk.Open(path, FileOpening.ReadWrite);
        if (random.Next(4) == 0)
        {
            file.SetLength(random.NextInt64(file.Length));
            return;
        }
        for (var flips = random.Next(3); flips >= 0; flips--)
            disk.FlipBit(path, random.NextInt64(8 * file.Length));
    }

    private int CountErrors(MemoryFileSystem disk, string context)
    {
        LsmEngine engine;
        try
        {
            engine = LsmStore.Open(disk);
        }
        catch (StorageException e) when (e is StorageCorruptException or StorageRefusedException)
        {
            return 1;
        }
        using (engine)
        {
            var errors = _expected.Keys.Append("absent").Count(key => !TryRead(engine, key, context));
            return errors + (TryScan(engine, context) ? 0 : 1);
        }
    }

    private bool TryRead(LsmEngine engine, string key, string context)
    {
        try
        {
            engine.Get(key).ShouldBe(_expected.GetValueOrDefault(key), $"{context}, key {key}");
            return true;
        }
        catch (StorageCorruptException)
        {
            return false;
        }
    }

    private bool TryScan(LsmEngine engine, string context)
    {
        var expected = _expected.OrderBy(entry => entry.Key, StringComparer.Ordinal)
            .Select(entry => $"{entry.Key}={entry.Value}").ToArray();
        var at = 0;
        try
        {
            using var scan = engine.Scan(default, null);
            while (scan.MoveNext())
                $"{Keys.Text(scan.Key)}={Keys.Text(scan.Value)}".ShouldBe(expected.ElementAtOrDefault(at++), $"{context}, scan");
            at.ShouldBe(expected.Length, $"{context}, scan");
            return true;
        }
        catch (StorageCorruptException)
        {
            return false;
        }
    }
}
