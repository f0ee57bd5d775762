using DynamoActors.Storage.Files;

namespace DynamoActors.Storage.Tests.Files;

/// <summary>What engines rely on, of the operating system's disk and of the one in memory alike.</summary>
public abstract class FileSystemContract
{
    protected abstract IFileSystem Files { get; }

    protected abstract string Home { get; }

    [Fact]
    public void What_is_written_at_an_offset_is_read_there_and_gaps_are_zeros()
    {
        using var file = Files.Open(At("a"), FileOpening.CreateNew);
        file.Write(10_000, "far"u8);
        file.Write(0, "near"u8);
        file.Length.ShouldBe(10_003);
        Read(file, 0, 6).ShouldBe("near\0\0");
        Read(file, 9_999, 10).ShouldBe("\0far", "fewer bytes only at the end");
        Read(file, 20_000, 1).ShouldBe("");
    }

    [Fact]
    public void Parts_are_written_one_behind_the_other_however_many()
    {
        using var file = Files.Open(At("a"), FileOpening.CreateNew);
        var parts = Enumerable.Range(0, 3000).Select(i => (ReadOnlyMemory<byte>)Keys.Bytes($"{i},")).ToList();
        file.Write(5, parts);
        Read(file, 5, 100_000).ShouldBe(string.Concat(Enumerable.Range(0, 3000).Select(i => $"{i},")));
    }

    [Fact]
    public void Preallocation_grows_with_zeros_and_never_shrinks()
    {
        using var file = Files.Open(At("a"), FileOpening.CreateNew);
        file.Write(0, "abc"u8);
        file.Preallocate(3_000_000);
        file.Length.ShouldBe(3_000_000);
        Read(file, 0, 5).ShouldBe("abc\0\0");
        Read(file, 2_999_999, 5).ShouldBe("\0");
        file.Preallocate(100);
        file.Length.ShouldBe(3_000_000);
        file.SetLength(2);
        file.SetLength(4);
        Read(file, 0, 10).ShouldBe("ab\0\0");
        file.Sync();
    }

    [Fact]
    public void Opening_says_what_it_expects()
    {
        Should.Throw<IOException>(() => Files.Open(At("a"), FileOpening.Read));
        Should.Throw<IOException>(() => Files.Open(At("a"), FileOpening.ReadWrite));
        Files.Open(At("a"), FileOpening.CreateNew).Dispose();
        Should.Throw<IOException>(() => Files.Open(At("a"), FileOpening.CreateNew));
        using var file = Files.Open(At("a"), FileOpening.Read);
        Should.Throw<Exception>(() => file.Write(0, "x"u8));
        file.Length.ShouldBe(0);
    }

    [Fact]
    public void A_rename_replaces_and_a_deletion_of_nothing_is_nothing()
    {
        Write("a", "1");
        Write("b", "2");
        Files.Rename(At("a"), At("b"));
        Files.List(Home).ShouldBe(["b"]);
        Content("b").ShouldBe("1");
        Files.Delete(At("a"));
        Files.Delete(At("no/such/place"));
        Files.Delete(At("b"));
        Files.List(Home).ShouldBeEmpty();
        Files.List(At("nowhere")).ShouldBeEmpty();
    }

    [Fact]
    public void Names_are_listed_in_ordinal_order()
    {
        foreach (var name in new[] { "b", "a", "B", "10", "9" })
            Write(name, "");
        Files.CreateDirectory(At("dir/inner"));
        Files.List(Home).ShouldBe(["10", "9", "B", "a", "b", "dir"]);
        Files.Exists(At("dir/inner")).ShouldBeTrue();
        Write("dir/inner/f", "");
        Files.DeleteDirectory(At("dir"));
        Files.Exists(At("dir")).ShouldBeFalse();
        Files.DeleteDirectory(At("dir"));
    }

    [Fact]
    public void A_link_is_a_second_name_that_outlives_the_first()
    {
        Write("a", "1");
        Files.Link(At("a"), At("b"));
        Should.Throw<IOException>(() => Files.Link(At("a"), At("b")));
        Should.Throw<IOException>(() => Files.Link(At("none"), At("c")));
        Files.Delete(At("a"));
        Content("b").ShouldBe("1");
    }

    [Fact]
    public void An_open_file_outlives_its_name()
    {
        Write("a", "1");
        using var file = Files.Open(At("a"), FileOpening.Read);
        Files.Delete(At("a"));
        Read(file, 0, 5).ShouldBe("1");
    }

    [Fact]
    public void A_directory_can_be_synced_only_where_there_is_one()
    {
        Files.SyncDirectory(Home);
        Should.Throw<IOException>(() => Files.SyncDirectory(At("nowhere")));
    }

    [Fact]
    public void A_lock_excludes_others_until_it_is_given_back()
    {
        using (Files.Lock(At("LOCK")))
            Should.Throw<StorageRefusedException>(() => Files.Lock(At("LOCK"))).Message.ShouldContain("locked");
        Files.Lock(At("LOCK")).Dispose();
    }

    [Fact]
    public void Directories_are_made_with_their_parents()
    {
        DurableDirectory.Create(Files, At("x/y/z"));
        Files.List(At("x/y")).ShouldBe(["z"]);
        DurableDirectory.Create(Files, At("x/y/z"));
    }

    protected string At(string name) => $"{Home}/{name}";

    protected void Write(string name, string content)
    {
        using var file = Files.Open(At(name), FileOpening.CreateNew);
        file.Write(0, Keys.Bytes(content));
    }

    protected string Content(string name)
    {
        using var file = Files.Open(At(name), FileOpening.Read);
        return Read(file, 0, 100_000);
    }

    protected static string Read(IFile file, long offset, int count)
    {
        var buffer = new byte[count];
        return Keys.Text(buffer.AsMemory(0, file.Read(offset, buffer)));
    }
}
