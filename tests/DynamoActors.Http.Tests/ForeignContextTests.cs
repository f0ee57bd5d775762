using System.Net;
using DynamoActors.Core.Versioning;

namespace DynamoActors.Http.Tests;

/// <summary>A context supersedes what it covers; that of another key would supersede what was never read.</summary>
public sealed class ForeignContextTests : FrontEndFixture
{
    [Theory]
    [InlineData("/kv/b", "default", "a")]
    [InlineData("/kv/a", "other", "a")]
    [InlineData("/kv/b", "a", "b")]
    [InlineData("/buckets/other/keys/a", "default", "a")]
    public async Task It_is_refused_wherever_a_write_names_it(string path, string bucket, string key)
    {
        var foreign = ContextText.ToText(VersionVector.Of(new Dot(1, 5)), bucket, System.Text.Encoding.UTF8.GetBytes(key));
        await ShouldBeRefusedAsync(await PutAsync(path, "v", (ContextHeader, foreign)), ContextHeader);
        await ShouldBeRefusedAsync(await PutAsync($"{path}?context={foreign}", "v"), "context");
        await ShouldBeRefusedAsync(await SendAsync(HttpMethod.Delete, path, null, (ContextHeader, foreign)), ContextHeader);
        await ShouldBeRefusedAsync(await Client.DeleteAsync($"{path}?context={foreign}"), "context");
        var (inBucket, named) = path.StartsWith("/kv/", StringComparison.Ordinal) ? ("default", path[4..]) : ("other", "a");
        foreach (var operation in (string[])["\"op\":\"delete\"", "\"op\":\"put\",\"value\":\"\""])
            await ShouldBeRefusedAsync(
                await Client.PostAsync("/kv:batch", new StringContent(
                    $$"""{"operations":[{{{operation}},"bucket":"{{inBucket}}","key":"{{named}}","context":"{{foreign}}"}]}""")),
                "context");
        Node.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_answers_context_is_good_for_its_own_key_whatever_its_bytes()
    {
        foreach (var path in (string[])["/kv/a", "/kv/%00%ff", "/buckets/x%2Fy/keys/a", "/kv?key=%E4"])
        {
            var written = ContextOf(await PutAsync(path, "v"));
            ContextOf(await Client.GetAsync(path)).ShouldBe(written);
            var deleted = ContextOf(await SendAsync(HttpMethod.Delete, path, null, (ContextHeader, written)));
            ContextOf(await Client.GetAsync(path)).ShouldBe(deleted);
            (await PutAsync(path, "w", (ContextHeader, deleted))).StatusCode.ShouldBe(HttpStatusCode.Created);
        }
    }

    private static Task ShouldBeRefusedAsync(HttpResponseMessage answer, string field) =>
        ShouldBeProblemAsync(answer, HttpStatusCode.BadRequest, "bad-context", field);
}
