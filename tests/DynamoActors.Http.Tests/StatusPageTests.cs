using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using DynamoActors.Core.Ring;
using DynamoActors.Core.Versioning;
using DynamoActors.Http.Status;
using DynamoActors.Node.Requests;
using DynamoActors.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace DynamoActors.Http.Tests;

/// <summary>The page as the server writes it; in a browser over a cluster it is tried elsewhere.</summary>
public sealed partial class StatusPageTests : FrontEndFixture
{
    private const string Hostile = "<img src=x onerror=alert(1)>\"'&";

    [Fact]
    public async Task It_shows_what_the_other_pages_say()
    {
        Node.Statistics = Node.Statistics with { Hints = [new HintQueue("node3", 1234, 5 << 20, 7)] };
        Node.Load = [new LoadPoint(12, TimeSpan.FromMilliseconds(1.5), TimeSpan.FromMilliseconds(20))];
        var page = await PageAsync();
        CellsOf(page, "data-node=\"node1\"")[..4].ShouldBe(["node1", "yes", "Up", "16"]);
        CellsOf(page, "data-node=\"node2\"")[..2].ShouldBe(["node2 (leader)", "yes"]);
        CellsOf(page, "data-node=\"node3\"")[..5].ShouldBe(["node3", "no", "Up", "16", "hall-b"]);
        CellsOf(page, "data-hints=\"node1\"").ShouldBe(["node3", "node1", "1,234", "5 MiB", "–", "7"]);
        CellsOf(page, "data-load=\"node1\"").ShouldBe(["node1", "12", "1.5 ms", "20 ms"]);
        page.ShouldContain($"<b data-fact=\"epoch\">{Node.Ring!.Epoch}</b>");
        page.ShouldContain("node3 cannot be reached from node1.");
        page.ShouldContain("node2 does not say how it is.");
        page.ShouldContain("node3 has missed 1,234 writes");
        JsonDocument.Parse(await Client.GetStringAsync("/stats/load")).RootElement.GetProperty("points")[0].GetProperty("p99").GetDouble()
            .ShouldBe(0.02);
    }

    [Fact]
    public async Task It_asks_the_others_what_they_see()
    {
        var other = new FakeStoreNode
        {
            Name = "node2",
            Statistics = Node.Statistics with { Storage = new StorageStatistics { BackgroundFailure = "No space." } },
        };
        other.Nodes = [other.Nodes[0] with { Reachable = false }, other.Nodes[1], other.Nodes[2] with { Reachable = true }];
        await using var frontEnd = await HttpFrontEnd.StartAsync(other, new HttpFrontEndOptions { Port = 0 }, NullLoggerFactory.Instance);
        Node.Nodes = [Node.Nodes[0], Node.Nodes[1]];
        Node.Others.Add("node2", other);
        var page = await PageAsync();
        page.ShouldContain("node2 cannot reach node1.");
        page.ShouldContain("The storage of node2 fails: No space.");
        CellsOf(page, "data-storage=\"node2\"")[^1].ShouldBe("No space.");
    }

    [Theory]
    [InlineData("no JSON")]
    [InlineData("{}")]
    [InlineData("null")]
    public async Task A_node_that_says_what_nobody_understands_is_shown_as_one_that_does_not_say(string facts)
    {
        Node.Nodes = [Node.Nodes[0], Node.Nodes[1]];
        Node.Others.Add("node2", new FakeStoreNode { Name = "node2", Facts = () => Encoding.UTF8.GetBytes(facts) });
        (await PageAsync()).ShouldContain("node2 does not say how it is.");
    }

    [Fact]
    public async Task What_others_chose_is_text_and_nothing_in_the_page_may_run()
    {
        Node.Nodes = [Node.Nodes[0], Node.Nodes[1] with { Name = Hostile, Status = Hostile, Http = Hostile, Zone = Hostile }];
        Node.Ring = PartitionTable.Assign(
            [new RingMember("node1", "a", "h", "", 1), new RingMember(Hostile, "b", Hostile, Hostile, 1)], 4, 2, previous: null);
        Node.Statistics = Node.Statistics with
        {
            Hints = [new HintQueue(Hostile, 1, 1, 0)],
            Storage = new StorageStatistics { BackgroundFailure = Hostile },
            AntiEntropy = [new PartitionAgreement(0, [new PeerAgreement(Hostile, null)])],
        };
        Node.Readiness = new NodeReadiness(false, Hostile);
        Node.Transfers = TransfersView.None with { Moves = [new TransferView(0, Hostile, "node1", 3, "moving") { LastError = Hostile }] };
        var held = FakeStoreNode.Siblings(FakeStoreNode.Version(1, Hostile, Hostile));
        Node.Script = _ => new KeyExplained(1, 1, [new(Hostile, true, OwnerAnswer.Held, held)], [new(Hostile, Hostile)],
            [new(Hostile, Hostile, default, null)], null, Hostile);
        var named = Uri.EscapeDataString(Hostile);
        using var answer = await Client.GetAsync($"/?key={named}&bucket={named}");
        var page = await answer.Content.ReadAsStringAsync();
        page.ShouldContain(WebUtility.HtmlEncode(Hostile));
        page.ShouldNotContain("<img");
        page.ShouldNotContain(" onerror=alert(1)>\"");
        answer.Content.Headers.ContentType!.ToString().ShouldBe("text/html; charset=utf-8");
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        policy.ShouldStartWith("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';");
        policy.ShouldNotContain("unsafe");
        InlineCode().IsMatch(page).ShouldBeFalse();
        Outside().Matches(page).Select(link => link.Value).ShouldAllBe(link => link.StartsWith("href=\"http://"), "links to nodes only");
    }

