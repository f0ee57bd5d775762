using System.Net;
using System.Text.Json;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Requests;
using DynamoActors.Storage;

namespace DynamoActors.Http.Tests;

/// <summary>The pages that say why a key looks as it does, and what a node is doing.</summary>
public sealed class ExplainAndStatisticsTests : FrontEndFixture
{
    [Fact]
    public async Task An_explanation_shows_each_owner_alone()
    {
        var held = FakeStoreNode.Siblings(
            FakeStoreNode.Version(1, "four") with { ExpiresAtUnixMilliseconds = 1_800_000_000_123 },
            Sibling.Tombstone(new Dot(0xb0, 2), HybridTime.FromUnixMilliseconds(1)));
        Node.Script = _ => new KeyExplained(
            7, 3, [new("node1", true, OwnerAnswer.Held, held), new("node2", true, OwnerAnswer.Absent, null), new("node3", false,
                OwnerAnswer.Unreachable, null)],
            [new("node4", "node3")],
            [new("node4", "node3", DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000), held.Context), new("node1", "node2",
                default, null)],
            InSyncAsOf: null, "They differ.");
        var page = await JsonAsync("/explain/a%2fb%00?bucket=carts");
        var asked = Node.Requests.Single().ShouldBeOfType<ExplainKey>();
        (asked.Bucket, Convert.ToHexString(asked.Key.Span)).ShouldBe(("carts", "612F6200"));

