using DynamoActors.Server.Startup;

namespace DynamoActors.Server.Tests;

public sealed class MemorySharesTests : IDisposable
{
    private const long MiB = 1 << 20;

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    /// <summary>
    /// In MiB: a container of 256 MiB, 512 MiB, 1 GiB, 2.3 GiB, a machine of 64 GiB. A container's process may have three quarters of it.
    /// </summary>
    [Theory]
    [InlineData(192, 7.5, 2.1875, 7.5, 12.5, 10, 1.25, 6.25)]
    [InlineData(384, 25.5, 7.4375, 25.5, 42.5, 34, 4.25, 21.25)]
    [InlineData(768, 61.5, 17.9375, 61.5, 102.5, 82, 10.25, 51.25)]
    [InlineData(1792, 128, 32, 64, 128, 128, 26.25, 128)]
    [InlineData(65536, 128, 32, 64, 128, 128, 32, 128)]
    public void What_is_there_is_divided_and_where_there_is_plenty_the_reference_stays(
        long available, double cache, double memtable, double log, double bodies, double answers, double linkRequests, double linkBulk)
    {
        var configuration = Check(available * MiB);
        configuration.Stores.Lsm.BlockCacheBytes.ShouldBe((long)(cache * MiB));
        configuration.Stores.Lsm.MemtableBytes.ShouldBe((int)(memtable * MiB));
        configuration.Stores.Log.UnflushedBytesMax.ShouldBe((long)(log * MiB));
        configuration.Http.BodiesBytesMax.ShouldBe((long)(bodies * MiB));
        configuration.Http.AnswersBytesMax.ShouldBe((long)(answers * MiB));
        configuration.Links.RequestsBytesMax.ShouldBe((long)(linkRequests * MiB));
        configuration.Links.BulkBytesMax.ShouldBe((long)(linkBulk * MiB));
        MemoryReport.PartsOf(configuration, available * MiB).Sum(part => part.Bytes).ShouldBeLessThanOrEqualTo(available * MiB);
    }

    [Theory]
    [InlineData(1, "dynamo.ring.initial-members=1", "dynamo.store.lsm.waiting-memtables-max=1")]
    [InlineData(9, "dynamo.ring.initial-members=10", "dynamo.store.lsm.waiting-memtables-max=9")]
    public void However_many_share_a_part_together_they_stay_within_it(int peers, params string[] settings)
    {
        var configuration = Check(384 * MiB, settings);
        MemoryReport.PartsOf(configuration, 384 * MiB).ShouldContain(part => part.Purpose ==
            (peers == 1 ? "what waits for the other node" : $"what waits for {peers} other nodes"));
        MemoryReport.PartsOf(configuration, 384 * MiB).Sum(part => part.Bytes).ShouldBeInRange(380 * MiB, 384 * MiB);
    }

    [Fact]
    public void What_was_set_is_taken_as_it_is()
    {
        var file = _directory.Write("own.conf", "include \"reference.conf\"\ndynamo.http.bodies-bytes-max = 128MiB");
        var launch = Launch("dynamo.store.lsm { block-cache-bytes = 1GiB }") with { ConfigFile = file };
        var configuration = CheckedConfiguration.Of(NodeConfiguration.Read(launch), 384 * MiB, filesMax: null);
        configuration.Stores.Lsm.BlockCacheBytes.ShouldBe(1024 * MiB);
        configuration.Http.BodiesBytesMax.ShouldBe(128 * MiB);
        configuration.Stores.Log.UnflushedBytesMax.ShouldBe(51 * MiB / 2);
    }

    /// <summary>TLS takes much for each, and anyone may begin a handshake.</summary>
    [Theory]
    [InlineData(384, false, 3072)]
    [InlineData(384, true, 682)]
    [InlineData(65536, false, 10_000)]
    [InlineData(65536, true, 10_000)]
    public void Connections_take_an_eighth_at_most(long available, bool withTls, int connections)
    {
        string[] tls = withTls ? ["dynamo.security.clients.certificate = node.pem"] : [];
        Fit(tls).ShouldBe(connections);
        Fit([.. tls, "dynamo.http.connections-max = 9999"]).ShouldBe(9999, "it was set");

        long Fit(string[] settings) => ConnectionShares.Fit(NodeConfiguration.Read(Launch(settings)), available * MiB)
            .Config.GetLong("dynamo.http.connections-max");
    }

    [Fact]
    public void The_node_goes_by_that() =>
        Check(384 * MiB).Http.ConnectionsMax.ShouldBe(3072);

    [Fact]
    public void Too_little_for_any_node_is_refused() =>
        Should.Throw<StartFailure>(() => Check(MemoryShares.LeastBytes - 1)).Message.ShouldContain("a node needs 160 MiB at least");

    [Fact]
    public void The_log_says_what_there_is_and_warns_where_what_was_set_is_more()
    {
        var log = new ListedLog();
        MemoryReport.Write(Check(384 * MiB), 384 * MiB, log);
        log.Lines.ShouldBe(
            ["Information node1 may have 384 MiB of memory: 96 MiB for the node itself, 25 MiB for blocks that were read, 59 MiB for 4 "
                + "memtables, 25 MiB for the log, 42 MiB for bodies of requests, 34 MiB for large answers, 51 MiB for what waits for 2 "
                + "other nodes, 16 MiB for what they are sending, 34 MiB for what is no longer used"]);

        MemoryReport.Write(Check(384 * MiB, "dynamo.http.bodies-bytes-max=128MiB"), 384 * MiB, log);
        log.Lines[^1].ShouldStartWith("Warning Together these are 469 MiB, more than there is");
    }

    [Fact]
    public void This_process_has_some() => MemoryReport.AvailableBytes.ShouldBeGreaterThan(MemoryShares.LeastBytes);

    private static CheckedConfiguration Check(long available, params string[] settings) =>
        CheckedConfiguration.Of(NodeConfiguration.Read(Launch(settings)), available, filesMax: null);

    private static NodeLaunch Launch(params string[] settings) => new()
    {
        Name = "node1",
        DataDirectory = "/data",
        ConfigFile = NodeConfiguration.DefaultFile("node.conf"),
        Settings = settings,
    };
}
