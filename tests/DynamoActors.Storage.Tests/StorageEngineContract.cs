using DynamoActors.Storage.Background;
using DynamoActors.Storage.Engines;
using DynamoActors.Storage.Files;

namespace DynamoActors.Storage.Tests;

/// <summary>What every storage engine promises in memory: what is read after what was appended. One engine, one subclass.</summary>
public abstract class StorageEngineContract : IDisposable
{
    protected const string Home = "/data/store";

    private readonly List<IDisposable> _opened = [];

    protected MemoryFileSystem Disk { get; set; } = new();

    protected abstract string EngineName { get; }

    /// <summary>Settings small enough that a few thousand writes reach every part of the engine.</summary>
    protected abstract StorageOptions Options(StorageOptions plain);

    protected IStorageEngine Open(string directory = Home, IBackgroundWork? background = null)
    {
        var engine = StorageEngines.Open(
            EngineName,
            Options(new StorageOptions(directory, Disk, background ?? new InlineBackgroundWork(), TimeProvider.System)));
        _opened.Add(engine);
        return engine;
    }

    public void Dispose()
    {
        foreach (var engine in _opened)
            engine.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void A_value_is_read_back_as_it_was_put_and_an_absent_key_is_absent()
    {
        var engine = Open();
        engine.Put("a", "1");
        engine.Get("a").ShouldBe("1");
        engine.Get("b").ShouldBeNull();
        engine.Get("").ShouldBeNull();
    }

    [Fact]
    public void A_later_put_replaces_and_a_delete_removes()
    {
        var engine = Open();
        engine.Put("a", "1");
        engine.Put("a", "2");
        engine.Get("a").ShouldBe("2");
        engine.Delete("a");
        engine.Get("a").ShouldBeNull();
        engine.List().ShouldBeEmpty();
        engine.Delete("a");
        engine.Put("a", "3");
        engine.List().ShouldBe(["a=3"]);
    }

    [Fact]
    public void Within_a_batch_the_last_operation_on_a_key_wins()
    {
        var engine = Open();
        var (a, b, c) = (Keys.Bytes("a"), Keys.Bytes("b"), Keys.Bytes("c"));
        engine.Append(new WriteBatch().Put(a, "1"u8.ToArray()).Put(a, "2"u8.ToArray())
            .Put(b, "1"u8.ToArray()).Delete(b)
            .Delete(c).Put(c, "1"u8.ToArray()));
        engine.List().ShouldBe(["a=2", "c=1"]);
    }

    [Fact]
    public void Sequence_numbers_rise_by_one_a_batch_and_a_flush_reports_the_last()
    {
        var engine = Open();
        var first = engine.Put("a", "1");
        engine.Append(new WriteBatch().Put(Keys.Bytes("b"), default).Put(Keys.Bytes("c"), default)).ShouldBe(first + 1);
        engine.Delete("a").ShouldBe(first + 2);
        engine.Flush().ShouldBeGreaterThanOrEqualTo(first + 2);
        engine.Flush().ShouldBeGreaterThanOrEqualTo(first + 2);
        engine.Put("d", "").ShouldBe(first + 3);
    }

    [Fact]
    public void An_empty_batch_is_a_batch()
    {
        var engine = Open();
        var first = engine.Append(new WriteBatch());
        engine.Flush().ShouldBeGreaterThanOrEqualTo(first);
        engine.List().ShouldBeEmpty();
    }

    [Fact]
    public void Keys_are_ordered_as_unsigned_bytes()
    {
        var engine = Open();
        string[] ascending =
            ["\0", "\0\0", "\0\xFF", "\x7F", "\x80", "\xFE\xFF", "\xFF", "\xFF\0", "\xFF\xFF", "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"];
        foreach (var key in ascending.Reverse())
            engine.Put(key, "v");
        engine.List().ShouldBe(ascending.Select(key => $"{key}=v"));
        foreach (var key in ascending)
            engine.Get(key).ShouldBe("v");
    }

    [Fact]
    public void Keys_that_differ_only_in_trailing_zeros_or_beyond_eight_bytes_are_different_keys()
    {
        var engine = Open();
        string[] ascending = ["abcdefg", "abcdefg\0", "abcdefg\0\0", "abcdefgh", "abcdefgh\0", "abcdefghi", "abcdefghj"];
        foreach (var key in ascending)
            engine.Put(key, key);
        foreach (var key in ascending)
            engine.Get(key).ShouldBe(key);
        engine.List().ShouldBe(ascending.Select(key => $"{key}={key}"));
    }

    [Fact]
    public void The_longest_key_and_an_empty_value_are_kept()
    {
        var engine = Open();
        var longest = new string('k', ushort.MaxValue);
        engine.Put(longest, "");
        engine.Get(longest).ShouldBe("");
        engine.List().ShouldBe([$"{longest}="]);
        Should.Throw<ArgumentException>(() => engine.Put(longest + "k", ""));
        Should.Throw<ArgumentException>(() => engine.Put("", "v"));
    }

    [Fact]
    public void A_value_of_8_MiB_is_kept_whole()
    {
        var engine = Open();
        var value = new byte[8 << 20];
        new Random(8).NextBytes(value);
        engine.Append(new WriteBatch().Put(Keys.Bytes("big"), value).Put(Keys.Bytes("small"), "s"u8.ToArray()));
        engine.Flush();
        engine.TryGet(Keys.Bytes("big"), out var read).ShouldBeTrue();
        read.Span.SequenceEqual(value).ShouldBeTrue();
        engine.Get("small").ShouldBe("s");
    }

    [Fact]
    public void A_value_that_is_part_of_a_larger_buffer_is_kept_alone()
    {
        var engine = Open();
        var buffer = new byte[100_000];
        new Random(9).NextBytes(buffer);
        engine.Append(new WriteBatch().Put(Keys.Bytes("a"), buffer.AsMemory(10, 20)).Put(Keys.Bytes("b"), buffer.AsMemory(5, 80_000)));
        engine.TryGet(Keys.Bytes("a"), out var a).ShouldBeTrue();
        a.Span.SequenceEqual(buffer.AsSpan(10, 20)).ShouldBeTrue();
        engine.TryGet(Keys.Bytes("b"), out var b).ShouldBeTrue();
        b.Span.SequenceEqual(buffer.AsSpan(5, 80_000)).ShouldBeTrue();
    }

    [Fact]
    public void A_value_that_was_read_does_not_change_when_the_key_is_written_again()
    {
        var engine = Open();
        engine.Put("a", "old");
        engine.TryGet(Keys.Bytes("a"), out var old);
        for (var i = 0; i < 5000; i++)
            engine.Put("a", $"new{i}");
        engine.Flush();
        engine.Delete("a");
        Keys.Text(old).ShouldBe("old");
    }

    [Fact]
    public void A_batch_can_be_cleared_and_used_again()
    {
        var engine = Open();
        var batch = new WriteBatch().Put(Keys.Bytes("a"), "1"u8.ToArray());
        engine.Append(batch);
        batch.Clear();
        batch.Count.ShouldBe(0);
        batch.Bytes.ShouldBe(0);
        engine.Append(batch.Put(Keys.Bytes("b"), "2"u8.ToArray()));
        engine.Flush();
        engine.List().ShouldBe(["a=1", "b=2"]);
    }

    [Theory]
    [InlineData("", null, "a b c d")]
    [InlineData("b", null, "b c d")]
    [InlineData("bb", null, "c d")]
    [InlineData("", "c", "a b")]
    [InlineData("b", "d", "b c")]
    [InlineData("b", "b", "")]
    [InlineData("c", "b", "")]
    [InlineData("e", null, "")]
    [InlineData("", "", "")]
    public void A_scan_gives_the_keys_from_its_start_up_to_its_end(string from, string? to, string expected)
    {
        var engine = Open();
        foreach (var key in new[] { "c", "a", "d", "b" })
            engine.Put(key, "v");
        engine.List(from, to).ShouldBe(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(key => $"{key}=v"));
    }

    [Fact]
    public void A_scan_shows_the_moment_of_its_call_whatever_is_written_later()
    {
        var engine = Open();
        for (var i = 0; i < 3000; i++)
            engine.Put($"{i:D5}", "old");
        using var scan = engine.Scan(default, null);
        for (var i = 0; i < 3000; i++)
        {
            if (i % 2 == 0)
                engine.Put($"{i:D5}", "new");
            else
                engine.Delete($"{i:D5}");
            engine.Put($"{i:D5}x", "added");
        }
        engine.DropRange(Keys.Bytes("01000"), Keys.Bytes("02000"));
        engine.Flush();
        scan.Drain().ShouldBe(Enumerable.Range(0, 3000).Select(i => $"{i:D5}=old"));
    }

    [Fact]
    public void Dropping_a_range_removes_its_keys_and_no_others_and_they_can_be_put_again()
    {
        var engine = Open();
        for (var i = 0; i < 2000; i++)
            engine.Put($"{i:D4}", "v");
        engine.DropRange(Keys.Bytes("0500"), Keys.Bytes("1500"));
        engine.List().ShouldBe(Enumerable.Range(0, 2000).Where(i => i is < 500 or >= 1500).Select(i => $"{i:D4}=v"));
        engine.Get("0500").ShouldBeNull();
        engine.Get("1499").ShouldBeNull();
        engine.Get("1500").ShouldBe("v");
        engine.Put("1000", "again");
        engine.List("0500", "1500").ShouldBe(["1000=again"]);
        engine.DropRange(Keys.Bytes("x"), Keys.Bytes("y"));
        engine.DropRange(Keys.Bytes("0400"), Keys.Bytes("0400"));
        engine.DropRange(Keys.Bytes("0400"), Keys.Bytes("0300"));
        engine.List("0300", "0401").Count.ShouldBe(101);
    }

    [Fact]
    public void A_random_history_reads_like_a_sorted_dictionary()
    {
        var engine = Open();
        var model = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var random = new Random(20);
        for (var step = 0; step < 4000; step++)
        {
            RandomHistory.Step(random, engine, model, keys: 700);
            if (step % 500 == 0)
                engine.List().ShouldBe(model.Select(entry => $"{entry.Key}={entry.Value}"), $"step {step}");
        }
        foreach (var key in Enumerable.Range(0, 700).Select(RandomHistory.Key))
            engine.Get(key).ShouldBe(model.GetValueOrDefault(key), key);
        engine.List().ShouldBe(model.Select(entry => $"{entry.Key}={entry.Value}"));
    }

    [Fact]
    public void Statistics_move_with_the_work()
    {
        var engine = Open();
        var before = engine.Statistics;
        engine.Put("key", "value");
        engine.Flush();
        var after = engine.Statistics;
        (after.UserBytesWritten - before.UserBytesWritten).ShouldBe(8);
        after.WriteAmplification.ShouldBe(0, "of eight bytes it tells nothing");
        if (!engine.Capabilities.Durable)
            return;
        after.DiskBytesWritten.ShouldBeGreaterThan(before.DiskBytesWritten);
        after.Syncs.ShouldBeGreaterThan(before.Syncs);
        after.LogBytes.ShouldBeGreaterThan(0);
        for (var i = 0; i < 1000; i++)
            engine.Put($"{i:D4}", new string('v', 100));
        engine.Flush();
        engine.Statistics.WriteAmplification.ShouldBeInRange(1, 10);
    }

    [Fact]
    public void A_checkpoint_is_a_store_with_what_was_appended_until_then()
    {
        var engine = Open();
        for (var i = 0; i < 500; i++)
            engine.Put($"{i:D4}", "before");
        engine.Flush();
        engine.Put("unflushed", "before");
        engine.Checkpoint("/backups/monday");
        engine.Put("0001", "after");
        engine.Delete("0002");
        engine.Flush();

        var disk = Disk.AfterPowerLoss(new Random(1));
        var name = StoreIdentity.Read(disk, "/backups/monday").ShouldNotBeNull().Engine;
        using var copy = StorageEngines.Open(
            name, Options(new StorageOptions("/backups/monday", disk, new InlineBackgroundWork(), TimeProvider.System)));
        copy.List().ShouldBe(Enumerable.Range(0, 500).Select(i => $"{i:D4}=before").Append("unflushed=before"));
        copy.Put("0003", "changed in the copy");
        copy.Flush();
        engine.Get("0003").ShouldBe("before");
    }

    [Fact]
    public void A_checkpoint_does_not_overwrite_what_is_there()
    {
        var engine = Open();
        engine.Put("a", "1");
        engine.Checkpoint("/backups/monday");
        var names = Disk.List("/backups/monday");
        Should.Throw<StorageRefusedException>(() => engine.Checkpoint("/backups/monday")).Message.ShouldContain("/backups/monday");
        Disk.List("/backups/monday").ShouldBe(names);
    }

    [Fact]
    public void A_disposed_engine_refuses_everything()
    {
        var engine = Open();
        engine.Put("a", "1");
        engine.Dispose();
        Should.Throw<ObjectDisposedException>(() => engine.Put("a", "2"));
        Should.Throw<ObjectDisposedException>(() => engine.Get("a"));
        Should.Throw<ObjectDisposedException>(() => engine.Flush());
        Should.Throw<ObjectDisposedException>(() => engine.Scan(default, null));
        Should.Throw<ObjectDisposedException>(() => engine.DropRange(Keys.Bytes("a"), Keys.Bytes("b")));
        Should.Throw<ObjectDisposedException>(() => engine.Checkpoint("/x"));
        engine.Dispose();
    }

    [Fact]
    public void Appenders_readers_scanners_and_one_flusher_at_once_see_whole_batches_in_order()
    {
        using var background = new BackgroundThread("test background", _ => { });
        using var engine = Open(background: background);
        new ConcurrentUse(engine, writers: 4, batchesEach: 1500).Run();
    }
}