        page.GetProperty("key").GetString().ShouldBe("a%2Fb%00");
        (page.GetProperty("partition").GetInt32(), page.GetProperty("epoch").GetInt32()).ShouldBe((7, 3));
        var owners = page.GetProperty("owners").EnumerateArray().ToArray();
        owners.Select(owner => owner.GetProperty("answer").GetString()).ShouldBe(["held", "absent", "unreachable"]);
        owners.Select(owner => owner.GetProperty("reachable").GetBoolean()).ShouldBe([true, true, false]);
        owners[0].GetProperty("context").GetString().ShouldBe(ContextText.ToText(held.Context, "carts", "a/b\0"u8));
        owners[1].GetProperty("context").ValueKind.ShouldBe(JsonValueKind.Null);
        var siblings = owners[0].GetProperty("siblings").EnumerateArray().ToArray();
        siblings.Select(one => (one.GetProperty("dot").GetString(), one.GetProperty("bytes").GetInt32(), one.GetProperty("tombstone")
            .GetBoolean()))
            .ShouldBe([("00000000000000a0-1", 4, false), ("00000000000000b0-2", 0, true)]);
        siblings[0].GetProperty("expires").GetString().ShouldBe("2027-01-15T08:00:00.123Z");
        siblings[1].GetProperty("expires").ValueKind.ShouldBe(JsonValueKind.Null);
        var standIn = page.GetProperty("standIns")[0];
        (standIn.GetProperty("node").GetString(), standIn.GetProperty("for").GetString()).ShouldBe(("node4", "node3"));
        page.GetProperty("hints").EnumerateArray().Select(hint => (hint.GetProperty("node").GetString(), hint.GetProperty("for")
            .GetString()))
            .ShouldBe([("node4", "node3"), ("node1", "node2")]);
        page.GetProperty("hints")[0].GetProperty("keptAt").GetString().ShouldBe("2023-11-14T22:13:20.000Z");
        page.GetProperty("hints")[1].GetProperty("context").ValueKind.ShouldBe(JsonValueKind.Null);
        page.GetProperty("inSyncAsOf").ValueKind.ShouldBe(JsonValueKind.Null);
        page.GetProperty("why").GetString().ShouldBe("They differ.");
    }

    [Fact]
    public async Task Times_are_in_UTC_and_one_beyond_the_calendar_is_its_last()
    {
        var held = FakeStoreNode.Siblings(FakeStoreNode.Version(1, "v") with { ExpiresAtUnixMilliseconds = long.MaxValue });
        Node.Script = _ => new KeyExplained(7, 3, [new("node1", true, OwnerAnswer.Held, held)], [], [], new DateTimeOffset(2026, 1, 2, 3,
            4, 5, TimeSpan.FromHours(2)), "It agrees.");
        var page = await JsonAsync("/explain/a");
        page.GetProperty("inSyncAsOf").GetString().ShouldBe("2026-01-02T01:04:05.000Z");
        page.GetProperty("owners")[0].GetProperty("siblings")[0].GetProperty("expires").GetString().ShouldBe("9999-12-31T23:59:59.999Z");
    }

    [Fact]
    public async Task What_cannot_be_explained_is_refused()
    {
        await ShouldBeProblemAsync(await Client.GetAsync("/explain/"), HttpStatusCode.BadRequest, "key-empty", "key");
        await ShouldBeProblemAsync(await Client.GetAsync("/explain/a?x=1"), HttpStatusCode.BadRequest, "unknown-parameter", "x");
        await ShouldBeProblemAsync(await Client.GetAsync("/explain/a?bucket=a&bucket=a"), HttpStatusCode.BadRequest,
            "repeated-parameter", "bucket");
        await ShouldBeProblemAsync(await Client.GetAsync("/explain/a?bucket=%0a"), HttpStatusCode.BadRequest, "bad-bucket", "bucket");
        await ShouldBeProblemAsync(await Client.PutAsync("/explain/a", null), HttpStatusCode.MethodNotAllowed, "method-not-allowed",
            "method");
        Node.Requests.ShouldBeEmpty();
        Node.Script = _ => new NodeNotReady("No ring yet.");
        await ShouldBeProblemAsync(await Client.GetAsync("/explain/a"), HttpStatusCode.ServiceUnavailable, "not-ready");
        Node.Script = _ => new QuorumNotReached("r", 2, 1, Unknown: false, TimedOut: false);
        (await ShouldBeProblemAsync(await Client.GetAsync("/explain/a"), HttpStatusCode.ServiceUnavailable, "quorum-not-reached"))
            .GetProperty("outcome").GetString().ShouldBe("failed");
    }

    [Fact]
    public async Task Statistics_show_all_that_the_node_counts()
    {
        Node.Statistics = new NodeStatistics(
            TimeSpan.FromSeconds(90.5), 3, 1000, [new HintQueue("node2", 5, 600, 7) { Since = DateTimeOffset.UnixEpoch }],
                DivergentReads: 11, ReadRepairs: 12,
                QuorumFailures: 13,
            new StorageStatistics
            {
                LogBytes = 21,
                LogAge = TimeSpan.FromSeconds(2.5),
                LogFlushTime = TimeSpan.FromSeconds(3.5),
                LogFlushes = 34,
                BlockCacheHits = 31,
                BlockCacheMisses = 32,
                BloomNegatives = 33,
                Levels = [new LevelStatistics(1, 2, 3000)],
                UserBytesWritten = 100_000,
                DiskBytesWritten = 250_000,
                BackgroundFailure = "full"
            },
            [new PartitionAgreement(4, [new("node2", DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000)), new("node3", null)]),
                new PartitionAgreement(9, [])])
        {
            TwinDots = 14,
        };
        var page = await JsonAsync("/stats");
        page.GetProperty("node").GetString().ShouldBe("node1");
        page.GetProperty("uptime").GetDouble().ShouldBe(90.5);
        var requests = page.GetProperty("requests");
        string[] counted = ["underWay", "max", "divergentReads", "readRepairs", "quorumFailures", "twinDots"];
        counted.Select(name => requests.GetProperty(name).GetInt64()).ShouldBe([3, 1000, 11, 12, 13, 14]);
        var hints = page.GetProperty("hints")[0];
        (hints.GetProperty("target").GetString(), hints.GetProperty("count").GetInt64(), hints.GetProperty("bytes")
            .GetInt64(), hints.GetProperty("dropped").GetInt64())
            .ShouldBe(("node2", 5, 600, 7));
        hints.GetProperty("since").GetString().ShouldBe("1970-01-01T00:00:00.000Z");
        var partitions = page.GetProperty("antiEntropy").EnumerateArray().ToArray();
        partitions.Select(one => one.GetProperty("partition").GetInt32()).ShouldBe([4, 9]);
        partitions[0].GetProperty("peers").EnumerateArray().Select(one => (one.GetProperty("node")
            .GetString(), one.GetProperty("agreedAsOf").GetString()))
            .ShouldBe([("node2", "2023-11-14T22:13:20.000Z"), ("node3", null)]);
        var storage = page.GetProperty("storage");
        storage.GetProperty("logAge").GetDouble().ShouldBe(2.5);
        ((string[])["logBytes", "blockCacheHits", "blockCacheMisses", "bloomNegatives", "logFlushes"]).Select(
            name => storage.GetProperty(name).GetInt64()).ShouldBe([21, 31, 32, 33, 34]);
        storage.GetProperty("logFlushTime").GetDouble().ShouldBe(3.5);
        storage.GetProperty("writeAmplification").GetDouble().ShouldBe(2.5);
        storage.GetProperty("levels")[0].GetProperty("bytes").GetInt64().ShouldBe(3000);
        // Nothing that an engine counts is left out.
        storage.EnumerateObject().Select(member => member.Name).Order().ShouldBe(
            typeof(StorageStatistics).GetProperties().Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name)).Order());
    }

    private async Task<JsonElement> JsonAsync(string path)
    {
        var answer = await Client.GetAsync(path);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
    }
}
