using Akka.Embedded.Persistence;

namespace Akka.Tests.Persisting;

public sealed class LocalJournalFilesTests : IDisposable
{
    private readonly string _directory = Path.Combine(Path.GetTempPath(), $"journal-{Environment.ProcessId}-{Guid.NewGuid():N}");

    [Fact]
    public void Files_are_appended_to_cut_replaced_listed_and_deleted()
    {
        var files = new LocalJournalFiles(Path.Combine(_directory, "deep"));
        files.List().ShouldBeEmpty();
        files.Read("b").ShouldBeNull();
        Directory.Exists(_directory).ShouldBeFalse();

        files.Append("b", [1, 2]);
        files.Append("b", [3]);
        files.Read("b").ShouldBe(new byte[] { 1, 2, 3 });
        files.Cut("b", 2);
        files.Read("b").ShouldBe(new byte[] { 1, 2 });
        files.Replace("a", [9]);
        files.Replace("a", [8]);
        File.WriteAllBytes(Path.Combine(files.Location, "c.tmp"), [0]);
        files.List().ShouldBe(["a", "b"]);
        files.Delete("a");
        files.Delete("a");
        files.List().ShouldBe(["b"]);
    }

    public void Dispose()
    {
        if (Directory.Exists(_directory)) Directory.Delete(_directory, recursive: true);
    }
}
