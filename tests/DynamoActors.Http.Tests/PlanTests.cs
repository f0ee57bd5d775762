using System.Net;
using System.Text.Json;
using DynamoActors.Core.Ring;
using DynamoActors.Node.Requests;

namespace DynamoActors.Http.Tests;

/// <summary>Changes of the ring, and what is on its way because of them.</summary>
public sealed class PlanTests : FrontEndFixture
{
    private readonly List<PlanRequest> _asked = [];

    public PlanTests() => Node.Plans = request =>
    {
        _asked.Add(request);
        return new PlanShown(Node.Ring!, null, []);
    };

    [Theory]
    [InlineData("/cluster/weight/node1?weight=0", "bad-parameter", "a number above 0")]
    [InlineData("/cluster/weight/node1?weight=NaN", "bad-parameter", "a number above 0")]
    [InlineData("/cluster/weight/node1?weight=-1", "bad-parameter", "a number above 0")]
    [InlineData("/cluster/weight/node1", "bad-parameter", "weight")]
    [InlineData("/cluster/zone/node1", "bad-parameter", "zone")]
    [InlineData("/cluster/replace/node1", "bad-parameter", "by")]
    [InlineData("/cluster/replace/node1?by=", "bad-parameter", "the name of a node")]
    [InlineData("/cluster/replace/node1?by=node4&lost=perhaps", "bad-parameter", "true or false")]
    [InlineData("/cluster/force-remove/node1?dataloss=1", "bad-parameter", "true or false")]
    [InlineData("/cluster/plan/commit?epoch=-1", "bad-parameter", "the number of a ring")]
    [InlineData("/cluster/plan/commit?epoch=soon", "bad-parameter", "the number of a ring")]
    [InlineData("/cluster/leave/node1?lost=true", "unknown-parameter", "lost")]
    [InlineData("/cluster/plan/clear?epoch=1", "unknown-parameter", "epoch")]
    public async Task What_makes_no_sense_is_asked_of_nobody(string path, string kind, string detail)
    {
        (await ShouldBeProblemAsync(await Client.PostAsync(path, null), HttpStatusCode.BadRequest, kind))
            .GetProperty("detail").GetString().ShouldNotBeNull().ShouldContain(detail);
        _asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task Zones_and_epochs_are_passed_on_as_they_were_given()
    {
        (await Client.PostAsync("/cluster/zone/node1?zone=hall%20b", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await Client.PostAsync("/cluster/zone/node1?zone=", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await Client.PostAsync("/cluster/plan/commit?epoch=7", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        _asked.ShouldBe([new PlanRequest.PlaceIn("node1", "hall b"), new PlanRequest.PlaceIn("node1", ""), new PlanRequest.Commit(7)]);
    }

    [Fact]
    public async Task What_the_ring_refuses_says_why_and_that_nothing_has_changed()
    {
        Node.Plans = _ => new PlanRefused(new PlanRefusal(PlanRefusalKind.LastCopy, "3 partitions would be left without a copy."));
        (await ShouldBeProblemAsync(await Client.PostAsync("/cluster/force-remove/node2", null), HttpStatusCode.Conflict, "plan-refused"))
            .GetProperty("detail").GetString().ShouldBe("3 partitions would be left without a copy. Nothing has changed.");
    }

    [Fact]
    public async Task Transfers_tell_bytes_done_of_all_rate_time_left_and_the_last_error()
    {
        Node.Transfers = new TransfersView(
            [new TransferView(3, "node2", "node1", 10, "moving")
            {
                Bytes = 100,
                BytesAll = 400,
                BytesPerSecond = 50,
                Left = TimeSpan.FromSeconds(6),
                LastError = "node2 refused: Overloaded",
            }], 100, 400, 60, 64, TimeSpan.FromSeconds(5), "[#####...............] 25%");

        using var document = JsonDocument.Parse(await Client.GetStringAsync("/cluster/transfers"));
        var page = document.RootElement;

        (page.GetProperty("bytes").GetInt64(), page.GetProperty("bytesAll").GetInt64()).ShouldBe((100, 400));
        (page.GetProperty("bytesPerSecond").GetDouble(), page.GetProperty("bytesPerSecondMax").GetInt64()).ShouldBe((60, 64));
        page.GetProperty("secondsLeft").GetDouble().ShouldBe(5);
        page.GetProperty("progress").GetString().ShouldBe("[#####...............] 25%");
        var move = page.GetProperty("toThisNode").EnumerateArray().ShouldHaveSingleItem();
        (move.GetProperty("partition").GetInt32(), move.GetProperty("state").GetString()).ShouldBe((3, "moving"));
        (move.GetProperty("bytes").GetInt64(), move.GetProperty("bytesAll").GetInt64()).ShouldBe((100, 400));
        (move.GetProperty("bytesPerSecond").GetDouble(), move.GetProperty("secondsLeft").GetDouble()).ShouldBe((50, 6));
        move.GetProperty("lastError").GetString().ShouldBe("node2 refused: Overloaded");
    }
}