    [Fact]
    public async Task A_node_without_a_ring_says_what_it_waits_for()
    {
        Node.Ring = null;
        Node.Nodes = [];
        Node.Readiness = new NodeReadiness(false, "2 of 3 first members are up.");
        var page = await PageAsync();
        page.ShouldContain("node1 is not ready: 2 of 3 first members are up.");
        page.ShouldContain("This node knows no ring yet.");
    }

    [Theory]
    [InlineData("a+b", "61 20 62")]
    [InlineData("a%2Bb", "61 2b 62")]
    [InlineData("a%2500", "61 00")]
    [InlineData("%C3%A9/x", "c3 a9 2f 78")]
    public async Task A_key_is_looked_up_as_a_form_sends_it(string typed, string bytes)
    {
        Node.Script = _ => new KeyExplained(1, 1, [], [], [], null, "Nobody knows it.");
        (await PageAsync($"/?key={typed}&bucket=")).ShouldContain("Nobody knows it.");
        var asked = Node.Requests.ShouldHaveSingleItem().ShouldBeOfType<ExplainKey>();
        asked.Key.ToArray().Select(one => one.ToString("x2")).ShouldBe(bytes.Split(' '));
        asked.Bucket.ShouldBe("default");
    }

    [Theory]
    [InlineData("/?key=a%25zz", "two hexadecimal digits")]
    [InlineData("/?key=a&bucket=a%2500", "bucket")]
    public async Task What_cannot_be_looked_up_is_told_on_the_page(string target, string why)
    {
        SectionOf(await PageAsync(target), "found").ShouldContain(why);
        Node.Requests.ShouldBeEmpty();
        Node.Script = _ => new NodeNotReady("No ring yet.");
        SectionOf(await PageAsync("/?key=a"), "found").ShouldContain("No ring yet.");
        await ShouldBeProblemAsync(await Client.GetAsync("/?key=%ff"), HttpStatusCode.BadRequest, "broken-percent-encoding", "key");
        await ShouldBeProblemAsync(await Client.GetAsync("/?other=1"), HttpStatusCode.BadRequest, "unknown-parameter", "other");
        await ShouldBeProblemAsync(await PutAsync("/", "x"), HttpStatusCode.MethodNotAllowed, "method-not-allowed", "method");
    }

