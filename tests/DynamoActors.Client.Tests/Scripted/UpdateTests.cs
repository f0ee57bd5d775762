using DynamoActors.Core.Versioning;

namespace DynamoActors.Client.Tests.Scripted;

/// <summary>Read, merge, write, and what happens in between.</summary>
public sealed class UpdateTests
{
    private readonly ScriptedNodes _nodes = new();
    private readonly Queue<Func<HttpResponseMessage>> _answers = new();

    // A node that broke off is asked whether it is ready, in its own time: that takes none of the answers.
    public UpdateTests() =>
        _nodes.ScriptAll(asked => asked.Target == "/health/ready" ? _nodes.Answer(200) : _answers.Dequeue()());

    private IEnumerable<(string Method, string? Context, string Body)> Asked =>
        _nodes.Asked.Select(one => (one.Method, one.Context, one.Body));

    [Fact]
    public async Task All_versions_are_merged_and_written_with_the_context_of_the_read()
    {
        Answers(() => _nodes.Siblings(300, "1", "2"), () => _nodes.Answer(201));
        using var client = await _nodes.RoutedClientAsync();
        (await client.Bucket<int>("b").UpdateAsync("a", all => all.Sum() + 10)).ShouldBeOfType<Written>();
        Asked.ShouldBe([("GET", null, ""), ("PUT", "both", "13")]);
    }

    [Fact]
    public async Task Nothing_is_no_versions()
    {
        Answers(() => _nodes.Problem(404, "not-found", context: "deleted"), () => _nodes.Answer(201));
        using var client = await _nodes.RoutedClientAsync();
        (await client.Bucket<int>("b").UpdateAsync("a", all => all.Count)).ShouldBeOfType<Written>();
        Asked.ShouldBe([("GET", null, ""), ("PUT", "deleted", "0")]);
    }

    [Fact]
    public async Task What_others_write_where_nothing_was_is_not_replaced()
    {
        Answers(() => _nodes.Problem(404, "not-found"), () => _nodes.Answer(201));
        using var client = await _nodes.RoutedClientAsync();
        (await client.Bucket<int>("b").UpdateAsync("a", all => all.Count)).ShouldBeOfType<Written>();
        ContextText.TryParse(_nodes.Asked[1].Context.ShouldNotBeNull(), "b", "a"u8, out var context, out _).ShouldBeTrue();
        context!.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public async Task What_others_wrote_at_the_same_moment_is_reconciled_without_changing_it_once_more()
    {
        Answers(
            () => _nodes.Answer(200, "1", context: "one"),
            () => _nodes.Siblings(201, "2", "40"),
            () => _nodes.Answer(201, "40", context: "all"));
        using var client = await _nodes.RoutedClientAsync();
        var written = await client.Bucket<int>("b", all => all.Max()).ChangeAsync("a", value => value + 1);
        written.ShouldBeOfType<Written>().Context.Text.ShouldBe("all");
        Asked.ShouldBe([("GET", null, ""), ("PUT", "one", "2"), ("PUT", "both", "40")]);
        _nodes.Asked[1].Target.ShouldContain("returnbody=true");
    }

    [Fact]
    public async Task What_was_written_stays_written_where_reconciling_it_fails()
    {
        Answers(
            () => _nodes.Answer(200, "1", context: "one"),
            () => _nodes.Siblings(201, "2", "40"),
            () => _nodes.Problem(500, "internal", "unknown"));
        using var client = await _nodes.RoutedClientAsync();
        (await client.Bucket<int>("b", all => all.Max()).ChangeAsync("a", value => value + 1)).ShouldBeOfType<Written>();
    }

    [Fact]
    public async Task Too_many_siblings_are_read_and_merged_again()
    {
        Answers(
            () => _nodes.Answer(200, "1", context: "one"),
            () => _nodes.Problem(409, "too-many-siblings"),
            () => _nodes.Siblings(300, "5", "6"),
            () => _nodes.Answer(201));
        using var client = await _nodes.RoutedClientAsync();
        (await client.Bucket<int>("b").UpdateAsync("a", all => all.Sum())).ShouldBeOfType<Written>();
        Asked.ShouldBe([("GET", null, ""), ("PUT", "one", "1"), ("GET", null, ""), ("PUT", "both", "11")]);
    }

    [Fact]
    public async Task An_unknown_update_is_done_again_only_where_merging_twice_is_merging_once()
    {
        Answers(() => _nodes.Answer(200, "1"), () => ScriptedNodes.Break());
        using var client = await _nodes.RoutedClientAsync();
        (await client.Bucket<int>("b").UpdateAsync("a", all => all.Sum() + 1)).ShouldBeOfType<Unknown>();
        _nodes.Asked.Length.ShouldBe(2);

        Answers(
            () => _nodes.Answer(200, "1"), () => ScriptedNodes.Break(),
            () => _nodes.Answer(200, "5"), () => _nodes.Answer(201, "5"));
        var options = new UpdateOptions { MergeIsIdempotent = true };
        (await client.Bucket<int>("b").UpdateAsync("a", all => Math.Max(5, all.Max()), options)).ShouldBeOfType<Written>();
        _nodes.Asked.Length.ShouldBe(6);
    }

    [Fact]
    public async Task What_cannot_be_read_is_not_written()
    {
        Answers(() => _nodes.Answer(200, "no number"));
        using var client = await _nodes.RoutedClientAsync();
        var not = (await client.Bucket<int>("b").UpdateAsync("a", all => 1)).ShouldBeOfType<NotWritten>();
        (not.Why, not.Detail.Contains("Malformed")).ShouldBe((WhyNotWritten.NotRead, true));
        _nodes.Asked.Length.ShouldBe(1);
    }

    [Fact]
    public async Task Attempts_are_bounded()
    {
        for (var attempt = 0; attempt < 3; attempt++)
            Answers(() => _nodes.Answer(200, "1"), () => _nodes.Problem(409, "too-many-siblings"));
        using var client = await _nodes.RoutedClientAsync();
        var options = new UpdateOptions { AttemptsMax = 3 };
        (await client.Bucket<int>("b").UpdateAsync("a", all => 1, options)).ShouldBeOfType<NotWritten>();
        _nodes.Asked.Length.ShouldBe(6);
    }

    [Fact]
    public async Task Changing_needs_a_resolver()
    {
        using var client = await _nodes.RoutedClientAsync();
        await Should.ThrowAsync<InvalidOperationException>(() => client.Bucket<int>("b").ChangeAsync("a", value => value));
    }

    private void Answers(params Func<HttpResponseMessage>[] answers)
    {
        foreach (var answer in answers) _answers.Enqueue(answer);
    }
}
