using System.Globalization;
using System.Net;
using System.Text.Json;
using DynamoActors.Core.Bytes;
using DynamoActors.Core.Versioning;
using DynamoActors.Storage.Repair;
using Microsoft.Extensions.Logging.Abstractions;

namespace DynamoActors.Http.Tests;

/// <summary>What is below <c>/admin/</c>: checkpoints and their files, scrubbing, repairing.</summary>
public sealed class AdminTests : FrontEndFixture
{
    [Fact]
    public async Task A_checkpoint_is_taken_after_the_time_given_and_its_files_come_from_any_offset_on()
    {
        var at = new HybridTime(HybridTime.FromUnixMilliseconds(1_700_000_005_000).Value + 7);
        var taken = await JsonAsync(await Client.PostAsync($"/admin/checkpoints?at={at.Value}", null));
        ulong.Parse(taken.GetProperty("at").GetString()!, CultureInfo.InvariantCulture).ShouldBe(at.Value);
        Node.Now.ShouldBeGreaterThan(at);
        var id = taken.GetProperty("id").GetString();
        var files = taken.GetProperty("files").EnumerateArray().ToArray();
        files.Length.ShouldBeGreaterThan(4);
        foreach (var file in files)
        {
            var (name, bytes) = (file.GetProperty("name").GetString(), file.GetProperty("bytes").GetInt64());
            var path = $"/admin/checkpoints/{id}/{name}";
            var whole = await Client.GetByteArrayAsync(path);
            whole.LongLength.ShouldBe(bytes);
            (await Client.GetByteArrayAsync($"{path}?offset={bytes / 2}")).ShouldBe(whole[(int)(bytes / 2)..]);
            (await Client.GetByteArrayAsync($"{path}?offset={bytes}")).ShouldBeEmpty();
            var checksum = await JsonAsync(await Client.GetAsync($"{path}/checksum?rate=1000000"));
            checksum.GetProperty("checksum").GetUInt32().ShouldBe(Crc32C.Of(whole));
        }

        (await JsonAsync(await Client.GetAsync($"/admin/checkpoints/{id}"))).GetProperty("files").GetArrayLength().ShouldBe(files.Length);
        (await Client.DeleteAsync($"/admin/checkpoints/{id}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await ShouldBeProblemAsync(await Client.GetAsync($"/admin/checkpoints/{id}"), HttpStatusCode.NotFound, "no-such-checkpoint");
    }

    [Fact]
    public async Task Without_a_time_the_node_says_what_time_it_is()
    {
        var before = Node.Now;
        var taken = await JsonAsync(await Client.PostAsync("/admin/checkpoints", null));
        ulong.Parse(taken.GetProperty("at").GetString()!, CultureInfo.InvariantCulture).ShouldBeGreaterThan(before.Value);
    }

    [Theory]
    [InlineData("/admin/checkpoints?at=yesterday", "bad-parameter")]
    [InlineData("/admin/checkpoints?at=9000000000000000000", "bad-parameter")]
    [InlineData("/admin/checkpoints?name=x", "unknown-parameter")]
    [InlineData("/admin/scrub?rate=0", "bad-parameter")]
    public async Task Bad_input_is_refused_and_nothing_is_taken(string path, string type)
    {
        await ShouldBeProblemAsync(await Client.PostAsync(path, null), HttpStatusCode.BadRequest, type);
        Care.Disk.List("/data/checkpoints").ShouldBeEmpty();
        Care.Asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_a_checkpoint_has_not_is_not_found()
    {
        var id = (await JsonAsync(await Client.PostAsync("/admin/checkpoints", null))).GetProperty("id").GetString();
        foreach (var path in (string[])[$"{id}/nothing.table", $"{id}/..", "none/CURRENT", "none", ""])
            await ShouldBeProblemAsync(await Client.GetAsync($"/admin/checkpoints/{path.Replace("..", "%2e%2e")}"), HttpStatusCode.NotFound,
                "no-such-checkpoint");
        await ShouldBeProblemAsync(await Client.GetAsync($"/admin/checkpoints/{id}/CURRENT?offset=1000000"), HttpStatusCode.BadRequest,
            "bad-parameter");
        await ShouldBeProblemAsync(await Client.GetAsync($"/admin/checkpoints/{id}/a/b"), HttpStatusCode.NotFound, "no-such-route");
    }

    [Fact]
    public async Task A_full_disk_and_a_closed_store_are_told()
    {
        Care.Disk.CapacityBytes = Care.Disk.UsedBytes;
        await ShouldBeProblemAsync(await Client.PostAsync("/admin/checkpoints", null), HttpStatusCode.ServiceUnavailable, "store-failed");
        Care.Disk.CapacityBytes = long.MaxValue;
        Care.IsClosed = true;
        await ShouldBeProblemAsync(await Client.PostAsync("/admin/checkpoints", null), HttpStatusCode.ServiceUnavailable, "not-ready");
        Care.IsClosed = false;
        (await Client.PostAsync("/admin/checkpoints", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Scrubbing_and_repairing_are_asked_for_and_told()
    {
        (await JsonAsync(await Client.GetAsync("/admin/scrub"))).GetProperty("step").GetString().ShouldBe("idle");
        (await JsonAsync(await Client.PostAsync("/admin/scrub?rate=5000", null))).GetProperty("step").GetString().ShouldBe("done");
        (await JsonAsync(await Client.DeleteAsync("/admin/scrub"))).GetProperty("step").GetString().ShouldBe("paused");
        Care.Findings = [new Finding("/data/1.table", "broken", null, "some keys")];
        var finding = (await JsonAsync(await Client.PostAsync("/admin/repair", null))).GetProperty("findings")[0];
        finding.GetProperty("file").GetString().ShouldBe("/data/1.table");
        finding.GetProperty("done").ValueKind.ShouldBe(JsonValueKind.Null);
        Care.Asked.ShouldBe(["scrub 5000", "pause", "repair"]);
    }

    [Fact]
    public async Task Without_a_store_of_its_own_there_are_no_such_pages()
    {
        await using var frontEnd = await HttpFrontEnd.StartAsync(Node, new HttpFrontEndOptions { Port = 0 }, NullLoggerFactory.Instance);
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{frontEnd.Port}") };
        await ShouldBeProblemAsync(await client.PostAsync("/admin/checkpoints", null), HttpStatusCode.NotFound, "no-such-route");
        await frontEnd.StopAsync(TimeSpan.FromSeconds(5));
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer)
    {
        var body = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, body);
        return JsonDocument.Parse(body).RootElement;
    }
}
