using System.Text;
using DynamoActors.Core.Versioning;

namespace DynamoActors.Client.Tests.Scripted;

/// <summary>A session sees no less than it has seen.</summary>
public sealed class SessionTests
{
    private readonly ScriptedNodes _nodes = new();
    private readonly DynamoSession _session = new();

    [Fact]
    public async Task A_read_that_misses_what_the_session_wrote_is_asked_of_all_owners()
    {
        _nodes.ScriptAll(asked => asked.Method == "PUT" ? _nodes.Answer(201, context: ContextOf(2))
            : asked.Target.Contains("r=all&pr=all") ? _nodes.Answer(200, "new", context: ContextOf(2))
            : _nodes.Answer(200, "old", context: ContextOf(1)));
        using var client = await _nodes.RoutedClientAsync();
        var bucket = client.Bucket().In(_session);
        await bucket.PutAsync("a", "new"u8.ToArray());
        TextOf(await bucket.GetAsync("a")).ShouldBe("new");
        TextOf(await client.Bucket().GetAsync("a")).ShouldBe("old", "without the session nothing is promised");
    }

    [Fact]
    public async Task A_read_never_shows_less_than_the_read_before()
    {
        var reads = 0;
        _nodes.ScriptAll(_ => reads++ == 1 ? _nodes.Answer(200, "old", context: ContextOf(1))
            : _nodes.Answer(200, "new", context: ContextOf(2)));
        using var client = await _nodes.RoutedClientAsync();
        var bucket = client.Bucket().In(_session);
        TextOf(await bucket.GetAsync("a")).ShouldBe("new");
        TextOf(await bucket.GetAsync("a")).ShouldBe("new");
        reads.ShouldBe(3);
    }

    [Fact]
    public async Task Where_nobody_has_it_the_read_says_so_when_its_time_is_over()
    {
        _nodes.ScriptAll(asked => asked.Method == "PUT" ? _nodes.Answer(201, context: ContextOf(2))
            : _nodes.Answer(200, "old", context: ContextOf(1)));
        using var client = await _nodes.RoutedClientAsync();
        var bucket = client.Bucket().In(_session);
        await bucket.PutAsync("a", "new"u8.ToArray());
        var not = await bucket.GetAsync("a", new ReadOptions { Timeout = TimeSpan.FromMilliseconds(300) });
        not.ShouldBeOfType<NotRead<ReadOnlyMemory<byte>>>().Why.ShouldBe(WhyNotRead.BehindSession);
    }

    [Fact]
    public async Task Where_an_owner_is_down_the_others_are_asked_until_they_have_it()
    {
        var reads = 0;
        _nodes.ScriptAll(asked => asked.Method == "PUT" ? _nodes.Answer(201, context: ContextOf(2))
            : asked.Target.Contains("r=all&pr=all") ? _nodes.Problem(503, "quorum-not-reached", "failed")
            : _nodes.Answer(200, ++reads < 3 ? "old" : "new", context: ContextOf(reads < 3 ? 1ul : 2)));
        using var client = await _nodes.RoutedClientAsync();
        var bucket = client.Bucket().In(_session);
        await bucket.PutAsync("a", "new"u8.ToArray());
        TextOf(await bucket.GetAsync("a")).ShouldBe("new");
    }

    [Fact]
    public async Task Nothing_at_all_on_all_owners_is_a_deletion_that_they_have_forgotten()
    {
        _nodes.ScriptAll(asked => asked.Method == "DELETE" ? _nodes.Answer(204, context: ContextOf(2))
            : _nodes.Problem(404, "not-found"));
        using var client = await _nodes.RoutedClientAsync();
        var bucket = client.Bucket().In(_session);
        await bucket.DeleteAsync("a");
        (await bucket.GetAsync("a")).ShouldBeOfType<Absent<ReadOnlyMemory<byte>>>();
        _nodes.Asked[^1].Target.ShouldContain("r=all&pr=all");
    }

    [Fact]
    public async Task Of_more_keys_than_it_may_remember_the_oldest_is_forgotten()
    {
        _nodes.ScriptAll(asked => asked.Method == "PUT"
            ? _nodes.Answer(201, context: ContextOf(2, asked.Target.Contains("key=a") ? "a" : "b"))
            : _nodes.Answer(200, "old", context: ContextOf(1)));
        using var client = await _nodes.RoutedClientAsync();
        var bucket = client.Bucket().In(new DynamoSession(keysMax: 1));
        await bucket.PutAsync("a", "new"u8.ToArray());
        await bucket.PutAsync("b", "new"u8.ToArray());
        TextOf(await bucket.GetAsync("a")).ShouldBe("old");
    }

    private static string ContextOf(ulong counter, string key = "a") =>
        ContextText.ToText(VersionVector.Of(new Dot(1, counter)), "default", Encoding.UTF8.GetBytes(key));

    private static string TextOf(GetResult<ReadOnlyMemory<byte>> result) =>
        Encoding.UTF8.GetString(result.ShouldBeOfType<Found<ReadOnlyMemory<byte>>>().Value.Span);
}