    [Fact]
    public async Task Siblings_stand_side_by_side_with_the_context_that_ends_them()
    {
        var (one, two) = (FakeStoreNode.Version(1, "milk", actor: 0xa1), FakeStoreNode.Version(2, "bread", actor: 0xb0));
        Node.Put("cart", FakeStoreNode.Siblings(one, two));
        Node.Script = request => request is not ExplainKey ? null : new KeyExplained(1, 1,
            [
                new("node1", true, OwnerAnswer.Held, FakeStoreNode.Siblings(one)),
                new("node2", true, OwnerAnswer.Held, FakeStoreNode.Siblings(two)),
            ], [], [], null, "They differ.");
        var found = SectionOf(await PageAsync("/?key=cart"), "found");
        Regex.Count(found, "<article").ShouldBe(2);
        Text(found).ShouldContain("milk");
        Text(found).ShouldContain($"{one.Dot} text/plain, 4 B {HttpDateOf(one)} on node1");
        var context = WebUtility.HtmlDecode(Regex.Match(found, "data-context=\"([^\"]+)\"").Groups[1].Value);
        (await PutAsync("/kv/cart", "milk", (ContextHeader, context))).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await Client.GetStringAsync("/kv/cart")).ShouldBe("milk");
    }

    [Fact]
    public async Task Bytes_are_shown_in_hexadecimal_and_long_text_is_cut_between_characters()
    {
        var bytes = FakeStoreNode.Version(1, "") with { Value = (byte[])[0, 1, 0xff] };
        var text = FakeStoreNode.Version(2, "x" + string.Concat(Enumerable.Repeat("é", 2000)));
        var held = FakeStoreNode.Siblings(bytes, text);
        Node.Script = _ => new KeyExplained(1, 1, [new("node1", true, OwnerAnswer.Held, held)], [], [], null, "");
        var found = WebUtility.HtmlDecode(SectionOf(await PageAsync("/?key=a"), "found"));
        found.ShouldContain(">00 01 ff</pre>");
        found.ShouldContain("éé\n… 1.9 KiB more</pre>");
        found.ShouldNotContain("\ufffd");
    }

    [Fact]
    public async Task Partitions_on_their_way_are_in_the_ring_and_in_its_picture()
    {
        RingPlan.TryMake(Node.Ring!, [new RingChange.Join(new RingMember("node4", "d", "h", "", 1))], out var plan, out _).ShouldBeTrue();
        Node.Ring = plan!.Target;
        var moving = JsonDocument.Parse(await Client.GetStringAsync("/ring")).RootElement.GetProperty("moving").EnumerateArray().ToList();
        moving.Select(move => move.GetProperty("partition").GetInt32()).ShouldBe(Node.Ring.MovingPartitions);
        moving.ShouldNotBeEmpty();
        moving[0].GetProperty("next").EnumerateArray().Select(name => name.GetString()).ShouldContain("node4");
        var page = await PageAsync();
        page.ShouldContain($"<b data-fact=\"moving\">{moving.Count}</b>");
        var path = Regex.Match(page, "class=\"n3 moving\" d=\"([^\"]+)\"").Groups[1].Value;
        path.Count(one => one == 'M').ShouldBe(moving.Count);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(300, 300)]
    [InlineData(5000, RingPicture.WedgesMax)]
    public async Task However_many_partitions_there_are_the_picture_stays_small(int partitions, int wedges)
    {
        Node.Ring = PartitionTable.Assign([Node.Ring!.Members[0]], partitions, 1, previous: null);
        var ring = SectionOf(await PageAsync(), "ring");
        var path = Regex.Match(ring, "<path class=\"n0\" d=\"([^\"]+)\"").Groups[1].Value;
        path.Count(one => one == 'M').ShouldBe(wedges);
        ring.Contains("stands for several partitions", StringComparison.Ordinal).ShouldBe(partitions > wedges);
    }

    [Theory]
    [InlineData("/page.css", "text/css; charset=utf-8")]
    [InlineData("/page.js", "text/javascript; charset=utf-8")]
    public async Task Its_files_come_from_the_node_itself(string path, string type)
    {
        using var answer = await Client.GetAsync(path);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.ToString().ShouldBe(type);
        (await answer.Content.ReadAsStringAsync()).ShouldNotContain("://");
    }

    [Theory]
    [InlineData(0, "0 s")]
    [InlineData(0.00025, "250 µs")]
    [InlineData(0.0015, "1.5 ms")]
    [InlineData(90, "90 s")]
    [InlineData(600, "10 min")]
    [InlineData(100_000, "28 h")]
    [InlineData(864_000, "10 days")]
    public void Times_are_written_as_people_do(double seconds, string text) => Figures.Time(seconds).ShouldBe(text);

    private async Task<string> PageAsync(string target = "/")
    {
        using var answer = await Client.GetAsync(target);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return await answer.Content.ReadAsStringAsync();
    }

    private static string HttpDateOf(Sibling sibling) =>
        DateTimeOffset.FromUnixTimeMilliseconds(sibling.Time.UnixMilliseconds).ToString("R");

    private static string SectionOf(string page, string id) =>
        Regex.Match(page, $"<section id=\"{id}\".*?</section>", RegexOptions.Singleline).Value;

    private static string[] CellsOf(string page, string row)
    {
        var match = Regex.Match(page, $"<tr {row}.*?</tr>", RegexOptions.Singleline);
        match.Success.ShouldBeTrue(row);
        return [.. Cell().Matches(match.Value).Select(cell => Text(cell.Groups[2].Value))];
    }

    private static string Text(string html) => WebUtility.HtmlDecode(Space().Replace(Tag().Replace(html, " "), " ").Trim());

    [GeneratedRegex(@"<(t[hd])\b[^>]*>(.*?)</\1>", RegexOptions.Singleline)]
    private static partial Regex Cell();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();

    [GeneratedRegex(@"<script(?! src=""/page\.js"" defer></script>)|<style|<[^>]*\sstyle=|<[^>]*\son\w+=""|javascript:",
        RegexOptions.IgnoreCase)]
    private static partial Regex InlineCode();

    [GeneratedRegex(@"\w+=""(?:https?:)?//[^""]*")]
    private static partial Regex Outside();
}
