using System.Text.Json.Nodes;
using DynamoActors.Http.Tests;
using DynamoActors.Node.Requests;

namespace DynamoActors.Pbm.Tests;

public sealed class KeyTests : PbmFixture
{
    [Theory]
    [InlineData("a")]
    [InlineData("a b/ü%41?&#=+")]
    [InlineData("..")]
    [InlineData("//")]
    [InlineData("😀")]
    public async Task What_was_put_is_got_and_deleted_whatever_the_key(string key)
    {
        (await RunAsync("put", key, "välue")).Code.ShouldBe(0);
        Node.Requests.Last().Key.ToArray().ShouldBe(System.Text.Encoding.UTF8.GetBytes(key));
        var got = await RunAsync("get", key);
        (got.Code, got.Text).ShouldBe((0, "välue"));
        (await RunAsync("delete", key)).Code.ShouldBe(0);
        var absent = await RunAsync("get", key);
        (absent.Code, absent.Text).ShouldBe((ExitCodes.No, ""));
        absent.Error.ShouldContain($"No replica asked knows the key '{key}'");
    }

    [Fact]
    public async Task A_key_that_cannot_be_typed_is_given_percent_encoded()
    {
        (await RunAsync("put", "--encoded", "%00%FFü", "v")).Code.ShouldBe(0);
        Node.Requests.Last().Key.ToArray().ShouldBe([0, 255, 0xC3, 0xBC]);
        var broken = await RunAsync("get", "--encoded", "a%0");
        broken.Code.ShouldBe(ExitCodes.Usage);
        broken.Error.ShouldContain("two hexadecimal digits must follow the '%' at 2");
        (await RunAsync("get", "")).Error.ShouldContain("The key is empty");
    }

    [Fact]
    public async Task A_value_comes_from_a_file_or_from_standard_input_byte_for_byte()
    {
        var file = Path.Combine(SettingsDirectory, "value");
        byte[] bytes = [0, 1, 255, 13, 10];
        await File.WriteAllBytesAsync(file, bytes);
        (await RunAsync("put", "k", "--file", file)).Code.ShouldBe(0);
        (await RunAsync("get", "k")).Bytes.ShouldBe(bytes);
        (await RunAsync("get", "k", "--out", file + ".copy")).Code.ShouldBe(0);
        (await File.ReadAllBytesAsync(file + ".copy")).ShouldBe(bytes);
        (await RunWithAsync(Address, "piped", "put", "k")).Code.ShouldBe(0);
        (await RunAsync("get", "k")).Text.ShouldBe("piped");
        var missing = await RunAsync("put", "k", "--file", file + ".absent");
        missing.Code.ShouldBe(ExitCodes.Usage);
        missing.Error.ShouldContain("value.absent (--file) cannot be read");
        (await RunAsync("put", "k", "v", "--file", file)).Error.ShouldContain("not both");
    }

    [Fact]
    public async Task Several_versions_are_never_taken_for_one()
    {
        Node.Put("k", FakeStoreNode.Siblings(FakeStoreNode.Version(1, "one", actor: 0xb0), FakeStoreNode.Version(2, "two", actor: 0xc0)));
        var got = await RunAsync("get", "k");
        (got.Code, got.Text).ShouldBe((ExitCodes.Siblings, ""));
        got.Error.ShouldContain("2 versions side by side");
        got.Error.ShouldContain("text/plain: two");
        var json = await RunAsync("get", "k", "--json");
        json.Code.ShouldBe(ExitCodes.Siblings);
        var context = (string)JsonNode.Parse(json.Out)!["context"]!;
        got.Error.ShouldContain($"--context {context}");
        var put = await RunAsync("put", "k", "both", "--context", context);
        put.Code.ShouldBe(0, put.ToString());
        ((PutObject)Node.Requests.Last()).Context.ShouldNotBeNull();
        (await RunAsync("get", "k")).Text.ShouldBe("both");
    }

    [Fact]
    public async Task Options_reach_the_node()
    {
        (await RunAsync("put", "k", "v", "--consistency", "strong", "--ttl", "60", "--content-type", "application/json", "-b", "my bucket"))
            .Code.ShouldBe(0);
        var put = (PutObject)Node.Requests.Last();
        (put.Bucket, put.Quorum.Consistency, put.Ttl, put.ContentType)
            .ShouldBe(("my bucket", Core.Quorum.Consistency.Strong, TimeSpan.FromMinutes(1), "application/json"));
        var wrong = await RunAsync("get", "k", "--consistency", "sure");
        wrong.Code.ShouldBe(ExitCodes.Usage);
        wrong.Error.ShouldContain("'sure'");
    }

    [Fact]
    public async Task What_the_node_refuses_is_told_in_its_own_words()
    {
        Node.Script = _ => new QuorumNotReached("w", 2, 1, Unknown: true, TimedOut: true);
        var refused = await RunAsync("put", "k", "v");
        refused.Code.ShouldBe(ExitCodes.Refused);
        refused.Error.ShouldContain("2");
        (await RunAsync("put", "k", "v", "--context", "nonsense")).Code.ShouldBe(ExitCodes.Refused);
    }

    [Fact]
    public async Task Keys_are_listed_page_after_page()
    {
        string[] all = [.. Enumerable.Range(0, 2500).Select(index => $"k{index:0000}")];
        Node.Script = request => request is not ListKeys list ? null : new KeysListed(
            [.. all.Where(key => string.CompareOrdinal(key, System.Text.Encoding.UTF8.GetString(list.After.Span)) > 0).Take(list.Limit)
                .Select(key => (ReadOnlyMemory<byte>)System.Text.Encoding.UTF8.GetBytes(key))],
            list.After.Length > 0 && string.CompareOrdinal(System.Text.Encoding.UTF8.GetString(list.After.Span), "k1999") >= 0
                ? (ReadOnlyMemory<byte>?)null
                : System.Text.Encoding.UTF8.GetBytes(
                    all.Where(key => string.CompareOrdinal(key, System.Text.Encoding.UTF8.GetString(list.After.Span)) > 0).Take(list.Limit)
                    .Last()));
        var listed = await RunAsync("list", "--limit", "0");
        listed.Error.ShouldBe("");
        listed.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).SequenceEqual(all).ShouldBeTrue();
        var some = await RunAsync("list", "--limit", "1200");
        some.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(1201);
        some.Out.ShouldContain("… and more");
    }

    [Fact]
    public async Task A_buckets_settings_are_changed_by_name_and_nonsense_changes_nothing()
    {
        var set = await RunAsync("bucket", "set", "sessions", "policy=lww", "ttl=3600", "w=one");
        set.Code.ShouldBe(0, set.ToString());
        var shown = JsonNode.Parse((await RunAsync("bucket", "show", "sessions", "--json")).Out)!;
        ((string)shown["policy"]!, (int)shown["ttl"]!, (string)shown["w"]!).ShouldBe(("lww", 3600, "one"));
        (await RunAsync("bucket", "set", "sessions", "ttl=null")).Code.ShouldBe(0);
        (await RunAsync("bucket", "show", "sessions")).Out.ShouldMatch("ttl +the cluster's");
        var wrong = await RunAsync("bucket", "set", "sessions", "policy=best");
        wrong.Code.ShouldBe(ExitCodes.Refused);
        wrong.Error.ShouldContain("\"siblings\", \"lww\" or \"counter\"");
        (await RunAsync("bucket", "set", "sessions", "policy")).Error.ShouldContain("Give name=value");
        (await RunAsync("bucket", "set", "sessions", "w=1", "w=2")).Error.ShouldContain("names a setting again");
    }
}
