using System.Globalization;
using System.Net;
using DynamoActors.Core.Versioning;

namespace DynamoActors.Http.Tests;

/// <summary>RFC 9110, 13: each condition, and which of two counts.</summary>
public sealed class ConditionTests : FrontEndFixture
{
    private const string Written = "Tue, 14 Nov 2023 22:13:21 GMT";
    private const string Before = "Tue, 14 Nov 2023 22:13:20 GMT";

    [Theory]
    [InlineData("If-Modified-Since", Written, "", "", 304)]
    [InlineData("If-Modified-Since", Before, "", "", 200)]
    [InlineData("If-Modified-Since", "yesterday", "", "", 200)]
    [InlineData("If-Unmodified-Since", Written, "", "", 200)]
    [InlineData("If-Unmodified-Since", Before, "", "", 412)]
    [InlineData("If-Unmodified-Since", "yesterday", "", "", 200)]
    [InlineData("If-Match", "TAG", "If-Unmodified-Since", Before, 200)]
    [InlineData("If-Match", "\"other\"", "If-Unmodified-Since", Written, 412)]
    [InlineData("If-None-Match", "\"other\"", "If-Modified-Since", Written, 200)]
    [InlineData("If-None-Match", "TAG", "If-Modified-Since", Before, 304)]
    [InlineData("If-Unmodified-Since", Before, "If-None-Match", "TAG", 412)]
    [InlineData("If-Match", "TAG", "If-None-Match", "TAG", 304)]
    [InlineData("If-Match", "\"other\"", "If-None-Match", "TAG", 412)]
    [InlineData("If-Unmodified-Since", Written, "If-Modified-Since", Written, 304)]
    public async Task A_read_heeds_its_conditions_in_their_order(string first, string ofFirst, string second, string ofSecond, int status)
    {
        Node.Put("a", FakeStoreNode.Siblings(FakeStoreNode.Version(1, "one")));
        var tag = (await Client.GetAsync("/kv/a")).Headers.ETag!.Tag;
        (string, string)[] headers = [(first, ofFirst.Replace("TAG", tag)), (second, ofSecond.Replace("TAG", tag))];
        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Head])
        {
            var answer = await SendAsync(method, "/kv/a", null, headers.Where(one => one.Item1 != "").ToArray());
            ((int)answer.StatusCode).ShouldBe(status, method.Method);
            if (status != 412) answer.Content.Headers.LastModified.ShouldBe(DateTimeOffset.Parse(Written, CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Without a word about it a cache judges by Last-Modified for how long it may answer by itself.</summary>
    [Fact]
    public async Task Whatever_is_read_a_cache_asks_for_again()
    {
        (await PutAsync("/kv/a", "one")).Headers.CacheControl.ShouldBeNull();
        var tag = (await Client.GetAsync("/kv/a")).Headers.ETag!.ToString();
        foreach (var (target, status) in ((string, int)[])
            [("/kv/a", 200), ("/kv/none", 404), ("/cluster", 200), ("/ring", 200), ("/health/ready", 200), ("/none", 404)])
        {
            var got = await Client.GetAsync(target);
            ((int)got.StatusCode, got.Headers.CacheControl?.ToString()).ShouldBe((status, "no-cache"), target);
        }

        var known = await SendAsync(HttpMethod.Get, "/kv/a", null, ("If-None-Match", tag));
        ((int)known.StatusCode, known.Headers.CacheControl?.ToString()).ShouldBe((304, "no-cache"));
    }

    [Fact]
    public async Task What_is_not_there_has_no_date_to_compare()
    {
        foreach (var header in (string[])["If-Modified-Since", "If-Unmodified-Since"])
            (await SendAsync(HttpMethod.Get, "/kv/none", null, (header, Before))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("If-Unmodified-Since", Written, "", "", true)]
    [InlineData("If-Unmodified-Since", Before, "", "", false)]
    [InlineData("If-Unmodified-Since", "yesterday", "", "", true)]
    [InlineData("If-Match", "TAG", "If-Unmodified-Since", Before, true)]
    [InlineData("If-Match", "\"other\"", "If-Unmodified-Since", Written, false)]
    [InlineData("If-Unmodified-Since", Written, "If-None-Match", "TAG", false)]
    [InlineData("If-Unmodified-Since", Before, "If-None-Match", "\"other\"", false)]
    [InlineData("If-Unmodified-Since", Written, "If-None-Match", "\"other\"", true)]
    [InlineData("If-Match", "TAG", "If-None-Match", "*", false)]
    [InlineData("If-Modified-Since", Written, "", "", true)]
    [InlineData("If-Modified-Since", Written, "If-Match", "TAG", true)]
    public async Task A_write_heeds_its_conditions_in_their_order(string first, string ofFirst, string second, string ofSecond, bool isMade)
    {
        foreach (var method in (HttpMethod[])[HttpMethod.Put, HttpMethod.Delete])
        {
            Node.Put("a", FakeStoreNode.Siblings(FakeStoreNode.Version(1, "one", actor: 9)));
            var tag = (await Client.GetAsync("/kv/a")).Headers.ETag!.Tag;
            (string, string)[] headers = [(first, ofFirst.Replace("TAG", tag)), (second, ofSecond.Replace("TAG", tag))];
            var answer = await SendAsync(method, "/kv/a", null, headers.Where(one => one.Item1 != "").ToArray());
            if (isMade) answer.IsSuccessStatusCode.ShouldBeTrue(method.Method);
            else await ShouldBeProblemAsync(answer, HttpStatusCode.PreconditionFailed, "condition-failed");
        }
    }

    [Fact]
    public async Task A_deletion_is_a_modification_and_what_was_never_there_has_none()
    {
        (await PutAsync("/kv/new", "v", ("If-Unmodified-Since", Before))).StatusCode.ShouldBe(HttpStatusCode.Created);
        Node.Put("a", FakeStoreNode.Siblings(Sibling.Tombstone(new Dot(9, 1), FakeStoreNode.Version(1, "").Time)));
        await ShouldBeProblemAsync(await PutAsync("/kv/a", "v", ("If-Unmodified-Since", Before)), HttpStatusCode.PreconditionFailed,
            "condition-failed");
        (await PutAsync("/kv/a", "v", ("If-Unmodified-Since", Written))).StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_write_with_a_date_reads_first_and_may_say_of_how_many() =>
        (await PutAsync("/kv/a?r=all&pr=one", "v", ("If-Unmodified-Since", Before))).StatusCode.ShouldBe(HttpStatusCode.Created);

    [Fact]
    public async Task Last_modified_is_never_later_than_the_date_whatever_another_nodes_clock_says()
    {
        foreach (var ahead in (TimeSpan[])[TimeSpan.Zero, TimeSpan.FromDays(3)])
        {
            var time = HybridTime.FromUnixMilliseconds((DateTimeOffset.UtcNow + ahead).ToUnixTimeMilliseconds());
            Node.Put("a", FakeStoreNode.Siblings(new Sibling(new Dot(1, 1), time, null, null, IsTombstone: false, new byte[1])));
            for (var read = 0; read < 20; read++)
            {
                var answer = await Client.GetAsync("/kv/a");
                answer.Content.Headers.LastModified!.Value.ShouldBeLessThanOrEqualTo(answer.Headers.Date!.Value);
            }
        }
    }
}
