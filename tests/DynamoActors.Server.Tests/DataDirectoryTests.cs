using DynamoActors.Server.Startup;

namespace DynamoActors.Server.Tests;

public sealed class DataDirectoryTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_directory_is_made_and_opened_again_by_its_node()
    {
        var path = _directory["a/b"];
        DataDirectory.Open(path, "node1").Dispose();
        File.WriteAllText(Path.Combine(path, "000001.log"), "");
        DataDirectory.Open(path, "node1").Dispose();
    }

    [Fact]
    public void A_directory_with_other_files_is_refused_and_stays_as_it_is()
    {
        _directory.Write("thesis.txt", "years of work");
        Refusal(_directory.Path, "node1").ShouldContain("holds files but is no node's data directory");
        Directory.GetFileSystemEntries(_directory.Path).ShouldBe([_directory["thesis.txt"]]);
    }

    [Fact]
    public void The_log_that_a_local_cluster_began_is_no_other_file()
    {
        _directory.Write("node.log", "");
        DataDirectory.Open(_directory.Path, "node1").Dispose();
    }

    [Fact]
    public void A_crash_while_the_directory_was_marked_leaves_it_usable()
    {
        _directory.Write("dynamo-node", "");
        DataDirectory.Open(_directory.Path, "node1").Dispose();
        Refusal(_directory.Path, "node2").ShouldContain("'node1'");
    }

    [Fact]
    public void Another_nodes_directory_is_refused_by_name()
    {
        DataDirectory.Open(_directory.Path, "node1").Dispose();
        Refusal(_directory.Path, "node2").ShouldContain("belongs to the node 'node1', not to 'node2'");
        DataDirectory.Open(_directory.Path, "node1").Dispose();
    }

    [Fact]
    public void A_directory_in_use_is_refused_until_it_is_free()
    {
        using (DataDirectory.Open(_directory.Path, "node1")) Refusal(_directory.Path, "node1").ShouldContain(
            "is in use by another process");
        DataDirectory.Open(_directory.Path, "node1").Dispose();
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("../a")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData(".a")]
    [InlineData("")]
    [InlineData("node\n1")]
    [InlineData("zoë")]
    public void A_new_node_has_a_name_that_files_and_addresses_can_have_and_an_old_one_keeps_its_own(string name)
    {
        Refusal(_directory["new"], name).ShouldContain($"'{name}' (dynamo.name) cannot be the name of a new node");
        Directory.Exists(_directory["new"]).ShouldBeFalse();
        Refusal(_directory["new"], new string('a', 129)).ShouldContain("1 to 128 printable ASCII characters");
        DataDirectory.Open(_directory["new"], "riak@10.0.0.1:8098").Dispose();
        if (name is "" or "node\n1") return;
        _directory.Write("dynamo-node", name + "\n");
        DataDirectory.Open(_directory.Path, name).Dispose();
        DataDirectory.IsMarker(name + "\n").ShouldBeTrue();
    }

    [Fact]
    public void A_link_whose_disk_is_not_mounted_is_named_as_such()
    {
        var link = _directory["data"];
        File.CreateSymbolicLink(link, _directory["volume"]);
        Refusal(link, "node1").ShouldContain($"is a link to {_directory["volume"]}, which is not there. Mount its disk");
        Directory.Exists(_directory["volume"]).ShouldBeFalse();
        Directory.CreateDirectory(_directory["volume"]);
        DataDirectory.Open(link, "node1").Dispose();
        File.Exists(Path.Combine(_directory["volume"], "dynamo-node")).ShouldBeTrue();
    }

    [Fact]
    public void A_file_or_a_place_that_cannot_be_written_is_refused()
    {
        var file = _directory.Write("file", "");
        Refusal(file, "node1").ShouldContain("is a file, not a directory");
        Refusal(Path.Combine(file, "below"), "node1").ShouldContain("cannot be written");
    }

    private static string Refusal(string path, string name) => Should.Throw<StartFailure>(() => DataDirectory.Open(path, name)).Message;
}
