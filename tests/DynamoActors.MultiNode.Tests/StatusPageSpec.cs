using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace DynamoActors.MultiNode.Tests;

/// <summary>A node's page in a real browser, over a real cluster. Pictures of it are left in <c>screenshots</c>.</summary>
[Collection("one cluster at a time")]
public sealed class StatusPageSpec(ITestOutputHelper output) : IAsyncLifetime
{
    /// <summary>Until a dead node has to be seen on a page that is open.</summary>
    private static readonly TimeSpan SeenWithin = TimeSpan.FromSeconds(5);

    private static readonly string s_screenshots = Path.Combine(AppContext.BaseDirectory, "screenshots");

    private readonly List<string> _complaints = [];
    private IPlaywright _playwright = null!;
    private IBrowser _browser = null!;
    private RunningCluster _cluster = null!;

    public async Task InitializeAsync()
    {
        if (ChromiumFactAttribute.Chromium is not { } chromium) return;
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = chromium, Args = ["--no-sandbox"] });
        _cluster = await RunningCluster.StartAsync(nodes: 4);
        Directory.CreateDirectory(s_screenshots);
        output.WriteLine($"Screenshots are in {s_screenshots}");
    }

    public async Task DisposeAsync()
    {
        if (_browser is null) return;
        await _browser.DisposeAsync();
        _playwright.Dispose();
        await _cluster.DisposeAsync();
    }

    [ChromiumFact]
    public async Task The_page_shows_what_the_nodes_answer_and_what_becomes_of_them()
    {
        await WriteAsync(200);
        var page = await OpenAsync(new() { ViewportSize = new() { Width = 1280, Height = 900 }, ColorScheme = ColorScheme.Light });
        await Until(page, "All is well", "#verdict");
        await ShowsTheMembersAsync(page);
        await ShowsTheRingAsync(page);
        await ShowsTheLoadAsync(page);
        await ShootAsync(page, "1-well-light");
        await ShootAsync(await OpenAsync(new() { ColorScheme = ColorScheme.Dark }), "2-well-dark");
        await IsUsableOnAPhoneAsync();
        await ShowsFactsWithoutAScriptAsync();
        await SiblingsAreResolvedAsync(page);
        await HostileNamesAreTextAsync(page);
        await AKilledNodeTurnsUpAsync(page);
        await MovingRangesAreShownAsync(page);
        _complaints.ShouldBeEmpty();
    }

    private async Task ShowsTheMembersAsync(IPage page)
    {
        var members = (await JsonAsync("/cluster")).GetProperty("members").EnumerateArray().ToList();
        members.Count.ShouldBe(4);
        foreach (var member in members)
        {
            var cells = await page.Locator($"#members tr[data-node={member.GetProperty("name").GetString()}] td").AllInnerTextsAsync();
            cells[0].ShouldBe(member.GetProperty("reachable").GetBoolean() ? "yes" : "no");
            cells[1].ShouldBe(member.GetProperty("status").GetString());
            cells[2].ShouldBe(member.GetProperty("partitions").GetInt32().ToString());
            cells[6].ShouldBe(member.GetProperty("http").GetString());
        }

        (await page.Locator("#members td.well").CountAsync()).ShouldBe(12, "each of four reaches three others");
    }

    private async Task ShowsTheRingAsync(IPage page)
    {
        var ring = await JsonAsync("/ring");
        (await page.InnerTextAsync("[data-fact=epoch]")).ShouldBe(ring.GetProperty("epoch").GetUInt64().ToString());
        var legend = await page.Locator("#ring .legend li").AllInnerTextsAsync();
        legend.Count.ShouldBe(4);
        foreach (var (member, line) in ring.GetProperty("members").EnumerateArray().Zip(legend))
            line.ShouldContain($"{member.GetProperty("name").GetString()} owns {member.GetProperty("partitions").GetInt32()},");
        // Four nodes at three places.
        (await page.Locator("#ring svg path").CountAsync()).ShouldBe(12);
    }

    private static async Task ShowsTheLoadAsync(IPage page)
    {
        // The writes before may have gone to any one; their interval of two seconds has to be over.
        await page.WaitForFunctionAsync("""
            () => [...document.querySelectorAll("#load tr[data-load=node1] svg")]
                .some(svg => svg.getAttribute("aria-label").match(/at most [1-9]/))
            """, null, new() { Timeout = 10_000 });
        (await page.Locator("#load tbody tr").CountAsync()).ShouldBe(4);
        (await page.Locator("#storage tbody tr").CountAsync()).ShouldBe(4);
    }

    private async Task IsUsableOnAPhoneAsync()
    {
        var page = await OpenAsync(new() { ViewportSize = new() { Width = 400, Height = 800 }, ColorScheme = ColorScheme.Dark });
        (await page.EvaluateAsync<int>("document.documentElement.scrollWidth")).ShouldBe(400, "only tables are wider than the screen");
        await ShootAsync(page, "3-phone-dark");
        await page.Keyboard.PressAsync("Tab");
        (await page.EvaluateAsync<string>("document.activeElement.className")).ShouldBe("skip");
        await page.Keyboard.PressAsync("/");
        (await page.EvaluateAsync<string>("document.activeElement.id")).ShouldBe("key");
        await page.Keyboard.TypeAsync("key 1");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForSelectorAsync("#found");
        (await page.InnerTextAsync("#found-title")).ShouldBe("Key key%201 in default");
        await ShootAsync(page, "4-phone-key");
        await page.Context.CloseAsync();
    }

    private async Task ShowsFactsWithoutAScriptAsync()
    {
        var page = await OpenAsync(new() { JavaScriptEnabled = false });
        await ShowsTheMembersAsync(page);
        await ShowsTheRingAsync(page);
        await page.Context.CloseAsync();
    }

    private async Task SiblingsAreResolvedAsync(IPage page)
    {
        var url = $"{_cluster.Nodes[0].Url}/kv/cart";
        var first = await PutAsync(url, "empty", context: null);
        await PutAsync(url, """{"items":["milk","bread"]}""", first);
        await PutAsync(url, "<script>document.title='broken'</script>", first);
        using (var both = await _cluster.Client.GetAsync(url)) both.StatusCode.ShouldBe(HttpStatusCode.MultipleChoices);

        await page.FillAsync("#key", "cart");
        await page.PressAsync("#key", "Enter");
        await page.WaitForSelectorAsync(".siblings article");
        var explained = await JsonAsync("/explain/cart");
        (await page.InnerTextAsync("#why")).ShouldBe(explained.GetProperty("why").GetString());
        foreach (var owner in explained.GetProperty("owners").EnumerateArray())
        {
            var row = page.Locator($"#found tr[data-owner={owner.GetProperty("node").GetString()}]");
            (await row.Locator("td").First.InnerTextAsync()).ShouldBe(owner.GetProperty("answer").GetString());
            (await row.Locator("td:nth-child(4) code").AllInnerTextsAsync()).ShouldBe(
                owner.GetProperty("siblings").EnumerateArray().Select(one => one.GetProperty("dot").GetString()!));
        }

        (await page.Locator("article").CountAsync()).ShouldBe(2);
        (await page.TitleAsync()).ShouldBe("node1 · DynamoActors");
        await ShootAsync(page, "5-siblings");
        // Something comes in between that nobody saw: it stays beside what is kept.
        await PutAsync(url, "unseen", first);
        await page.Locator("article", new() { HasText = "milk" }).Locator("button").ClickAsync();
        await Assertions.Expect(page.Locator("article", new() { HasText = "broken" })).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator("article", new() { HasText = "unseen" })).ToHaveCountAsync(1);
        await page.Locator("article", new() { HasText = "milk" }).Locator("button").ClickAsync();
        await Assertions.Expect(page.Locator("article")).ToHaveCountAsync(1);
        using var one = await _cluster.Client.GetAsync(url);
        one.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await one.Content.ReadAsStringAsync()).ShouldBe("""{"items":["milk","bread"]}""");
        one.Content.Headers.ContentType!.MediaType.ShouldBe("text/plain");
    }

    private async Task HostileNamesAreTextAsync(IPage page)
    {
        const string hostile = "\"><img src=x onerror=document.title='broken'>";
        await PutAsync($"{_cluster.Nodes[0].Url}/kv/{Uri.EscapeDataString(hostile)}", hostile, context: null);
        await page.FillAsync("#key", hostile);
        await page.PressAsync("#key", "Enter");
        await page.WaitForSelectorAsync("article");
        (await page.InnerTextAsync("article pre")).ShouldBe(hostile);
        (await page.InputValueAsync("#key")).ShouldBe(hostile);
        (await page.Locator("img").CountAsync()).ShouldBe(0);
        (await page.TitleAsync()).ShouldBe("node1 · DynamoActors");
    }

    private async Task AKilledNodeTurnsUpAsync(IPage page)
    {
        await page.GotoAsync(_cluster.Nodes[0].Url);
        await Until(page, "All is well", "#verdict");
        var dead = _cluster.Nodes[2];
        for (var kills = 1; ; kills++)
        {
            var waited = Stopwatch.StartNew();
            RunningCluster.Kill(dead);
            await Until(page, $"{dead.Name} cannot be reached from node1.", "#verdict");
            output.WriteLine($"A killed node was on the page after {waited.Elapsed.TotalSeconds:0.0} s");
            if (waited.Elapsed < SeenWithin) break;
            // A machine that stood still for seconds has been seen; three times in a row it is the page.
            kills.ShouldBeLessThan(3, $"after {waited.Elapsed.TotalSeconds:0.0} s");
            _cluster.Restart(dead);
            await _cluster.ReadyAsync(dead);
            await Until(page, "All is well", "#verdict");
        }

        (await page.Locator($"#members tr[data-node={dead.Name}] td").First.InnerTextAsync()).ShouldBe("no");
        await WriteAsync(60);
        await Until(page, $"{dead.Name} has missed", "#verdict");
        var hints = (await JsonAsync("/stats")).GetProperty("hints").EnumerateArray()
            .Single(queue => queue.GetProperty("target").GetString() == dead.Name).GetProperty("count").GetInt64();
        var shown = page.Locator("#hints tr[data-hints=node1]", new() { HasText = dead.Name }).Locator("td").Nth(1);
        await Assertions.Expect(shown).ToHaveTextAsync(hints.ToString());
        await ShootAsync(page, "6-dead-node");
        _cluster.Restart(dead);
        await _cluster.ReadyAsync(dead);
        await Until(page, "All is well", "#verdict");
    }

    private async Task MovingRangesAreShownAsync(IPage page)
    {
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await PostAsync("/cluster/leave/node4");
        await PostAsync("/cluster/plan/commit");
        // So little data may have arrived before the page looks again by itself.
        await page.ReloadAsync();
        await Until(page, "partitions are on their way to other owners", "#verdict");
        (await page.Locator("#ring path.moving").CountAsync()).ShouldBeGreaterThan(0);
        await ShootAsync(page, "7-moving");
        await page.WaitForFunctionAsync("""() => document.querySelector("[data-fact=moving]").textContent === "0" """, null,
            new() { Timeout = 60_000 });
    }

    private async Task<IPage> OpenAsync(BrowserNewContextOptions options)
    {
        var page = await (await _browser.NewContextAsync(options)).NewPageAsync();
        page.Console += (_, said) =>
        {
            if (said.Type is "error" or "warning") lock (_complaints) _complaints.Add($"the browser: {said.Text}");
        };
        page.PageError += (_, failure) =>
        {
            lock (_complaints) _complaints.Add($"the script: {failure}");
        };
        page.Request += (_, request) =>
        {
            if (request.Url.StartsWith(_cluster.Nodes[0].Url + "/", StringComparison.Ordinal) || request.Url == "data:,") return;
            lock (_complaints) _complaints.Add($"an outside request: {request.Url}");
        };
        await page.GotoAsync(_cluster.Nodes[0].Url);
        return page;
    }

    private static Task Until(IPage page, string text, string within) =>
        page.Locator(within, new() { HasText = text }).WaitForAsync(
            new() { Timeout = (float)ServerProcess.Patience.TotalMilliseconds });

    private static Task ShootAsync(IPage page, string name) =>
        page.ScreenshotAsync(new() { Path = Path.Combine(s_screenshots, name + ".png"), FullPage = true });

    private async Task WriteAsync(int count)
    {
        for (var key = 0; key < count; key++) await PutAsync($"{_cluster.Nodes[0].Url}/kv/key%20{key}", $"value {key}", context: null);
    }

    private async Task<string> PutAsync(string url, string value, string? context)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, url) { Content = new StringContent(value) };
        if (context is not null) request.Headers.Add("X-Dynamo-Context", context);
        using var answer = await _cluster.Client.SendAsync(request);
        answer.StatusCode.ShouldBe(HttpStatusCode.Created);
        return answer.Headers.GetValues("X-Dynamo-Context").Single();
    }

    private async Task PostAsync(string path)
    {
        using var answer = await _cluster.Client.PostAsync(_cluster.Nodes[0].Url + path, null);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
    }

    private async Task<JsonElement> JsonAsync(string path) =>
        JsonDocument.Parse(await _cluster.Client.GetStringAsync(_cluster.Nodes[0].Url + path)).RootElement;

    private sealed class ChromiumFactAttribute : FactAttribute
    {
        public static readonly string? Chromium = Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator)
            .Select(directory => Path.Combine(directory, "chromium")).FirstOrDefault(File.Exists);

        public ChromiumFactAttribute()
        {
            if (Chromium is null) Skip = "Not tried: Chromium is not installed (Debian: chromium).";
        }
    }
}
