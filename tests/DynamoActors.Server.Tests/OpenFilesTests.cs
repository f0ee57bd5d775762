using DynamoActors.Server.Startup;

namespace DynamoActors.Server.Tests;

public sealed class OpenFilesTests
{
    [Theory]
    [InlineData(320, 64)]
    [InlineData(400, 144)]
    [InlineData(512, 256)]
    [InlineData(1024, 512)]
    [InlineData(20_000, 10_000)]
    [InlineData(1_048_576, 10_000)]
    [InlineData(null, 10_000)]
    public void Connections_leave_the_node_half_of_its_files_and_never_less_than_256(int? files, int connections) =>
        Check(files).Http.ConnectionsMax.ShouldBe(connections);

    [Theory]
    [InlineData(64)]
    [InlineData(319)]
    public void Too_few_for_any_node_are_refused(int files) =>
        Should.Throw<StartFailure>(() => OpenFiles.RequireEnough(files)).Message.ShouldContain(
            $"may have {files} files open (ulimit -n), and a node needs 320 at least");

    [Theory]
    [InlineData(320)]
    [InlineData(null)]
    public void Enough_are_not(int? files) => OpenFiles.RequireEnough(files);

    [Fact]
    public void What_was_set_is_taken_or_refused_and_never_lowered_silently()
    {
        Check(1024, "dynamo.http.connections-max=512").Http.ConnectionsMax.ShouldBe(512);
        var message = Should.Throw<StartFailure>(() => Check(1024, "dynamo.http.connections-max=513")).Message;
        foreach (var part in (string[])["dynamo.http.connections-max is 513", "1024 files", "lower it to 512", "It is set by --set."])
            message.ShouldContain(part);
    }

    [Theory]
    [InlineData("Limit                     Soft Limit           Hard Limit           Units\nMax open files            1024              "
        + "   524288               files\n", 1024)]
    [InlineData("Max open files            unlimited            unlimited            files\n", null)]
    [InlineData("Max processes             1                    1                    processes\n", null)]
    public void The_limit_is_read_from_what_the_kernel_says(string limits, int? expected) => OpenFiles.LimitIn(limits).ShouldBe(expected);

    [Fact]
    public void The_log_says_how_many_there_are_for_what()
    {
        var log = new ListedLog();
        OpenFiles.Report(Check(1024), 1024, log);
        log.Lines.ShouldBe(["Information node1 may have 1024 files open: 512 connections of clients, and 512 for the node itself"]);
    }

    private static CheckedConfiguration Check(int? files, params string[] settings) => CheckedConfiguration.Of(
        NodeConfiguration.Read(new NodeLaunch
        {
            Name = "node1",
            DataDirectory = "/data",
            ConfigFile = NodeConfiguration.DefaultFile("node.conf"),
            Settings = settings,
        }),
        memoryBytes: 64L << 30,
        files);
}
